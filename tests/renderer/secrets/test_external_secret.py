"""The ExternalSecret of a policy: its spec, its template, its names."""

import pytest

from tests.renderer.secrets.conftest import ENGINES, FETCHED, URL
from tests.renderer.secrets.crd_defaults import defaulted, schema
from tests.schemas.crd import errors_in

KIND = "ExternalSecret"
LONG = (
    "secretStoreRef: {name: vault, kind: SecretStore}, refreshPolicy: Periodic, refreshInterval: 30m, "
    "data: [{secretKey: RESTIC_PASSWORD, remoteRef: {key: a, property: b}}], "
    "dataFrom: [{extract: {key: c, decodingStrategy: Base64}}, {find: {name: {regexp: '^RESTIC_'}}}, "
    "{sourceRef: {generatorRef: {kind: UUID, name: d}}}], "
    "target: {deletionPolicy: Merge, template: {type: Opaque, metadata: {labels: {a: b}}, data: {x: '{{ .y }}'}, "
    "templateFrom: [{configMap: {name: e, items: [{key: f}]}}, {literal: 'g: h', target: Labels}]}}"
)
both_engines = pytest.mark.parametrize("engine", ENGINES)


def template(found):
    return found.one(KIND)["spec"]["target"].get("template")


@both_engines
def test_shorthands_are_written_out(render, engine):
    found = render(engine=engine)
    assert found.one(KIND)["spec"] == {
        "secretStoreRef": {"name": "vault", "kind": "ClusterSecretStore"},
        "refreshInterval": "1h0m0s",
        "target": {
            "name": "web-restic",
            "creationPolicy": "Owner",
            "deletionPolicy": "Retain",
            "template": {
                "engineVersion": "v2",
                "mergePolicy": "Merge",
                "data": {"RESTIC_REPOSITORY": "s3:https://s3.example.com/web"},
            },
        },
        "dataFrom": [
            {
                "extract": {
                    "key": "backups/restic",
                    "conversionStrategy": "Default",
                    "decodingStrategy": "None",
                    "metadataPolicy": "None",
                }
            }
        ],
    }


@both_engines
def test_mover_uses_the_secret_that_is_made(render, engine):
    found = render(engine=engine, names="{secret: '{app}-{target}-s'}")
    assert found.one(KIND)["spec"]["target"]["name"] == "web-default-s"
    if engine == "volsync":
        assert found.restic()["repository"] == "web-default-s"
    else:
        (pod,) = [one["spec"]["jobTemplate"]["spec"]["template"]["spec"] for one in found.all("CronJob").values()][:1]
        assert {"secretRef": {"name": "web-default-s"}} in pod["containers"][0]["envFrom"]


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
@pytest.mark.parametrize("external", [FETCHED, LONG])
def test_api_server_adds_nothing(render, external, version):
    manifest = render(external).one(KIND)
    assert defaulted(manifest["spec"], schema(version)["properties"]["spec"]) == manifest["spec"]


def test_defaulting_of_the_test_finds_what_is_missing():
    bare = {"data": [{"secretKey": "a", "remoteRef": {"key": "b"}}], "target": {"template": {}}}
    found = defaulted(bare, schema("v1beta1")["properties"]["spec"])
    assert found["data"][0]["remoteRef"]["metadataPolicy"] == "None"
    assert found["target"]["template"] == {"engineVersion": "v2", "mergePolicy": "Replace"}
    assert found["target"]["deletionPolicy"] == "Retain"
    assert found["refreshInterval"] == "1h0m0s"


@pytest.mark.parametrize("external", [FETCHED, LONG])
def test_object_is_what_our_schema_and_the_crd_allow(render, external):
    assert errors_in(render(external).one(KIND)) == []


def test_own_words_win_over_defaults(render):
    spec = render(LONG).one(KIND)["spec"]
    assert (spec["refreshInterval"], spec["secretStoreRef"]["kind"]) == ("30m", "SecretStore")
    assert spec["target"]["deletionPolicy"] == "Merge"
    assert spec["dataFrom"][0]["extract"]["decodingStrategy"] == "Base64"


def test_null_bytes_are_left_to_the_operator(render):
    """Its CRD knows the key since v2.3, and an older one refuses it."""
    assert "nullBytePolicy" not in str(render(LONG).one(KIND))


def test_key_comes_before_what_dataFrom_lists(render):  # noqa: N802 - the field's name
    """Of one key the operator takes the last, so what is said at length wins."""
    spec = render(f"{FETCHED}, dataFrom: [{{extract: {{key: own}}}}]").one(KIND)["spec"]
    assert [item["extract"]["key"] for item in spec["dataFrom"]] == ["backups/restic", "own"]


@both_engines
def test_env_and_keys_go_through_the_template(render, engine):
    repository = f"{URL}, env: {{RESTIC_PACK_SIZE: '64'}}, keys: {{RESTIC_PASSWORD: pw, RESTIC_REST_PASSWORD: a-b}}"
    assert template(render(repository=repository, engine=engine))["data"] == {
        "RESTIC_REPOSITORY": "s3:https://s3.example.com/web",
        "RESTIC_PACK_SIZE": "64",
        "RESTIC_PASSWORD": "{{ .pw }}",
        "RESTIC_REST_PASSWORD": '{{ index . "a-b" }}',
    }


def test_key_of_the_users_own_template_is_copied_and_not_fetched(render):
    external = f"{FETCHED}, target: {{template: {{mergePolicy: Merge, data: {{pw: '{{{{ .a }}}}-x'}}}}}}"
    found = template(render(external, repository=f"{URL}, keys: {{RESTIC_PASSWORD: pw}}"))
    assert found["data"]["RESTIC_PASSWORD"] == "{{ .a }}-x"


@pytest.mark.parametrize(
    ("own", "policy"),
    [
        ("{data: {RESTIC_PASSWORD: '{{ .pw }}'}}", "Replace"),
        ("{mergePolicy: Merge, data: {x: '{{ .pw }}'}}", "Merge"),
        ("{metadata: {labels: {a: b}}}", "Merge"),
        ("{templateFrom: [{configMap: {name: a, items: [{key: b}]}}]}", "Replace"),
    ],
)
def test_merge_policy_stays_the_users_or_keeps_what_is_fetched(render, own, policy):
    """The operator's default drops what is fetched as soon as a template has values."""
    found = template(render(f"{FETCHED}, target: {{template: {own}}}"))
    assert found["mergePolicy"] == policy
    assert found["data"]["RESTIC_REPOSITORY"] == "s3:https://s3.example.com/web"


def test_without_url_nothing_is_templated(render):
    assert template(render(repository=None)) is None


def test_own_repository_url_is_fine_without_ours(render):
    own = "{mergePolicy: Merge, data: {RESTIC_REPOSITORY: '{{ .BASE }}/{app}'}}"
    found = template(render(f"{FETCHED}, target: {{template: {own}}}", repository=None))
    assert found["data"] == {"RESTIC_REPOSITORY": "{{ .BASE }}/web"}


def test_templates_pass_unchanged_but_for_our_placeholders(render):
    text = '{{ index . "{app}-x" | b64dec | replace "{" "}" }}{{app}}'
    external = f"{FETCHED}, target: {{template: {{mergePolicy: Merge, data: {{x: '{text}'}}}}}}"
    assert template(render(external))["data"]["x"] == text.replace("{app}-x", "web-x")


def test_names(render):
    found = render(names="{externalSecret: '{app}-es'}").one(KIND)
    assert (found["metadata"]["name"], found["spec"]["target"]["name"]) == ("web-es", "web-restic")
    found = render(f"{FETCHED}, target: {{name: own-secret}}").one(KIND)
    assert (found["metadata"]["name"], found["spec"]["target"]["name"]) == ("own-secret", "own-secret")


def test_labels_annotations_and_patches_of_its_own(render):
    secret = f"{{externalSecret: {{{FETCHED}}}, labels: {{a: own}}, annotations: {{c: own}}, patches: [{{patch: {{metadata: {{annotations: {{e: f}}}}}}}}]}}"  # noqa: E501 - one line of YAML
    found = render(secret=secret, labels="{a: all, b: all}", annotations="{argocd.argoproj.io/sync-wave: '-4'}")
    metadata = found.one(KIND)["metadata"]
    assert {key: value for key, value in metadata["labels"].items() if "/" not in key} == {"a": "own", "b": "all"}
    said = metadata["annotations"]
    assert (said["c"], said["e"], said["argocd.argoproj.io/sync-wave"]) == ("own", "f", "-4")
    assert found.one("ReplicationSource")["metadata"]["labels"]["a"] == "all"
    assert "e" not in found.one("ReplicationSource")["metadata"]["annotations"]


@both_engines
def test_keys_are_never_pruned(render, engine):
    secret = (
        f"{{externalSecret: {{{FETCHED}}}, patches: [{{patch: {{metadata: {{annotations: null, labels: null}}}}}}]}}"
    )
    metadata = render(secret=secret, engine=engine).one(KIND)["metadata"]
    assert metadata["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"
    assert metadata["annotations"]["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
    assert metadata["labels"] == {"backplan.dev/app": "web", "backplan.dev/target": "default"}


def test_patch_is_checked_against_the_objects_schema(refused):
    secret = f"{{externalSecret: {{{FETCHED}}}, patches: [{{patch: {{spec: {{refreshIntervall: 1h}}}}}}]}}"
    (message,) = refused(secret=secret)
    assert "did you mean 'refreshInterval'?" in message
