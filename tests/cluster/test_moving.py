"""The claim of an app that moves from engine volsync to engine cronjob, as docs/moving-from-volsync.md has it."""

import pytest
import yaml

from tests import checkout

pytestmark = pytest.mark.cluster

POLICY = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: paperless, namespace: documents}
spec:
  claim: paperless-data
  schedule: "@daily"
  retain: {daily: 7}
  repository: {secret: {name: paperless-restic}}
  create: {capacity: 5Gi}
"""
BEFORE = """\
  engine: volsync
  copyMethod: Snapshot
  restore: {bootstrap: {onMissing: empty}}
"""
AFTER = """\
  restore: {bootstrap: {workload: {kind: Deployment, name: paperless}}}
"""


@pytest.fixture
def claim(tmp_path):
    """Renders the claim of a policy."""

    def render(*more):
        checkout.write(tmp_path, "".join([POLICY, *more]))
        done = checkout.backplan(tmp_path, "render", "--stdout")
        assert done.returncode == 0, done.stderr
        found = [one for one in yaml.safe_load_all(done.stdout) if one["metadata"]["name"] == "paperless-data"]
        (manifest,) = [one for one in found if one["kind"] == "PersistentVolumeClaim"]
        return manifest

    return render


def test_claim_that_volsync_filled_is_accepted_without_its_source(applied, bare_api, claim):
    """A claim's spec cannot change, but the server has a second copy of the source, in `dataSource`."""
    assert applied([claim(BEFORE)])[0].complaints == []
    assert "dataSourceRef" not in claim(AFTER)["spec"]
    assert bare_api.apply(claim(AFTER)).complaints == []
    assert bare_api.read(claim(AFTER)).body["spec"]["dataSourceRef"]["name"] == "paperless-dst"
