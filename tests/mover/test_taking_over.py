"""A history that VolSync wrote, gone on with by engine cronjob, and by VolSync again: docs/moving-from-volsync.md.

The policy says `identity: {host: volsync}`, and that alone makes the two one history.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.mover import tree
from tests.mover.cluster import APP, POLICY, Cluster, given
from tests.mover.container import told
from tests.mover.volsync import VolSync
from tests.mover.workload import BOOTSTRAP, pod_of_app

pytestmark = pytest.mark.mover

KEPT = ("--keep-daily", "7")
AS_VOLSYNC = "    identity: {host: volsync}\n"
THREE_DAYS = POLICY.replace("{daily: 7}", "{daily: 3}") + AS_VOLSYNC + APP + "  pruneIntervalDays: 1\n"
RESTORES = """\
  drill: {minFiles: 3, maxAge: 72h}
  restores:
    - {name: then, token: x, asOf: "%s", to: {claim: paperless-check}}
"""


def ago(days):
    return datetime.now(UTC) - timedelta(days=days)  # noqa: TID251 - restic counts from now


def as_volsync_sees(described):
    """It leaves out every folder called lost+found, however deep."""
    return {path: facts for path, facts in described.items() if "lost+found" not in path}


@pytest.fixture
def volsync(deployed):
    """A cluster in which VolSync has been at work, as the app's user."""
    cluster = deployed(APP)
    folders = [given(cluster.claim(name)) for name in ("backups", "paperless-data", "volsync-restored")]
    return cluster, VolSync(cluster.image, cluster.folder, *folders)


def history(cluster: Cluster, mover: VolSync, *days: int) -> dict[int, tree.Tree]:
    """What VolSync saved so many days ago."""
    saved = {}
    for one in days:
        cluster.write("changing", f"{one} days ago\n")
        mover.backup(*KEPT, time=ago(one).strftime("%Y-%m-%d %H:%M:%S"))
        saved[one] = as_volsync_sees(tree.describe(cluster.claim("paperless-data")))
    return saved


def test_first_backup_goes_on_from_volsyncs_last(volsync):
    cluster, mover = volsync
    history(cluster, mover, 2, 1)
    before = cluster.repository.snapshots()
    cluster.apply(POLICY + AS_VOLSYNC + APP)
    cluster.write("changing", "after the move\n")
    init, backup = cluster.run("Job", "paperless-init-"), cluster.run("CronJob", "paperless-backup")
    assert [told(init), told(backup)] == [(0, "already"), (0, "ok")], (init, backup)
    counted = [backup.result[f"files{what}"] for what in ("New", "Changed", "Unmodified")]
    assert counted == [1, 1, backup.result["files"] - 2], "what VolSync left out for its name is new"
    after = cluster.repository.snapshots()
    assert after[:-1] == before
    assert after[-1]["parent"] == before[-1]["id"]
    assert {(one["hostname"], *one["paths"]) for one in after} == {("volsync", "/data")}


def test_volume_that_did_not_change_since_costs_no_snapshot(volsync):
    cluster, mover = volsync
    (cluster.claim("paperless-data") / "deep" / "er" / "lost+found" / "kept").unlink()
    (cluster.claim("paperless-data") / "deep" / "er" / "lost+found").rmdir()
    history(cluster, mover, 1)
    cluster.apply(POLICY + AS_VOLSYNC + APP)
    assert told(cluster.run("CronJob", "paperless-backup")) == (0, "unchanged")
    assert len(cluster.repository.snapshots()) == 1


def test_old_snapshots_age_out_under_the_policys_retain(volsync):
    cluster, mover = volsync
    saved = history(cluster, mover, 40, 9, 3, 2, 1)
    before = [one["id"] for one in cluster.repository.snapshots()]
    assert len(before) == len(saved), "VolSync's own retain keeps seven days"
    cluster.apply(THREE_DAYS)
    cluster.write("changing", "after the move\n")
    now = cluster.saved()
    upkeep = cluster.run("CronJob", "paperless-maintenance")
    assert told(upkeep) == (0, "ok"), upkeep
    assert [upkeep.result[step] for step in ("forget", "prune", "check", "removed", "kept")] == ["ok"] * 3 + [3, 3]
    kept = cluster.repository.snapshots()
    assert [one["id"] for one in kept[:-1]] == before[-2:]
    for one, expected in zip(kept, [saved[2], saved[1], now], strict=True):
        folder = cluster.repository.restore(cluster.folder / one["short_id"], one["id"])
        assert tree.describe(folder) == expected
    assert cluster.repository.is_sound()


def test_restore_drill_and_bootstrap_read_what_volsync_wrote(volsync):
    cluster, mover = volsync
    saved = history(cluster, mover, 9, 1)
    moment = ago(5).strftime("%Y-%m-%dT%H:%M:%SZ")
    cluster.apply(POLICY + AS_VOLSYNC + APP + BOOTSTRAP + RESTORES % moment)
    cluster.claim("paperless-check")
    app = pod_of_app(cluster, "cat /data/changing >/dev/termination-log")
    then, drill = cluster.run("Job", "paperless-then-"), cluster.run("CronJob", "paperless-drill")
    assert [told(then), told(drill)] == [(0, "restored"), (0, "ok")], (then, drill)
    assert tree.restored(cluster.claim("paperless-check")) == saved[9]
    cluster.lose("paperless-data")
    outcome = cluster.start(app)
    assert (outcome.code, outcome.message) == (0, "1 days ago\n"), outcome
    assert tree.restored(cluster.claim("paperless-data")) == saved[1]


def test_identity_of_its_own_finds_nothing_of_volsyncs_unless_a_restore_names_it(volsync):
    cluster, mover = volsync
    saved = history(cluster, mover, 1)
    declared = "  restores: [{name: then, token: x, to: {claim: paperless-check}%s}]\n"
    target = cluster.claim("paperless-check")
    cluster.apply(POLICY + APP + declared % "")
    assert told(cluster.run("Job", "paperless-then-")) == (66, "no-snapshot")
    assert [*target.iterdir()] == []
    cluster.apply(POLICY + APP + declared % ", identity: {host: volsync}")
    assert told(cluster.run("Job", "paperless-then-")) == (0, "restored")
    assert tree.restored(target) == saved[1]


def test_volsync_goes_on_from_our_last_and_we_from_its(volsync):
    """The way back: the ReplicationSource is applied again, with another pod and a cold cache."""
    cluster, mover = volsync
    history(cluster, mover, 1)
    cluster.apply(POLICY + AS_VOLSYNC + APP)
    cluster.write("changing", "ours\n")
    ours = cluster.saved()
    (last,) = cluster.repository.snapshots()[1:]
    mover.restore(last["id"])
    assert tree.describe(mover.restored) == ours
    cluster.write("changing", "theirs\n")
    said = mover.backup(*KEPT)
    assert f"using parent snapshot {last['short_id']}" in said
    mover.prune()
    theirs = cluster.repository.snapshots()[-1]
    assert (theirs["parent"], theirs["summary"]["files_changed"]) == (last["id"], 1)
    cluster.write("changing", "ours again\n")
    cluster.saved()
    assert cluster.repository.snapshots()[-1]["parent"] == theirs["id"]
    assert cluster.repository.is_sound()
