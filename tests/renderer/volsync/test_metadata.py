"""Names, labels, hashes, prune protection, patches and certificates of what engine volsync renders."""

import json
import re

import pytest

from renderer.manifest import content_hash
from tests.renderer.policies import overlay
from tests.schemas.crd import errors_in

SOURCE, DESTINATION, CLAIM = "ReplicationSource", "ReplicationDestination", "PersistentVolumeClaim"
TWO_VOLUMES = "[{name: data, claim: a}, {name: media, claim: b}]"
RESTORED = {
    "create": "{capacity: 9Gi}",
    "restore": "{bootstrap: {onMissing: empty}}",
    "restores": "[{name: old, onMissing: empty, volume: data, to: {claim: web-old, create: {capacity: 9Gi}}}]",
}


@pytest.mark.parametrize(
    ("keys", "sources", "destinations"),
    [
        ({}, {"web"}, {"web-dst", "web-old"}),
        ({"targets": "[{name: default}]"}, {"web"}, {"web-dst", "web-old"}),
        (
            {"volumes": TWO_VOLUMES},
            {"web", "web-media"},
            {"web-dst", "web-media-dst", "web-old"},
        ),
        (
            {"targets": "[{name: default}, {name: cloud}]"},
            {"web", "web-cloud"},
            {"web-dst", "web-old"},
        ),
        (
            {"volumes": TWO_VOLUMES, "targets": "[{name: nas}, {name: cloud}]"},
            {"web-nas", "web-cloud", "web-media-nas", "web-media-cloud"},
            {"web-nas-dst", "web-media-nas-dst", "web-nas-old"},
        ),
    ],
)
def test_names_without_patterns(render, keys, sources, destinations):
    """A second volume or target never renames the first."""
    found = render(**RESTORED, **keys)
    assert set(found.all(SOURCE)) == sources
    assert set(found.all(DESTINATION)) == destinations


def test_names_with_patterns(render):
    names = "{replicationSource: 'b-{app}-{claim}', replicationDestination: '{app}-bootstrap', restore: 'r-{restore}'}"
    found = render(names=names, **RESTORED)
    assert set(found.all(SOURCE)) == {"b-web-web-data"}
    assert set(found.all(DESTINATION)) == {"web-bootstrap", "r-old"}
    assert found.all(CLAIM)["web-data"]["spec"]["dataSourceRef"]["name"] == "web-bootstrap"
    assert found.all(CLAIM)["web-old"]["spec"]["dataSourceRef"]["name"] == "r-old"


def test_two_objects_of_one_name_are_refused(refused):
    messages = refused(volumes=TWO_VOLUMES, names="{replicationSource: '{app}'}")
    assert any("two objects are called ReplicationSource shop/web" in message for message in messages)


def labels_of(manifest):
    ours = {k: v for k, v in manifest["metadata"]["labels"].items() if k.startswith("backplan.dev/")}
    return {key.removeprefix("backplan.dev/"): value for key, value in ours.items()}


def test_labels_say_what_an_object_serves(render):
    found = render(**RESTORED)
    source = labels_of(found.one(SOURCE))
    repository = source.pop("repository")
    assert re.fullmatch("[0-9a-f]{8}", repository)
    assert source == {"app": "web", "volume": "data", "target": "default", "operation": "backup"}
    operations = {name: labels_of(one)["operation"] for name, one in found.all(DESTINATION).items()}
    assert operations == {"web-dst": "bootstrap", "web-old": "restore"}
    assert {labels_of(one)["repository"] for one in found.all(DESTINATION).values()} == {repository}
    assert labels_of(found.all(CLAIM)["web-data"]) == {"app": "web", "volume": "data"}


def test_repository_label_is_of_the_url_or_else_of_the_secret(render):
    def label(repository, **keys):
        return labels_of(render(repository=repository, **keys).one(SOURCE))["repository"]

    url = "url: s3:https://s3.example.com/web"
    assert label(f"{{{url}, secret: {{name: a}}}}") == label(f"{{{url}, secret: {{name: b}}}}")
    assert label("{secret: {name: a}}") != label("{secret: {name: b}}")
    assert label("{secret: {name: a}}") == label("{secret: {name: a}}", schedule='"@daily"')


def test_labels_and_annotations_of_every_level_and_ours_above_them(render):
    found = render(
        labels="{level: spec, backplan.dev/app: mine, '{volume}': '{app}'}",
        annotations="{level: spec}",
        targets="[{name: default, labels: {level: target}}]",
        create="{capacity: 9Gi, labels: {level: create}, annotations: {level: create}}",
        restore="{bootstrap: {onMissing: empty, labels: {level: bootstrap}}}",
        restores="[{name: old, onMissing: empty, to: {claim: web-data}, annotations: {level: old}}]",
    )
    labels = {one["metadata"]["name"]: one["metadata"]["labels"] for one in found.objects}
    assert {name: of["level"] for name, of in labels.items()} == {
        "web": "target",
        "web-data": "create",
        "web-dst": "bootstrap",
        "web-old": "target",
    }
    assert {of["backplan.dev/app"] for of in labels.values()} == {"web"}
    assert {of["data"] for of in labels.values()} == {"web"}
    annotations = {one["metadata"]["name"]: one["metadata"]["annotations"]["level"] for one in found.objects}
    assert annotations == {"web": "spec", "web-data": "create", "web-dst": "spec", "web-old": "old"}


def without_hash(manifest):
    copied = json.loads(json.dumps(manifest))
    del copied["metadata"]["annotations"]["backplan.dev/hash"]
    return copied


def test_hash_is_of_the_finished_object_without_it(render):
    patches = "[{target: {kind: ReplicationSource}, patch: {spec: {paused: true}}}]"
    for keys in ({}, {"patches": patches}, {"annotations": "{a: b}", **RESTORED}):
        for one in render(**keys).objects:
            assert one["metadata"]["annotations"]["backplan.dev/hash"] == content_hash(without_hash(one))


def test_only_what_holds_data_is_protected_from_pruning(render):
    found = render(**RESTORED)
    for one in found.objects:
        annotations = one["metadata"]["annotations"]
        held = one["kind"] == CLAIM
        assert (annotations.get("kustomize.toolkit.fluxcd.io/prune") == "disabled") is held
        assert (annotations.get("argocd.argoproj.io/sync-options") == "Prune=false,Delete=false") is held


def test_protection_joins_other_sync_options(render):
    create = "{capacity: 9Gi, annotations: {argocd.argoproj.io/sync-options: 'ServerSideApply=true'}}"
    annotations = render(create=create).one(CLAIM)["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/sync-options"] == "ServerSideApply=true,Prune=false,Delete=false"


MERGE_PATCH = "{spec: {paused: true, restic: {moverPodLabels: null, unlock: now}}}"
JSON_PATCH = """[
    {op: add, path: /spec/paused, value: true},
    {op: add, path: /spec/restic/unlock, value: now},
    {op: remove, path: /spec/restic/moverPodLabels}]"""


@pytest.mark.parametrize("patch", [MERGE_PATCH, JSON_PATCH], ids=["merge patch", "JSON patch"])
@pytest.mark.parametrize("target", ["{kind: ReplicationSource}", "{name: web}", "{group: volsync.backube}", "{}"])
def test_both_kinds_of_patch_change_the_object(render, patch, target):
    found = render(mover="{podLabels: {a: b}}", patches=f"[{{target: {target}, patch: {patch}}}]")
    spec = found.one(SOURCE)["spec"]
    assert (spec["paused"], spec["restic"]["unlock"]) == (True, "now")
    assert "moverPodLabels" not in spec["restic"]
    assert errors_in(found.one(SOURCE)) == []


def test_patches_of_all_layers_apply_in_order(render, tmp_path):
    (tmp_path / "low.yaml").write_text(overlay("{patches: [{patch: {metadata: {annotations: {a: low, b: low}}}}]}"))
    high = "[{patch: {metadata: {annotations: {a: high}}}}]"
    annotations = render(overlays="[low.yaml]", patches=high).one(SOURCE)["metadata"]["annotations"]
    assert (annotations["a"], annotations["b"]) == ("high", "low")


def test_patch_of_a_restore_or_a_claim_is_for_it_alone(render):
    def patch(value):
        return f"patches: [{{patch: {{metadata: {{annotations: {{by: {value}}}}}}}}}]"

    found = render(
        create=f"{{capacity: 9Gi, {patch('create')}}}",
        restore=f"{{bootstrap: {{onMissing: empty, {patch('bootstrap')}}}}}",
    )
    by = {one["kind"]: one["metadata"]["annotations"].get("by") for one in found.objects}
    assert by == {CLAIM: "create", DESTINATION: "bootstrap", SOURCE: None}


@pytest.mark.parametrize(
    "patch",
    [
        "{metadata: {name: other}}",
        "{metadata: {namespace: kube-system}}",
        "{kind: ReplicationDestination}",
        "{spec: {restic: {moverRessources: {}}}}",
        "{spec: {restic: {retain: {last: 5}}}}",
        "{spec: {hostname: fixed}}",
        "[{op: remove, path: /spec/none}]",
        "[{op: test, path: /spec/sourcePVC, value: other}]",
    ],
)
def test_patch_that_would_break_the_object_is_refused(refused, patch):
    messages = refused(patches=f"[{{patch: {patch}}}]")
    assert messages
    assert all("[patch]" in message for message in messages)


def test_patch_that_matches_nothing_is_a_warning(render):
    (message,) = render(patches="[{target: {kind: CronJob}, patch: {a: b}}]").said
    assert message.startswith("warning: the patch matches no object")


PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(("key", "name"), [("", "ca.crt"), (", key: root.pem", "root.pem")])
def test_certificate_in_a_file_becomes_a_config_map(render, tmp_path, key, name):
    (tmp_path / "ca.pem").write_bytes(PEM.replace("\n", "\r\n").encode())
    found = render(repository=f"{{secret: {{name: web}}, customCA: {{file: ca.pem{key}}}}}", **RESTORED)
    assert found.one("ConfigMap")["data"] == {name: PEM}
    assert found.one("ConfigMap")["metadata"]["name"] == "web-restic-ca"
    for restic in [one["spec"]["restic"] for one in found.objects if "restic" in one.get("spec", {})]:
        assert restic["customCA"] == {"configMapName": "web-restic-ca", "key": name}


def test_certificate_of_an_overlay_lies_beside_the_overlay(render, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "ca.pem").write_text(PEM)
    (tmp_path / "shared" / "ca.yaml").write_text(overlay("{repository: {customCA: {file: ca.pem}}}"))
    found = render(overlays="[shared/ca.yaml]", volumes=TWO_VOLUMES)
    assert found.one("ConfigMap")["data"] == {"ca.crt": PEM}


@pytest.mark.parametrize("form", ["secretName", "configMapName"])
def test_certificate_that_is_there_is_referred_to(render, form):
    found = render(repository=f"{{secret: {{name: web}}, customCA: {{{form}: ca, key: tls.crt}}}}")
    assert found.restic()["customCA"] == {form: "ca", "key": "tls.crt"}
    assert found.all("ConfigMap") == {}


def test_certificate_without_a_key_is_refused_because_volsync_ignores_it(refused):
    (message,) = refused(repository="{secret: {name: web}, customCA: {secretName: ca}}")
    assert "VolSync" in message
    assert "[complete]" in message
