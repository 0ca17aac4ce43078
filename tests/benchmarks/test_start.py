"""What a start may import: a hook pays for it with every commit."""

import subprocess
import sys

import pytest

POLICY = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: paperless, namespace: documents}
spec:
  engine: volsync
  claim: paperless-data
  copyMethod: Snapshot
  schedule: "@daily"
  retain: {daily: 7}
  create: {capacity: 1Gi}
  restore: {bootstrap: {onMissing: empty}}
  repository: {url: "s3:https://s3.example.com/{app}", secret: {name: "{app}-restic"}}
"""
SLOW = ("jinja2", "jsonschema", "jsonschema_rs", "referencing", "jsonpatch", "difflib", "importlib.metadata", "email")
"""Each takes 2 to 100 ms, and only mistakes, unusual forms or other commands need it."""


@pytest.mark.parametrize("command", ["validate", "render"])
def test_a_valid_policy_imports_nothing_slow(command, tmp_path):
    policy = tmp_path / "backup-policy.yaml"
    policy.write_text(POLICY)
    program = (
        "import sys; from renderer.cli import main; code = main(sys.argv[1:]); "
        f"print(code, *[name for name in {SLOW!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, command, str(policy)], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "0"
