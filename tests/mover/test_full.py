"""A pod whose /tmp is full: what restic says is lost there, and nothing may be concluded from the rest of it."""

import os
from contextlib import contextmanager

import pytest

from tests.mover.disks import small_disk
from tests.mover.history import History
from tests.mover.movers import UID
from tests.mover.rootfs import SHELLS

pytestmark = pytest.mark.mover

KIBIBYTES = 1024
OPERATIONS = ["init", "backup", "maintenance", "unlock", "drill", "restore", "bootstrap"]
CASES = [(8, operation) for operation in OPERATIONS] + [(300, "backup")]


def told(outcome):
    return outcome.code, outcome.result["class"], outcome.result.get("reason")


@contextmanager
def little_room(mover, left):
    """A disk for the mover's temporary files; the cache goes elsewhere."""
    with small_disk(mover.folder / "cache", f"size={KIBIBYTES}k") as disk:
        (disk / "somebody else's").write_bytes(bytes(KIBIBYTES - left << 10))
        mover.env |= {"TMPDIR": "/cache", "RESTIC_CACHE_DIR": "/tmp/cache", "BACKPLAN_ON_MISSING": "empty"}
        yield


@pytest.mark.parametrize(
    ("image", "left", "operation"), [(SHELLS[n % 2], *case) for n, case in enumerate(CASES)], indirect=["image"]
)
def test_operation_without_room_is_an_error_to_try_again(mover, restorer, repository, left, operation):
    (mover.volume / "noise").write_bytes(os.urandom(1 << 20))
    os.chown(mover.volume / "noise", UID, UID)
    one = restorer if operation in {"drill", "restore", "bootstrap"} else mover
    one.env |= dict.fromkeys(("BACKPLAN_PRUNE_INTERVAL", "BACKPLAN_PRUNE_GAP"), "1")
    one.env |= dict.fromkeys(("BACKPLAN_DAY_OFFSET", "BACKPLAN_DAY_BEGINS"), "0")
    with little_room(one, left):
        outcome = one.run(operation)
    assert told(outcome) == (1, "error", "full"), outcome
    assert "mover: the disk of /cache is full" in outcome.errors
    assert repository.snapshots() == []
    assert repository.locks() == []
    assert list(restorer.volume.iterdir()) == []


@pytest.mark.parametrize(
    ("image", "operation"), [("ash", "restore"), ("dash", "bootstrap"), ("ash", "drill")], indirect=["image"]
)
def test_list_of_snapshots_that_is_cut_is_never_taken_for_all(restorer, repository, volume, tmp_path, operation):
    """The one in the middle is too long, so that what is left of the list has an older one and not the newest."""
    data = tmp_path / "data"
    volume.rename(data)
    history = History(repository, data)
    history.save("--time=2026-01-01 00:00:00", ours=False)
    history.save("--time=2026-01-02 00:00:00", *(f"--tag={number}{'x' * 1000}" for number in range(400)), ours=False)
    newest = history.save("--time=2026-01-03 00:00:00", ours=False)
    restorer.env["BACKPLAN_DATA"] = str(data)
    with little_room(restorer, 200):
        outcome = restorer.run(operation)
    assert told(outcome) == (1, "error", "full"), outcome
    assert list(restorer.volume.iterdir()) == []
    assert restorer.run(operation, TMPDIR="/tmp").result["snapshot"] == newest
