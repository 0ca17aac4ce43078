"""Restores from a policy to an identical folder: each object runs as it was rendered, with the real restic."""

import pytest

from tests.mover import tree
from tests.mover.cluster import APP, POLICY, Cluster, full
from tests.mover.rootfs import SHELLS
from tests.mover.workload import BOOTSTRAP, pod_of_app

pytestmark = pytest.mark.mover

RESTORES = """\
  drill: {minFiles: 3, maxAge: 36h, sample: 5}
  restores:
    - {name: check, token: first, to: {claim: paperless-check}}
"""


@pytest.fixture(params=SHELLS)
def cluster(request, images, tmp_path, new_repository):
    """A cluster with a backup of an app."""
    made = Cluster(tmp_path, images[request.param], "".join([POLICY, APP, BOOTSTRAP, RESTORES]))
    made.claim("paperless-check")
    full(made.claim("paperless-data"))
    made.repository.copy_of(new_repository)
    assert made.run("CronJob", "paperless-backup").result["class"] == "ok"
    return made


@pytest.fixture
def before(cluster):
    """What is in the app's volume."""
    return tree.describe(cluster.claim("paperless-data"))


def test_declared_restore_fills_its_claim_once(cluster, before):
    first, again = cluster.run("Job", "paperless-check-"), cluster.run("Job", "paperless-check-")
    assert [(outcome.code, outcome.result["class"]) for outcome in (first, again)] == [(0, "restored"), (0, "already")]
    assert tree.restored(cluster.claim("paperless-check")) == before


def test_restore_on_demand_fills_a_lost_volume_and_no_other(cluster, before):
    refused = cluster.run("CronJob", "paperless-restore")
    assert (refused.code, refused.result["reason"]) == (65, "not-empty")
    cluster.lose("paperless-data")
    outcome = cluster.run("CronJob", "paperless-restore")
    assert (outcome.code, outcome.result["class"]) == (0, "restored"), outcome
    assert tree.restored(cluster.claim("paperless-data")) == before
    marker = cluster.claim("paperless-data") / ".backplan" / "restore-on-demand"
    assert marker.read_text().startswith("done:paperless-restore\n"), "its token is its Job's name"
    assert cluster.run("CronJob", "paperless-backup").result["class"] == "ok"


def test_drill_compares_its_sample(cluster):
    outcome = cluster.run("CronJob", "paperless-drill")
    assert (outcome.code, outcome.result["class"], outcome.result["filesCompared"]) == (0, "ok", 5), outcome


def test_bootstrap_fills_the_volume_before_the_app_starts(cluster, before):
    template = pod_of_app(cluster, "cat /data/pg/PG_VERSION >/dev/termination-log")
    cluster.lose("paperless-data")
    for _ in range(2):
        outcome = cluster.start(template)
        assert (outcome.code, outcome.message) == (0, "16\n"), outcome
    assert tree.restored(cluster.claim("paperless-data")) == before


def test_app_does_not_start_where_its_repository_is_gone(cluster):
    template = pod_of_app(cluster, "cat /data/pg/PG_VERSION >/dev/termination-log")
    cluster.lose("paperless-data")
    cluster.repository.folder.rename(cluster.folder / "gone")
    outcome = cluster.start(template)
    assert (outcome.code, outcome.result["class"]) == (70, "no-repository")
    assert list(cluster.claim("paperless-data").iterdir()) == []
