"""Rough data: many files, large ones, names of every kind, and a volume that changes while it is read."""

import contextlib
import os
import signal
from pathlib import Path

import pytest

from tests.mover import tree
from tests.mover.container import told, wait_until
from tests.mover.movers import UID
from tests.tools import scale

# What a volume holds is restic's to read: the shells do not differ there.
pytestmark = [pytest.mark.mover, pytest.mark.parametrize("image", ["ash"], indirect=True)]

MANY = scale(10_000)
LARGE = 2 << 30 if scale(1) >= 10 else 100 << 20
PIECE = 16 << 20
PATIENCE = 1800.0
"""Seconds for the largest volumes on a slow machine."""


def own(top):
    for path in (top, *top.rglob("*")):
        os.chown(path, UID, UID, follow_symlinks=False)


def noise(path, size):
    """Data that nothing compresses and nothing finds twice."""
    with path.open("wb") as file:
        for start in range(0, size, PIECE):
            file.write(os.urandom(min(PIECE, size - start)))
    os.chown(path, UID, UID)
    return path


def there_and_back(mover, restorer):
    """Save the volume and restore it; the backup's result. Both folders are the same then."""
    before = tree.describe(mover.volume)
    saved = mover.start("backup").wait(PATIENCE)
    assert told(saved) == (0, "ok"), saved
    restored = restorer.start("restore").wait(PATIENCE)
    assert told(restored) == (0, "restored"), restored
    after = {name: facts for name, facts in tree.describe(restorer.volume).items() if not name.startswith(".backplan")}
    assert after == before
    return saved.result


def test_many_small_files_come_back_identical(mover, restorer):
    for number in range(MANY):
        folder = mover.volume / f"{number // 500}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.txt").write_text(f"file {number}\n")
    own(mover.volume)
    assert there_and_back(mover, restorer)["files"] == MANY + 2


def test_large_file_comes_back_identical(mover, restorer):
    noise(mover.volume / "large", LARGE)
    assert there_and_back(mover, restorer)["bytes"] == LARGE + 4


def test_names_of_every_kind_come_back_identical(mover, restorer):
    tree.fill(mover.volume)
    names = [bytes([byte]) for byte in range(1, 256) if byte not in b"/."]
    names += [b"two\nlines", b" ", b"\xff\xfe", "\N{SNOWMAN}".encode(), b"%s%n", b"a" * 255, b"\\x41", b"\x1b[2K"]
    folder = mover.volume / "names"
    folder.mkdir()
    for name in names:
        (folder / os.fsdecode(name)).write_bytes(name)
    own(folder)
    assert there_and_back(mover, restorer)["files"] >= len(names)


def test_deep_folders_come_back_identical(mover, restorer):
    """As deep as a path may be: 4,096 bytes, of which the tests' own folder takes some."""
    folder = mover.volume
    while len(os.fsencode(folder)) < 3700:
        folder /= "deep " * 20
        folder.mkdir()
    (folder / "bottom").write_text("reached\n")
    own(mover.volume)
    there_and_back(mover, restorer)


def deeper(top, levels):
    """Folders in folders, further down than a path may reach; the last has a file."""
    at = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d" * 200, dir_fd=at)
        os.chown("d" * 200, UID, UID, dir_fd=at)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("bottom", os.O_CREAT, dir_fd=at))
    os.close(at)


def test_what_lies_deeper_makes_a_backup_partial_and_not_a_failure(mover, repository):
    deeper(mover.volume, 30)
    outcome = mover.run("backup")
    assert told(outcome) == (0, "partial"), outcome
    assert "file name too long" in outcome.errors
    assert len(repository.snapshots()) == 1


@pytest.fixture
def reading(mover):
    """A backup that is halted in the middle of its largest file; it has opened the next one, and no further one."""
    noise(mover.volume / "large", 24 << 20)
    noise(mover.volume / "the last", 1 << 20)
    env = {"BACKPLAN_LIMIT_UPLOAD": "4096", "RESTIC_PACK_SIZE": "4", "RESTIC_READ_CONCURRENCY": "1"}
    running = mover.start("backup", **env)
    wait_until(lambda: readers(running, mover.volume / "large"), running)
    (reader,) = readers(running, mover.volume / "large")
    os.kill(reader, signal.SIGSTOP)
    assert readers(running, mover.volume / "large") == [reader]
    return running, reader


def readers(running, path):
    """Processes of restic that have this very file open."""
    inode = path.stat().st_ino
    return [child for child in running.children("--json") if inode in set(opened(child))]


def opened(process):
    """The inodes of its open files; it may close them, or end, while they are looked at."""
    try:
        files = list(Path(f"/proc/{process}/fd").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return
    for file in files:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            yield file.stat().st_ino


def saved(repository, outcome, target):
    """What is in the snapshot that a backup made."""
    assert told(outcome) == (0, "ok"), outcome
    return tree.describe(repository.restore(target, outcome.result["snapshot"]))


def test_file_that_changes_while_it_is_read_harms_no_other_and_is_saved_by_the_next_run(
    mover, reading, repository, tmp_path
):
    running, reader = reading
    before = tree.describe(mover.volume)
    with (mover.volume / "large").open("r+b") as file:
        file.write(os.urandom(1 << 20))
        file.seek(0, os.SEEK_END)
        file.write(os.urandom(1 << 20))
    os.kill(reader, signal.SIGCONT)
    found = saved(repository, running.wait(), tmp_path / "first")
    assert {name: found[name] for name in before if name != "large"} == without(before, "large")
    assert found["large"]["size"] >= 24 << 20
    assert saved(repository, mover.run("backup"), tmp_path / "second") == tree.describe(mover.volume)
    assert repository.is_sound()


def test_files_that_vanish_while_others_are_read_fail_nothing(mover, reading, repository, tmp_path):
    """Of one that is open restic may still ask something by its name: then the backup is partial."""
    running, reader = reading
    before = tree.describe(mover.volume)
    for name in ("large", "the last"):
        (mover.volume / name).unlink()
    os.kill(reader, signal.SIGCONT)
    outcome = running.wait()
    assert told(outcome) in {(0, "ok"), (0, "partial")}, outcome
    found = tree.describe(repository.restore(tmp_path / "first", outcome.result["snapshot"]))
    assert without(found, "large") == without(before, "the last", "large")
    assert found.get("large", before["large"]) == before["large"], "all of it or nothing"
    assert saved(repository, mover.run("backup"), tmp_path / "second") == without(before, "the last", "large")
    assert repository.is_sound()


def without(found, *names):
    return {name: facts for name, facts in found.items() if name not in names}
