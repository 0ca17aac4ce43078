"""Backups and maintenances of one repository that start at the same moment: one waits, and both succeed."""

import os
import signal
from itertools import count

import pytest

from tests.mover.container import told, wait_until
from tests.mover.movers import UID
from tests.tools import scale

pytestmark = pytest.mark.mover

PAIRS = scale(2)
MAINTENANCE = {
    "BACKPLAN_FORGET": "--host=documents/paperless/data\n--keep-last=2",
    "BACKPLAN_PRUNE_INTERVAL": "1",
    "BACKPLAN_PRUNE_GAP": "1",
    "BACKPLAN_DAY_OFFSET": "0",
    "BACKPLAN_DAY_BEGINS": "0",
    "BACKPLAN_CHECK_SUBSETS": "4",
}
PATIENCE = 1200
"""Seconds: restic looks again after 5, 10, 20, ... 60 s, and whoever waits may lose its turn again."""
contents = count()


def write(mover, size):
    (mover.volume / "changing").write_bytes(os.urandom(size) + str(next(contents)).encode())
    os.chown(mover.volume / "changing", UID, UID)


@pytest.fixture(params=["folder", "rest"])
def shared(request, mover, new_repository, tmp_path):
    """The repository of the mover, in a folder or behind a server."""
    mover.env = {"BACKPLAN_RETRY_LOCK": "600"} | MAINTENANCE
    if request.param == "folder":
        return mover.repository
    server = request.getfixturevalue("rest")
    found = server.repository(tmp_path.name)
    found.copy_of(new_repository)
    mover.env["RESTIC_REPOSITORY"] = server.url + tmp_path.name
    return found


def test_backup_and_maintenance_at_once_both_succeed(mover, shared, record_property):
    saved, waited = [], []
    for _ in range(PAIRS):
        write(mover, 50 << 10)
        both = mover.start("maintenance"), mover.start("backup")
        maintenance, backup = (running.wait(PATIENCE) for running in both)
        assert told(backup) == (0, "ok"), backup
        assert told(maintenance) == (0, "ok"), maintenance
        saved.append(backup.result["snapshot"])
        waited += [each.result["waited"] for each in (backup, maintenance) if "waited" in each.result]
    record_property("pairs, and how many of them waited", f"{PAIRS}, {len(waited)}, at most {max(waited, default=0)} s")
    assert {snapshot["id"] for snapshot in shared.snapshots()} >= set(saved[-2:])
    assert shared.locks() == []
    assert shared.is_sound()


@pytest.mark.parametrize("image", ["dash"], indirect=True)
def test_maintenance_waits_for_a_living_backup_and_another_backup_does_not(mover, shared):
    write(mover, 500 << 10)
    slow = mover.start("backup", BACKPLAN_LIMIT_UPLOAD="100", BACKPLAN_HOST="documents/slow/data")
    wait_until(shared.locks, slow)
    (restic,) = slow.children("--json")
    os.kill(restic, signal.SIGSTOP)
    maintenance = mover.start("maintenance")
    wait_until(lambda: "the repository is locked" in maintenance.read("stderr"), maintenance)
    beside = mover.run("backup")
    os.kill(restic, signal.SIGCONT)
    first, last = slow.wait(PATIENCE), maintenance.wait(PATIENCE)
    assert [told(outcome) for outcome in (beside, first, last)] == [(0, "ok")] * 3, (beside, first, last)
    assert [outcome.result.get("waited", 0) > 0 for outcome in (beside, first, last)] == [False, False, True]
    assert len(shared.snapshots()) == 2
    assert shared.locks() == []
    assert shared.is_sound()
