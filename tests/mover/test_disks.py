"""Restores into volumes whose disk fails, or has no room for anything at all."""

import os
import subprocess
from contextlib import contextmanager

import pytest

from tests.mover.movers import UID
from tests.tools import missing, require

pytestmark = pytest.mark.mover

MARKER = ".backplan/restore-check"
MEBIBYTE = 1 << 20


def told(outcome):
    return outcome.code, outcome.result["class"]


@contextmanager
def mounted(folder, *arguments):
    done = subprocess.run(["mount", *arguments, folder], capture_output=True, text=True)
    if done.returncode != 0:
        missing(f"this machine cannot mount {arguments}: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def thin_disk(folder, below):
    """A disk that takes 32 MiB and keeps no more than eight: what is written tells of no failure, only a sync does."""
    below.mkdir()
    with mounted(below, "-t", "tmpfs", "-o", "size=8m", "tmpfs"):
        image = below / "disk"
        with image.open("wb") as file:
            file.truncate(32 * MEBIBYTE)
        subprocess.run([require("mkfs.ext4"), "-q", "-F", "-O", "^has_journal", image], check=True)
        with mounted(folder, "-o", "loop", str(image)):
            os.chown(folder, UID, UID)
            yield


def test_restore_whose_disk_did_not_keep_it_is_not_done(mover, restorer, tmp_path):
    (mover.volume / "noise").write_bytes(os.urandom(16 * MEBIBYTE))
    os.chown(mover.volume / "noise", UID, UID)
    assert told(mover.run("backup")) == (0, "ok")
    with thin_disk(restorer.volume, tmp_path / "below"):
        outcome = restorer.run("restore")
        assert told(outcome) == (1, "error"), outcome
        assert "the volume's disk did not keep what was written" in outcome.errors
        assert (restorer.volume / MARKER).read_text().startswith("restoring:first\n")


def test_volume_without_room_for_a_marker_is_full(mover, restorer):
    assert told(mover.run("backup")) == (0, "ok")
    with mounted(restorer.volume, "-t", "tmpfs", "-o", f"nr_inodes=2,uid={UID},gid={UID}", "tmpfs"):
        (restorer.volume / "lost+found").mkdir()
        outcome = restorer.run("restore")
        assert (*told(outcome), outcome.result["reason"]) == (1, "error", "full"), outcome
