"""The cache's disk: small, full of old copies, or full of something else. No operation depends on it."""

import os

import pytest

from tests.mover.container import told, wait_until
from tests.mover.disks import small_disk
from tests.mover.movers import UID

pytestmark = pytest.mark.mover

SMALL = {
    "BACKPLAN_FORGET": "--host=documents/paperless/data\n--keep-last=1",
    "BACKPLAN_PRUNE_INTERVAL": "1",
    "BACKPLAN_PRUNE_GAP": "1",
    "BACKPLAN_DAY_OFFSET": "0",
    "BACKPLAN_DAY_BEGINS": "0",
    "BACKPLAN_CHECK_SUBSETS": "1",
}
LEFT = "the disk of the cache is full; going on with one in /tmp"


def occupy(folder, kibibytes):
    """Copies of packs, as restic keeps them, from months ago."""
    packs = folder / str(UID) / ("0" * 64) / "data" / "ab"
    packs.mkdir(parents=True)
    for number in range(kibibytes // 100):
        (packs / f"{number:064x}").write_bytes(bytes(100 << 10))
    for path in (folder, *folder.rglob("*")):
        os.chown(path, UID, UID)
    return packs


def change(mover):
    (mover.volume / "changing").write_bytes(os.urandom(200 << 10))
    os.chown(mover.volume / "changing", UID, UID)


@pytest.fixture
def full_of_files(mover, repository):
    """A repository whose index is larger than the smallest disk of these tests."""
    (mover.volume / "many").mkdir()
    for number in range(2000):
        (mover.volume / "many" / str(number)).write_bytes(os.urandom(10))
    for path in (mover.volume / "many", *(mover.volume / "many").iterdir()):
        os.chown(path, UID, UID)
    mover.env |= SMALL
    for _ in range(2):
        assert told(mover.run("backup", RESTIC_CACHE_DIR="/tmp/warm")) == (0, "ok")
        change(mover)
    return repository


@pytest.mark.parametrize(
    ("image", "operation", "expected"),
    [("ash", "backup", "ok"), ("dash", "maintenance", "ok"), ("ash", "restore", "restored"), ("dash", "drill", "ok")],
    indirect=["image"],
)
def test_cache_with_too_little_room_for_the_index_stops_nothing(full_of_files, mover, restorer, operation, expected):
    """By itself restic 0.18 would try to write it for a quarter of an hour, and then fail."""
    one = restorer if operation in {"restore", "drill"} else mover
    with small_disk(one.folder / "cache", "size=64k"):
        outcome = one.run(operation)
    assert told(outcome) == (0, expected), outcome
    assert LEFT in outcome.errors
    assert full_of_files.is_sound()
    assert full_of_files.locks() == []


def test_cache_that_is_full_of_old_copies_is_freed(mover, repository):
    with small_disk(mover.folder / "cache", "size=4096k") as cache:
        packs = occupy(cache, 4000)
        assert told(mover.run("backup")) == (0, "ok")
        assert list(packs.iterdir()) == []
        assert len(list(cache.glob("*/*/index/*/*"))) == 1
        outcome = mover.run("backup")
    assert told(outcome) == (0, "unchanged")
    assert LEFT not in outcome.errors


def test_copies_stay_while_there_is_room(mover, repository):
    with small_disk(mover.folder / "cache", "size=4096k") as cache:
        packs = occupy(cache, 2000)
        assert told(mover.run("backup")) == (0, "ok")
        assert len(list(packs.iterdir())) == 20


def test_cache_that_something_else_fills_is_left_alone(mover, repository):
    with small_disk(mover.folder / "cache", "size=1024k") as cache:
        (cache / "not ours").write_bytes(bytes(1000 << 10))
        outcome = mover.run("backup")
        assert [path.name for path in cache.rglob("*") if path.is_file()] == ["not ours"]
    assert told(outcome) == (0, "ok"), outcome
    assert LEFT in outcome.errors


@pytest.mark.parametrize("image", ["ash"], indirect=True)
def test_cache_that_fills_while_a_backup_runs_is_freed(mover, repository):
    (mover.volume / "noise").write_bytes(os.urandom(1 << 20))
    os.chown(mover.volume / "noise", UID, UID)
    with small_disk(mover.folder / "cache", "size=4096k") as cache:
        running = mover.start("backup", BACKPLAN_LIMIT_UPLOAD="50")
        wait_until(repository.locks, running)
        packs = occupy(cache, 4000)
        wait_until(lambda: not list(packs.iterdir()), running)
        outcome = running.wait()
    assert told(outcome) == (0, "ok"), outcome
