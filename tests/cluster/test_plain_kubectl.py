"""What `kubectl apply` alone does, without Flux or Argo CD, as docs/on-call.md has it."""

import pytest
import yaml

from tests import checkout
from tests.cluster.surroundings import furnish
from tests.golden.examples import FOLDER

pytestmark = pytest.mark.cluster

POLICY = (FOLDER / "no-operator" / "backup-policy.yaml").read_text()
CHANGED = POLICY + "  mover: {resources: {requests: {memory: 512Mi}}}\n"


@pytest.fixture
def rendered(tmp_path):
    def render(policy):
        checkout.write(tmp_path, policy)
        done = checkout.backplan(tmp_path, "render", "--stdout")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return render


def test_changed_policy_is_applied_once_the_job_that_has_run_is_deleted(kubectl, rendered, bare_api):
    before, after = rendered(POLICY), rendered(CHANGED)
    manifests = list(yaml.load_all(after, yaml.CSafeLoader))
    furnish(bare_api, manifests)
    try:
        assert kubectl("apply", "-f", "-", said=before).returncode == 0
        refused = kubectl("apply", "-f", "-", said=after)
        assert refused.returncode == 1
        assert "field is immutable" in refused.stderr

        delete = "-n passwords delete job --selector backplan.dev/operation=init"
        assert f"kubectl {delete}\n" in (FOLDER.parent / "docs" / "on-call.md").read_text()
        assert kubectl(*delete.split()).returncode == 0
        assert kubectl("apply", "-f", "-", said=after).returncode == 0
    finally:
        for manifest in reversed([*manifests, *yaml.load_all(before, yaml.CSafeLoader)]):
            bare_api.delete(manifest)
