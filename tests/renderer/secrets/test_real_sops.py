"""What real sops encrypts with a real key of age is passed on so that it decrypts, and what we refuse does not."""

import re
import shutil
import subprocess
from base64 import b64encode

import pytest
import yaml

from renderer.cli import main
from tests.tools import require

POLICY = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: web, namespace: shop}
spec:
  claim: web-data
  schedule: "@daily"
  retain: {daily: 7}
  repository:
    url: s3:https://s3.example.com/web
    secret: {sops: restic.sops.yaml}
"""
PASSWORD = "correct horse: battery # staple"
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "web-restic", "namespace": "shop", "creationTimestamp": None},
    "type": "Opaque",
    "stringData": {"RESTIC_PASSWORD": PASSWORD, "AWS_SECRET_ACCESS_KEY": "x" * 40, "AWS_SESSION_TOKEN": "a\nb\n"},
}
RULE = ("--encrypted-regex", "^(data|stringData)$")
COPY = "out/shop/web/web-restic.rendered.sops.yaml"
SOURCE = "restic.sops.yaml"


@pytest.fixture
def sops(tmp_path, monkeypatch):
    """Run sops in a folder of its own with a new key; gives its exit code and what it printed."""
    key = tmp_path / "age.key"
    subprocess.run([require("age-keygen"), "-o", key], check=True, capture_output=True)
    recipient = next(line for line in key.read_text().splitlines() if "public key" in line).split()[-1]
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "backup-policy.yaml").write_text(POLICY)
    environment = {"SOPS_AGE_KEY_FILE": str(key), "SOPS_AGE_RECIPIENTS": recipient, "HOME": str(tmp_path)}

    def run(*arguments):
        done = subprocess.run([require("sops"), *arguments], capture_output=True, text=True, env=environment)
        return done.returncode, done.stdout + done.stderr

    return folder, run


@pytest.fixture
def encrypt(sops):
    """Encrypt a document into the file that the policy names."""
    folder, run = sops

    def encrypted(document=SECRET, *options, text=None):
        (folder / SOURCE).write_text(text or yaml.safe_dump(document))
        code, said = run("encrypt", *(options or RULE), "--in-place", SOURCE)
        assert code == 0, said

    return encrypted


@pytest.fixture
def validate(capsys):
    def said():
        code = main(["validate", "--format", "text"])
        return code, capsys.readouterr().err

    return said


def test_copy_is_the_file_and_its_mac_holds(sops, encrypt):
    folder, run = sops
    encrypt()
    assert main(["render", "--out", "out"]) == 0
    assert (folder / COPY).read_bytes() == (folder / SOURCE).read_bytes()
    code, said = run("decrypt", COPY)
    assert code == 0, said
    assert yaml.safe_load(said)["stringData"] == SECRET["stringData"]


@pytest.mark.parametrize(
    "command",
    [
        ("render", "--stdout"),
        ("render", "--out", "out"),
        ("validate", "--format", "json"),
        ("explain", "--effective", "backup-policy.yaml"),
        ("secrets",),
        ("secrets", "--format", "json"),
        ("restore", "web"),
        ("run", "web", "--", "snapshots"),
    ],
    ids=" ".join,
)
def test_no_command_knows_what_is_encrypted(sops, encrypt, capfd, command):
    folder, _ = sops
    encrypt()
    assert main([*command]) == 0
    said = "".join([*capfd.readouterr(), *(path.read_text() for path in folder.rglob("*") if path.is_file())])
    for value in SECRET["stringData"].values():
        for shown in (value, b64encode(value.encode()).decode()):
            assert shown not in said


def test_mac_would_not_hold_if_anything_were_added(sops, encrypt):
    """Why nothing is."""
    folder, run = sops
    encrypt()
    path = folder / SOURCE
    path.write_text(path.read_text().replace("name: web-restic", "name: web-restic\n    labels:\n        app: web"))
    code, said = run("decrypt", SOURCE)
    assert (code != 0, "MAC mismatch" in said) == (True, True)


def test_file_in_the_form_of_json_is_passed_on_too(sops, encrypt):
    folder, run = sops
    encrypt(text='{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web-restic", "namespace": "shop"}, '
            '"stringData": {"RESTIC_PASSWORD": "a"}}')  # fmt: skip
    assert main(["render", "--out", "out"]) == 0
    assert (folder / COPY).read_bytes() == (folder / SOURCE).read_bytes()
    assert run("decrypt", COPY)[0] == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--encrypted-regex", "^(data|stringData)$"),
        ("--encrypted-regex", "(RESTIC|AWS)_"),
        ("--unencrypted-regex", "^(apiVersion|kind|metadata|type)$"),
        ("--encrypted-suffix", "Data"),
        ("--mac-only-encrypted", "--encrypted-regex", "^stringData$"),
    ],
)
def test_every_rule_of_sops_that_leaves_the_metadata_readable_is_accepted(encrypt, validate, options):
    encrypt(SECRET, *options)
    assert validate() == (0, "1 policy file: no problems\n")


def test_nothing_readable_is_refused(encrypt, validate):
    """Sops encrypts all of a file where it has no rule."""
    encrypt(SECRET, "--config", "/dev/null")
    code, said = validate()
    assert (code, "all of it is encrypted, even its kind" in said) == (1, True)


def test_credential_that_the_rule_passes_over_is_refused(encrypt, validate):
    encrypt(SECRET, "--encrypted-regex", "^AWS_")
    code, said = validate()
    assert (code, "'RESTIC_PASSWORD' is not encrypted" in said, PASSWORD in said) == (1, True, False)


def test_empty_password_stays_readable_and_is_refused(encrypt, validate):
    encrypt(SECRET | {"stringData": {"RESTIC_PASSWORD": ""}})
    code, said = validate()
    assert (code, "'RESTIC_PASSWORD' is empty" in said) == (1, True)


def test_number_is_refused_that_no_secret_takes(encrypt, validate):
    encrypt(SECRET | {"stringData": {"RESTIC_PASSWORD": 1234}})
    code, said = validate()
    assert (code, "'RESTIC_PASSWORD' would become a number" in said) == (1, True)


def test_merge_that_brought_back_the_readable_value_is_refused_as_sops_does(sops, encrypt, validate):
    folder, run = sops
    encrypt()
    path = folder / SOURCE
    lines = [
        "    RESTIC_PASSWORD: hunter2" if "RESTIC_PASSWORD" in one else one for one in path.read_text().split("\n")
    ]
    path.write_text("\n".join(lines))
    assert run("decrypt", SOURCE)[0] != 0
    code, said = validate()
    assert (code, "'RESTIC_PASSWORD' is not encrypted" in said, "hunter2" in said) == (1, True, False)


def test_decrypted_file_is_refused(sops, encrypt, validate):
    _, run = sops
    encrypt()
    assert run("decrypt", "--in-place", SOURCE)[0] == 0
    code, said = validate()
    assert (code, "this Secret is not encrypted" in said, PASSWORD in said) == (1, True, False)


def test_configuration_of_sops_is_never_passed_on(sops, encrypt, validate):
    folder, _ = sops
    encrypt()
    shutil.copy(folder / SOURCE, folder / ".sops.yaml")
    policy = folder / "backup-policy.yaml"
    policy.write_text(policy.read_text().replace("restic.sops.yaml", ".sops.yaml"))
    assert validate()[0] == 1
    assert main(["render", "--out", "out"]) == 1
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"$^", ""),
        (r"(?m)^    mac: .*\n", ""),
        (r"(?m)^    mac: .*", '    mac: ""'),
        (r"(?m)^    version: .*\n", ""),
        (r"(?ms)^sops:.*", "sops: text\n"),
        (r"(?ms)^sops:.*", "sops: {}\n"),
        (r"(?ms)^sops:.*", "sops:\n"),
        (r"(?ms)^sops:.*", ""),
    ],
    ids=["whole", "no mac", "empty mac", "no version", "text", "empty", "null", "nothing"],
)
def test_what_is_encrypted_is_what_sops_calls_so(sops, encrypt, validate, pattern, text):
    folder, run = sops
    encrypt()
    path = folder / SOURCE
    path.write_text(re.sub(pattern, text, path.read_text()))
    status = run("filestatus", SOURCE)  # fails where it can tell nothing, as for a file with `sops: text`
    code, said = validate()
    assert (code, "this Secret is not encrypted" not in said) == ((0, True) if "true" in status[1] else (1, False)), (
        said
    )


def test_two_rules_are_refused_as_sops_does(sops, encrypt, validate):
    folder, run = sops
    encrypt()
    path = folder / SOURCE
    path.write_text(path.read_text().replace("    version:", "    encrypted_suffix: _x\n    version:"))
    assert "Cannot use more than one of" in run("decrypt", SOURCE)[1]
    code, said = validate()
    assert (code, "two rules say what is encrypted" in said) == (1, True)


def test_comment_that_was_added_among_the_values_is_told(sops, encrypt, validate):
    """Sops encrypts comments there, and does not miss one that it has not encrypted."""
    folder, run = sops
    comment = "  # it was hunter2\n"
    encrypt(text=yaml.safe_dump(SECRET, sort_keys=False).replace("stringData:\n", f"stringData:\n{comment}"))
    assert validate() == (0, "1 policy file: no problems\n")
    path = folder / SOURCE
    path.write_text(path.read_text().replace("stringData:\n", f"stringData:\n{comment}"))
    assert run("decrypt", SOURCE)[0] == 0
    code, said = validate()
    assert (code, "9:3: warning: this comment among the values is readable" in said, "hunter2" in said) == (
        0,
        True,
        False,
    )
