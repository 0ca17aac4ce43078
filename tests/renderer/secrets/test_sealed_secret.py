"""SealedSecrets: what is sealed passes through, and each app gets its own URL beside it."""

import base64
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from renderer.pipeline import render as render_all
from renderer.request import Request
from renderer.secrets.sealed.ciphertext import fault
from tests.renderer.policies import result
from tests.renderer.secrets.conftest import URL, keys
from tests.renderer.volsync.policies import policy

KIND = "SealedSecret"
FILE = "restic.sealed.yaml"
WIDE = {"sealedsecrets.bitnami.com/cluster-wide": "true"}
NAMESPACE_WIDE = {"sealedsecrets.bitnami.com/namespace-wide": "true"}
MADE_URL = '{{ "s3:https://s3.example.com/web" }}'


def sealed(length=12, block=512):
    """As long as what kubeseal makes of a text of this length."""
    return base64.b64encode(block.to_bytes(2, "big") + b"\x5a" * (block + length + 16)).decode()


def document(**changes):
    """As kubeseal writes it, with scope cluster-wide."""
    metadata = {"name": "restic", "namespace": "elsewhere", "creationTimestamp": None, "annotations": WIDE}
    spec = {"encryptedData": {"RESTIC_PASSWORD": sealed(), "AWS_ACCESS_KEY_ID": sealed(20)}}
    template = {"metadata": {**metadata, "labels": {"team": "storage"}}, "type": "Opaque"}
    found = {"metadata": metadata, "spec": {**spec, "template": template}} | changes
    return {"apiVersion": "bitnami.com/v1alpha1", "kind": KIND, **found}


@pytest.fixture(params=["volsync", "cronjob"])
def seal(request, tmp_path):
    """Render a policy whose credentials are in a file with this document; what stands beside `secret` is flow YAML."""

    def render(found, repository=URL, secret=f"sealedSecret: {FILE}", **more):
        (tmp_path / FILE).write_text(yaml.safe_dump(found, sort_keys=False))
        return result(tmp_path, policy(**keys(f"{{{secret}}}", repository, request.param, more)))

    return render


def test_sealed_values_pass_through_and_the_app_has_its_own_url(seal):
    found = document()
    made = seal(found).one(KIND)
    assert made["metadata"]["name"] == "web-restic"
    assert made["metadata"]["namespace"] == "shop"
    assert made["metadata"]["annotations"].items() >= WIDE.items()
    assert made["spec"] == {
        "encryptedData": found["spec"]["encryptedData"],
        "template": {
            "type": "Opaque",
            "metadata": {"labels": {"team": "storage"}, "annotations": WIDE},
            "data": {"RESTIC_REPOSITORY": MADE_URL},
        },
    }


def test_document_may_stand_in_the_policy_itself(seal):
    said = yaml.safe_dump(document(), default_flow_style=True, width=10**6).strip()
    assert seal({}, secret=f"sealedSecret: {said}").objects == seal(document()).objects


def test_env_and_keys_come_by_the_template(seal):
    found = document()
    more = "env: {AWS_PROFILE: 'eu \"1\"'}, keys: {AWS_SECRET_ACCESS_KEY: secret-key}"
    found["spec"]["encryptedData"]["secret-key"] = sealed()
    made = seal(found, f"{URL}, {more}").one(KIND)
    assert made["spec"]["template"]["data"] == {
        "RESTIC_REPOSITORY": MADE_URL,
        "AWS_PROFILE": '{{ "eu \\"1\\"" }}',
        "AWS_SECRET_ACCESS_KEY": '{{ index . "secret-key" }}',
    }


def test_templates_of_the_user_stay(seal):
    found = document()
    found["spec"]["template"]["data"] = {"note": "for {{ .AWS_ACCESS_KEY_ID }}"}
    data = seal(found).one(KIND)["spec"]["template"]["data"]
    assert data == {"note": "for {{ .AWS_ACCESS_KEY_ID }}", "RESTIC_REPOSITORY": MADE_URL}


def test_words_of_the_template_are_no_keys(seal):
    """`type` stands where the user's own templates would."""
    found = document()
    found["spec"]["encryptedData"]["type"] = sealed()
    data = seal(found, f"{URL}, keys: {{AWS_SECRET_ACCESS_KEY: type}}").one(KIND)["spec"]["template"]["data"]
    assert data["AWS_SECRET_ACCESS_KEY"] == "{{ .type }}"
    assert any("'metadata' is not among" in one for one in seal(found, f"{URL}, keys: {{AWS_PROFILE: metadata}}").said)


def test_key_may_name_what_a_template_of_the_user_gives(seal):
    found = document()
    found["spec"]["template"]["data"] = {"id": "x{{ .AWS_ACCESS_KEY_ID }}"}
    data = seal(found, f"{URL}, keys: {{AWS_PROFILE: id}}").one(KIND)["spec"]["template"]["data"]
    assert data["AWS_PROFILE"] == "x{{ .AWS_ACCESS_KEY_ID }}"


def test_secret_that_holds_the_url_needs_no_template(seal):
    found = document(spec={"encryptedData": {"RESTIC_PASSWORD": sealed(), "RESTIC_REPOSITORY": sealed(30)}})
    assert "template" not in seal(found, "").one(KIND)["spec"]


def test_name_that_it_was_sealed_for_is_the_secrets_name(seal):
    metadata = {"name": "paper", "namespace": "shop"}
    rendered = seal(document(metadata=metadata))
    assert rendered.one(KIND)["metadata"]["name"] == "paper"
    if "ReplicationSource" in {one["kind"] for one in rendered.objects}:
        assert rendered.restic()["repository"] == "paper"


@pytest.mark.parametrize(
    ("metadata", "wanted"),
    [
        ({"name": "restic", "namespace": "elsewhere", "annotations": WIDE}, []),
        ({"name": "x", "namespace": "shop", "annotations": NAMESPACE_WIDE}, []),
        ({"name": "x", "namespace": "elsewhere", "annotations": NAMESPACE_WIDE}, ["namespace 'elsewhere' (scope"]),
        ({"name": "web-restic", "namespace": "shop"}, []),
        ({"name": "web-restic", "namespace": "shop", "annotations": dict.fromkeys(WIDE, "yes")}, []),
        ({"name": "restic", "namespace": "shop"}, ["'shop/restic' (scope strict)"]),
        ({"name": "restic", "namespace": "elsewhere"}, ["'elsewhere/restic' (scope strict)"]),
    ],
)
def test_what_was_sealed_for_another_name_is_refused(seal, metadata, wanted):
    """The renderer would give it the name of `names.secret`, and the controller could not unseal it."""
    found = seal(document(metadata=metadata), names="{secret: '{app}-restic'}")
    said = [one for one in found.said if one.startswith("error")]
    assert len(said) == len(wanted)
    assert all(text in message for text, message in zip(wanted, said, strict=True))


def test_extras_of_the_policy_are_added_to_those_of_the_file(seal):
    found = document()
    found["metadata"]["labels"] = {"team": "storage", "a": "file"}
    secret = f"sealedSecret: {FILE}, labels: {{a: policy}}, annotations: {{note: here}}"
    metadata = seal(found, secret=secret).one(KIND)["metadata"]
    assert metadata["labels"].items() >= {"team": "storage", "a": "policy"}.items()
    assert metadata["annotations"].items() >= {"note": "here", **WIDE}.items()


@pytest.mark.parametrize(
    "patch",
    [
        "{spec: {encryptedData: {RESTIC_PASSWORD: AgB=}}}",
        "{spec: {encryptedData: {RESTIC_PASSWORD: null}}}",
        "{metadata: {annotations: {sealedsecrets.bitnami.com/cluster-wide: null}}}",
    ],
)
def test_no_patch_changes_what_is_sealed(seal, patch):
    secret = f"sealedSecret: {FILE}, patches: [{{target: {{kind: {KIND}}}, patch: {patch}}}]"
    (said,) = seal(document(), secret=secret).said
    assert "would have other sealed values, or another scope" in said


def test_what_is_sealed_stands_in_no_message(seal):
    found = document()
    found["spec"]["encryptedData"]["RESTIC_PASSWORD"] = "correct-horse"
    said = seal(found).said
    assert said
    assert not any("correct-horse" in one for one in said)


def test_one_file_of_the_fleet_serves_every_app(tmp_path):
    (tmp_path / FILE).write_text(yaml.safe_dump(document()))
    defaults = f"{{repository: {{{URL}, secret: {{sealedSecret: {FILE}}}}}}}"
    fleet = "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec:\n  cluster: home\n"
    (tmp_path / "backplan.yaml").write_text(f"{fleet}  defaults: {defaults}\n")
    paths = []
    for app in ("web", "wiki", "mail"):
        paths.append(tmp_path / app / "backup-policy.yaml")
        paths[-1].parent.mkdir()
        text = policy(claim=f"{app}-data", repository=None, engine="cronjob", copyMethod=None)
        paths[-1].write_text(text.replace("name: web", f"name: {app}"))
    rendered = render_all(Request(files=tuple(paths), cwd=tmp_path))
    assert [one.message for one in rendered.problems] == []
    made = [one.manifest for app in rendered.apps for one in app.objects if one.manifest["kind"] == KIND]
    urls = [one["spec"]["template"]["data"]["RESTIC_REPOSITORY"] for one in made]
    assert urls == [f'{{{{ "s3:https://s3.example.com/{app}" }}}}' for app in ("web", "wiki", "mail")]
    assert len({one["spec"]["encryptedData"]["RESTIC_PASSWORD"] for one in made}) == 1


def test_two_apps_with_the_same_sealed_url_write_one_repository(tmp_path):
    values = {"RESTIC_PASSWORD": sealed(), "RESTIC_REPOSITORY": sealed(30)}
    (tmp_path / FILE).write_text(yaml.safe_dump(document(spec={"encryptedData": values})))
    paths = []
    for app in ("web", "wiki"):
        paths.append(tmp_path / f"{app}.backup-policy.yaml")
        repository = f"{{secret: {{sealedSecret: {FILE}}}}}"
        text = policy(claim=f"{app}-data", repository=repository)
        paths[-1].write_text(text.replace("name: web", f"name: {app}"))
    problems = render_all(Request(files=tuple(paths), cwd=tmp_path)).problems
    assert {one.rule for one in problems if one.is_error} == {"one-writer"}


@given(st.integers(1, 5000), st.sampled_from([256, 384, 512, 1024]))
def test_whole_ciphertext_of_every_key_has_no_fault(length, block):
    assert fault(sealed(length, block)) is None
    assert fault(re.sub("(.{64})", r"\1\r\n", sealed(length, block))) is None
    assert fault(sealed(0, block)) == "was sealed from an empty text"


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_anything_else_has_one(value):
    text = value if isinstance(value, str) else base64.b64encode(value).decode()
    assert fault(text) is not None
