"""ReplicationDestinations and the claims they fill: bootstrap, declared restores, and what VolSync would not refuse."""

import pytest

from tests.schemas.crd import errors_in

DESTINATION = "ReplicationDestination"
CLAIM = "PersistentVolumeClaim"
BOOTSTRAP = {"create": "{capacity: 9Gi, storageClassName: fast}", "restore": "{bootstrap: {onMissing: empty}}"}


def bootstrap(keys):
    return {"create": "{capacity: 9Gi}", "restore": f"{{bootstrap: {{onMissing: empty, {keys}}}}}"}


def restore(keys, to="{claim: web-old, create: {capacity: 9Gi}}"):
    return {"restores": f"[{{name: old, onMissing: empty, to: {to}, {keys}}}]"}


def test_claim_is_filled_from_the_bootstrap(render):
    found = render(**BOOTSTRAP)
    assert found.one(CLAIM)["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "resources": {"requests": {"storage": "9Gi"}},
        "dataSourceRef": {"apiGroup": "volsync.backube", "kind": DESTINATION, "name": "web-dst"},
    }
    assert found.one(DESTINATION)["spec"] == {
        "trigger": {"manual": "restore-once"},
        "restic": {
            "repository": "web-data-default",
            "copyMethod": "Snapshot",
            "capacity": "9Gi",
            "accessModes": ["ReadWriteOnce"],
        },
    }
    assert [one["kind"] for one in found.objects] == [CLAIM, DESTINATION, "ReplicationSource"]
    assert [error for one in found.objects for error in errors_in(one)] == []


def test_claim_without_a_bootstrap_has_no_source(render):
    assert "dataSourceRef" not in render(create="{capacity: 9Gi}").one(CLAIM)["spec"]


def test_claim_may_refuse_to_be_filled(render):
    keys = {**BOOTSTRAP, "create": "{capacity: 9Gi, dataSourceRef: false}"}
    assert "dataSourceRef" not in render(**keys).one(CLAIM)["spec"]


def test_empty_storage_class_of_the_claim_is_a_value(render):
    create = '{capacity: 9Gi, storageClassName: "", volumeMode: Filesystem}'
    spec = render(create=create).one(CLAIM)["spec"]
    assert (spec["storageClassName"], spec["volumeMode"]) == ("", "Filesystem")


@pytest.mark.parametrize("make", [bootstrap, restore])
@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("previous: 0", "previous", 0),
        ("previous: 9999", "previous", 9999),
        ('asOf: "2026-03-01T00:00:00Z"', "restoreAsOf", "2026-03-01T00:00:00Z"),
        ('asOf: "2026-03-01T01:00:00+01:00"', "restoreAsOf", "2026-03-01T01:00:00+01:00"),
        ("enableFileDeletion: false", "enableFileDeletion", False),
        ("enableFileDeletion: true", "enableFileDeletion", True),
        ("cleanupTempPVC: false", "cleanupTempPVC", False),
        ("cleanupTempPVC: true", "cleanupTempPVC", True),
        ("cleanupCachePVC: true", "cleanupCachePVC", True),
    ],
)
def test_restore_key_becomes_its_field(render, make, said, field, value):
    found = render(**make(said))
    assert found.restic(DESTINATION)[field] == value
    assert errors_in(found.one(DESTINATION)) == []


@pytest.mark.parametrize("make", [bootstrap, restore])
@pytest.mark.parametrize(
    ("said", "token"), [("previous: 0", "restore-once"), ("token: again", "again"), ('token: "1"', "1")]
)
def test_token_is_the_manual_trigger(render, make, said, token):
    assert render(**make(said)).one(DESTINATION)["spec"]["trigger"] == {"manual": token}


@pytest.mark.parametrize("said", ["2026-03-01", "yesterday", "2026-03-01 00:00:00Z", "2026-03-01T00:00:00"])
def test_time_that_volsync_would_restore_nothing_for_is_refused(refused, said):
    (message,) = refused(**bootstrap(f'asOf: "{said}"'))
    assert "[restore]" in message


def test_restore_in_place_is_direct_and_makes_no_claim(render):
    found = render(
        volumeSnapshotClassName="csi", storageClassName="fast", **restore("previous: 1", "{claim: web-data}")
    )
    assert found.all(CLAIM) == {}
    assert found.restic(DESTINATION) == {
        "repository": "web-data-default",
        "destinationPVC": "web-data",
        "copyMethod": "Direct",
        "storageClassName": "fast",
        "previous": 1,
    }


def test_restore_into_a_claim_of_ours_may_be_in_place_too(render):
    found = render(**restore("previous: 0", "{claim: web-old, create: {capacity: 9Gi, dataSourceRef: false}}"))
    assert found.restic(DESTINATION)["destinationPVC"] == "web-old"
    assert "dataSourceRef" not in found.one(CLAIM)["spec"]


def test_bootstrap_with_copy_method_direct_fills_the_claim_in_place(render):
    keys = {**bootstrap("copyMethod: Direct"), "create": "{capacity: 9Gi, dataSourceRef: false}"}
    restic = render(**keys).restic(DESTINATION)
    assert (restic["destinationPVC"], restic["copyMethod"]) == ("web-data", "Direct")
    assert "capacity" not in restic


@pytest.mark.parametrize("method", ["Clone", "Direct"])
def test_copy_method_that_cannot_fill_a_claim_is_refused(refused, method):
    (message,) = refused(**{**BOOTSTRAP, "copyMethod": method})
    assert "[copy-method]" in message


@pytest.mark.parametrize("said", ["", "onMissing: fail"])
def test_restore_must_say_that_volsync_starts_empty(refused, said):
    (message,) = refused(create="{capacity: 9Gi}", restore=f"{{bootstrap: {{{said}}}}}")
    assert message.endswith("write onMissing: empty [restore]")


def test_bootstrap_takes_the_first_target_or_the_one_it_names(render):
    targets = "[{name: nas}, {name: cloud}]"
    assert render(targets=targets, **BOOTSTRAP).restic(DESTINATION)["repository"] == "web-data-nas"
    assert render(targets=targets, **bootstrap("target: cloud")).restic(DESTINATION)["repository"] == "web-data-cloud"


def test_every_volume_has_its_bootstrap(render):
    volumes = "[{name: data, claim: a}, {name: media, claim: b}]"
    found = render(volumes=volumes, **BOOTSTRAP)
    assert set(found.all(DESTINATION)) == {"web-dst", "web-media-dst"}
    sources = {name: one["spec"]["dataSourceRef"]["name"] for name, one in found.all(CLAIM).items()}
    assert sources == {"a": "web-dst", "b": "web-media-dst"}


MOVER = (
    "{securityContext: {runAsUser: 1, runAsGroup: 2, fsGroup: 3, fsGroupChangePolicy: OnRootMismatch}, "
    "resources: {requests: {cpu: 1}}, serviceAccountName: backup, podLabels: {a: b}, affinity: {podAffinity: {}}, "
    "tolerations: [{operator: Exists}], moverVolumes: [{mountPath: x, volumeSource: {secret: {secretName: x}}}]}"
)
SHARED = (
    "moverSecurityContext",
    "moverResources",
    "moverServiceAccount",
    "moverPodLabels",
    "moverAffinity",
    "moverTolerations",
    "moverVolumes",
    "customCA",
    "repository",
)


@pytest.mark.parametrize("keys", [BOOTSTRAP, restore("previous: 0"), restore("previous: 0", "{claim: web-data}")])
def test_restore_runs_as_the_backup_does(render, keys):
    """Else files come back with other owners, or cannot be written at all."""
    repository = "{secret: {name: web}, customCA: {configMapName: ca, key: ca.crt}}"
    found = render(mover=MOVER, repository=repository, volsyncVersion='"0.17"', **keys)
    backup, back = found.restic("ReplicationSource"), found.restic(DESTINATION)
    assert {field: back[field] for field in SHARED} == {field: backup[field] for field in SHARED}
    assert [error for one in found.objects for error in errors_in(one, volsync="0.17")] == []
