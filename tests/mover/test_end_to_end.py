"""From a policy to an identical folder: what was rendered runs as it was rendered, with the real restic.

No value of the environment, no path and no argument is changed. The test brings what a cluster has: claims, the Secret
that the policy names, and the image.
"""

import os
from datetime import timedelta

import pytest

from tests.mover import tree
from tests.mover.cluster import APP, GID, POLICY, UID, Cluster
from tests.mover.rootfs import SHELLS

pytestmark = pytest.mark.mover

DUMPS = """\
  dumps:
    - name: database
      image: postgres:16
      file: app.sql
      command: [printf, "%s\\\\n", "select 'it''s \\"quoted\\"';"]
"""
UPKEEP = """\
  pruneIntervalDays: 1
  unlock: after-the-crash
  check: {subsets: 52}
"""
CLONE = """\
  copyMethod: Clone
  capacity: 1Gi
"""


@pytest.fixture
def cluster(images, tmp_path):
    """Makes the cluster of a policy."""
    return lambda *more, shell="ash": Cluster(tmp_path, images[shell], "".join([POLICY, *more]))


@pytest.mark.parametrize("shell", SHELLS)
def test_rendered_backup_restores_to_an_identical_folder(cluster, tmp_path, shell):
    made = cluster(APP, shell=shell)
    data = made.claim("paperless-data")
    tree.fill(data, UID, GID)
    before = tree.describe(data)
    init = made.run("Job", "paperless-init-")
    backup = made.run("CronJob", "paperless-backup")
    assert [(outcome.code, outcome.result["class"]) for outcome in (init, backup)] == [(0, "ok"), (0, "ok")], backup
    assert tree.describe(data) == before, "a backup changes nothing"
    restored = made.repository.restore(tmp_path / "restored")
    assert tree.describe(restored) == before
    assert made.repository.is_sound()


def test_rendered_dumps_are_saved_beside_the_volume(cluster, tmp_path):
    made = cluster(APP, DUMPS)
    data = made.claim("paperless-data")
    tree.fill(data, UID, GID)
    before = tree.describe(data)
    made.run("Job", "paperless-init-")
    backup = made.run("CronJob", "paperless-backup")
    assert (backup.code, backup.result["class"]) == (0, "ok"), backup
    restored = made.repository.restore(tmp_path / "restored")
    assert (restored / ".backplan" / "dumps" / "app.sql").read_text() == "select 'it''s \"quoted\"';\n"
    without = made.repository.restore(tmp_path / "volume", "latest", "--exclude", "/.backplan")
    assert tree.describe(without) == before


def test_rendered_clone_is_saved_and_read_once(cluster, tmp_path):
    made = cluster(APP, CLONE)
    data = made.claim("paperless-data")
    tree.fill(data, UID, GID)
    made.run("Job", "paperless-init-")
    first, second = made.run("CronJob", "paperless-backup"), made.run("CronJob", "paperless-backup")
    assert (first.result["class"], second.result["class"]) == ("ok", "ok"), "restic saves the new inodes' numbers"
    assert second.result["filesUnmodified"] == first.result["files"]


def test_rendered_init_runs_again_without_harm(cluster):
    made = cluster()
    first, second = made.run("Job", "paperless-init-"), made.run("Job", "paperless-init-")
    assert [(outcome.code, outcome.result["class"]) for outcome in (first, second)] == [(0, "ok"), (0, "already")]


def test_second_rendered_backup_uses_the_cache_and_saves_nothing_twice(cluster):
    made = cluster()
    data = made.claim("paperless-data")
    tree.fill(data, 1000, 1000)
    made.run("Job", "paperless-init-")
    made.run("CronJob", "paperless-backup")
    assert any(made.claim("paperless-backup-cache").rglob("index/*/*"))
    assert made.run("CronJob", "paperless-backup").result["class"] == "unchanged"
    (data / "new").write_text("new\n")
    os.chown(data / "new", 1000, 1000)
    third = made.run("CronJob", "paperless-backup").result
    assert (third["class"], third["filesNew"], third["filesChanged"]) == ("ok", 1, 0)
    assert len(made.repository.snapshots()) == 2


def test_rendered_maintenance_keeps_what_the_policy_says(cluster):
    made = cluster(APP, UPKEEP)
    data = made.claim("paperless-data")
    made.run("Job", "paperless-init-")
    for text in ("one", "two", "three"):  # the oldest of all counts as a day's too
        (data / "file").write_text(text)
        os.chown(data / "file", UID, GID)
        assert made.run("CronJob", "paperless-backup").result["class"] == "ok"
    dead = made.repository.lock(age=timedelta(minutes=31), exclusive=False)
    unlock = made.run("Job", "paperless-unlock-")
    assert (unlock.code, unlock.result["class"], unlock.result["locksRemoved"]) == (0, "ok", 1), (unlock, dead)
    maintenance = made.run("CronJob", "paperless-maintenance")
    assert (maintenance.code, maintenance.result["class"]) == (0, "ok"), maintenance
    done = [maintenance.result[step] for step in ("forget", "prune", "check", "removed", "kept")]
    assert done == ["ok", "ok", "ok", 1, 2]
    assert maintenance.result["subset"].endswith("/52")
    assert len(made.repository.snapshots()) == 2
    assert made.repository.is_sound()
