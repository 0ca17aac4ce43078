"""Keys of a Secret that do not reach restic are told, whatever form the Secret is made of."""

import pytest
import yaml

from renderer.secrets.environment import KNOWN, misnamed
from tests.renderer.policies import result
from tests.renderer.secrets.conftest import ENGINES, URL, keys
from tests.renderer.secrets.test_sealed_secret import FILE, document, sealed
from tests.renderer.secrets.test_sops import FILE as ENCRYPTED
from tests.renderer.secrets.test_sops import document as encrypted_document
from tests.renderer.secrets.test_sops import encrypted
from tests.renderer.volsync.policies import policy


def external(folder, names, templated=()):
    items = ", ".join(
        f"{{secretKey: {name}, remoteRef: {{key: x, property: {name}}}}}" for name in ("RESTIC_PASSWORD", *names)
    )
    data = ", ".join(f"{name}: {text!r}" for name, text in templated)
    target = f", target: {{template: {{mergePolicy: Merge, data: {{{data}}}}}}}" if templated else ""
    return f"externalSecret: {{store: vault, data: [{items}]{target}}}"


def from_file(folder, names, templated=()):
    found = document()
    found["spec"]["encryptedData"] |= {name: sealed() for name in names}
    found["spec"]["template"]["data"] = dict(templated)
    (folder / FILE).write_text(yaml.safe_dump(found))
    return f"sealedSecret: {FILE}"


def from_sops(folder, names):
    values = [f"{name}: {encrypted()}" for name in ("RESTIC_PASSWORD", "RESTIC_REPOSITORY", *names)]
    (folder / ENCRYPTED).write_text(encrypted_document(*values))
    return f"sops: {ENCRYPTED}"


@pytest.fixture(params=[external, from_file], ids=["externalSecret", "sealedSecret"])
def said(request, tmp_path):
    """What is said where the Secret has these keys, and templates for some of them."""

    def say(engine, names, templated=(), repository=URL):
        secret = request.param(tmp_path, names, templated)
        return result(tmp_path, policy(**keys(f"{{{secret}}}", repository, engine, {}))).said

    return say


@pytest.fixture(params=[external, from_file, from_sops], ids=["externalSecret", "sealedSecret", "sops"])
def said_of(request, tmp_path):
    """What is said where the Secret brings these keys."""

    def say(engine, name):
        return result(tmp_path, policy(**keys(f"{{{request.param(tmp_path, [name])}}}", URL, engine, {}))).said

    return say


@pytest.mark.parametrize(
    ("engine", "name", "hint"),
    [
        ("volsync", "AWS_SECRET_ACCES_KEY", "did you mean 'AWS_SECRET_ACCESS_KEY'?"),
        ("volsync", "restic-rest-password", "did you mean 'RESTIC_REST_PASSWORD'?"),
        ("volsync", "RESTIC_PASSWORD_FILE", "remove it, or use engine cronjob"),
        ("volsync", "RESTIC_FEATURES", "remove it, or use engine cronjob"),
        ("volsync", "AWS_REGION", "remove it, or use engine cronjob"),
        ("cronjob", "AWS_SECRET_ACCES_KEY", "did you mean 'AWS_SECRET_ACCESS_KEY'?"),
        ("cronjob", "aws.access.key.id", "did you mean 'AWS_ACCESS_KEY_ID'?"),
        ("cronjob", "RESTIC_FEATURE", "did you mean 'RESTIC_FEATURES'?"),
    ],
)
def test_name_near_a_variable_is_told(said_of, engine, name, hint):
    (message,) = said_of(engine, name)
    assert message.startswith("warning: ")
    assert f"'{name}'" in message
    assert hint in message
    assert message.endswith("[no-effect]")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "name", ["AWS_DEFAULT_REGION", "RCLONE_CONFIG_X_TYPE", "username", "note.txt", "ADMIN", "tls.crt"]
)
def test_variables_and_other_keys_are_not(said_of, engine, name):
    assert said_of(engine, name) == []


def test_each_engine_has_variables_of_its_own(said):
    assert said("cronjob", ["RESTIC_FEATURES", "AWS_REGION", "RESTIC_KEY_HINT"]) == []
    assert len(said("volsync", ["RESTIC_FEATURES", "AWS_REGION", "RESTIC_KEY_HINT"])) == 3


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_template_or_keys_reads_may_have_any_name(said, engine):
    assert said(engine, ["B2_ACCOUNT_KEYS"], [("B2_ACCOUNT_KEY", "{{ .B2_ACCOUNT_KEYS }}")]) == []
    assert said(engine, ["B2_ACCOUNT_KEYS"], repository=f"{URL}, keys: {{B2_ACCOUNT_KEY: B2_ACCOUNT_KEYS}}") == []
    assert said(engine, ["B2_ACCOUNT_KEYS"], [("other", "{{ . | toJson }}")]) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_key_of_a_template_is_held_against_the_list_too(said, engine):
    (message,) = said(engine, ["user"], [("B2_ACCOUNTID", "{{ .user }}")])
    assert "did you mean 'B2_ACCOUNT_ID'?" in message


def test_what_a_template_leaves_out_is_not_told(tmp_path):
    data = "{RESTIC_PASSWORD: '{{ .pw }}'}"
    items = "[{secretKey: pw, remoteRef: {key: x}}, {secretKey: AWS_ACCES_KEY_ID, remoteRef: {key: x}}]"
    secret = f"{{externalSecret: {{store: vault, data: {items}, target: {{template: {{data: {data}}}}}}}}}"
    assert result(tmp_path, policy(**keys(secret, URL, "cronjob", {}))).said == []


def test_only_some_of_many_are_told(said):
    assert len(said("cronjob", [f"RESTIC_PASSWORD_{number}" for number in range(50)])) == 20


@pytest.mark.parametrize("engine", ENGINES)
def test_no_variable_that_reaches_restic_is_misnamed(engine):
    assert [name for name in sorted(KNOWN) if misnamed(engine, name)] == []
