"""Restores into volumes whose disk fails, or has no room for anything at all."""

import os
import subprocess
from contextlib import contextmanager

import pytest

from tests.mover.container import told
from tests.mover.disks import mounted, small_disk
from tests.mover.movers import UID
from tests.tools import require

pytestmark = pytest.mark.mover

MARKER = ".backplan/restore-check"
MEBIBYTE = 1 << 20


@contextmanager
def thin_disk(folder, below):
    """A disk that takes 32 MiB and keeps no more than eight: what is written tells of no failure, only a sync does."""
    with small_disk(below, "size=8m"):
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
    with small_disk(restorer.volume, "nr_inodes=2"):
        (restorer.volume / "lost+found").mkdir()
        outcome = restorer.run("restore")
        assert (*told(outcome), outcome.result["reason"]) == (1, "error", "full"), outcome
