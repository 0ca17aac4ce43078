"""A known value is put wherever people put a credential by mistake, and every command is asked about the policy.

None repeats it: not in a message, not in what is rendered, not in a listing. What real sops and kubeseal encrypted is
looked at where they are (`tests/renderer/secrets/test_real_sops.py`, `tests/cluster/sealing`), and what a mover says in
`tests/mover/test_leaks.py`.
"""

import base64
import json
from pathlib import Path

import pytest
import yaml

from renderer.cli import main

CANARY = "c4n4ry-hunter2"
ENCODED = base64.b64encode(CANARY.encode()).decode()
HEAD = """apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: web, namespace: shop}
spec:
  claim: web-data
  schedule: "@daily"
  retain: {daily: 7}
"""
MISTAKES = yaml.safe_load((Path(__file__).parent / "leaks.yaml").read_text())
ELSEWHERE = ("URL", "patch that tests")
"""What nothing marks as a credential, and `explain --effective` shows as the policy says it."""
COMMANDS = [
    ("render",),
    ("render", "--out", "out"),
    ("render", "--out", "out", "--check"),
    ("validate", "--format", "text"),
    ("validate", "--format", "github"),
    ("validate", "--format", "json"),
    ("explain", "--effective", "backup-policy.yaml"),
    ("secrets",),
    ("secrets", "--format", "json"),
    ("restore", "web"),
    ("run", "web", "backup"),
    ("run", "web", "--", "snapshots"),
]
PLAIN = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web-restic", "namespace": "shop"}}
PART = {**PLAIN, "stringData": {"RESTIC_PASSWORD": CANARY}, "data": {"A": ENCODED}, "sops": {"mac": "ENC[]", "age": []}}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """With files that hold the value in every way in which people leave them beside a policy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("BACKPLAN_DEBUG", raising=False)
    for name in ("RESTIC_PASSWORD", "AWS_SECRET_ACCESS_KEY", "SOPS_AGE_KEY", "SECRET"):
        monkeypatch.setenv(name, CANARY)
    plain = {**PLAIN, "stringData": {"RESTIC_PASSWORD": CANARY}, "data": {"A": ENCODED}}
    (tmp_path / "plain.yaml").write_text(json.dumps(plain))
    (tmp_path / "part.yaml").write_text(json.dumps(PART))
    (tmp_path / "variables.yaml").write_text(f"RESTIC_PASSWORD={CANARY}\n")
    (tmp_path / "key.pem").write_text(f"-----BEGIN PRIVATE KEY-----\n{ENCODED}\n-----END PRIVATE KEY-----\n")
    return tmp_path


@pytest.mark.parametrize("where", MISTAKES)
def test_value_is_never_repeated(folder, capsys, where):
    (folder / "backup-policy.yaml").write_text(HEAD + MISTAKES[where].replace("CANARY", CANARY))
    for command in COMMANDS:
        if command[0] == "explain" and where in ELSEWHERE:
            continue
        code = main([*command])
        said = capsys.readouterr()
        assert code in (0, 1, 2), (command, said)
        assert (command[0] not in ("render", "validate")) or code == 1, (command, "a mistake is none")
        for value in (CANARY, ENCODED):
            assert value not in said.out, (command, said.out)
            assert value not in said.err, (command, said.err)
    written = [path for path in (folder / "out").rglob("*") if path.is_file()]
    assert not written
