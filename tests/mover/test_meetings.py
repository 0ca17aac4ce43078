"""Backups and maintenances of one repository that start at the same moment: one waits, and both succeed."""

import os
from itertools import count

import pytest

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
contents = count()


def write(mover):
    (mover.volume / "changing").write_bytes(os.urandom(50 << 10) + str(next(contents)).encode())
    os.chown(mover.volume / "changing", UID, UID)


def test_backup_and_maintenance_at_once_both_succeed(mover, repository):
    mover.env = {"BACKPLAN_RETRY_LOCK": "60"} | MAINTENANCE
    saved = []
    for _ in range(PAIRS):
        write(mover)
        both = mover.start("maintenance"), mover.start("backup")
        maintenance, backup = (running.wait() for running in both)
        assert (backup.code, backup.result["class"]) == (0, "ok"), backup
        assert (maintenance.code, maintenance.result["class"]) == (0, "ok"), maintenance
        saved.append(backup.result["snapshot"])
    assert {snapshot["id"] for snapshot in repository.snapshots()} >= set(saved[-2:])
    assert repository.locks() == []
    assert repository.is_sound()
