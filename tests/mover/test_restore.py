"""The operation `restore`: what comes back, into which volumes, how often, and what is refused."""

import os
import shutil
import signal
import struct
import time
from datetime import timedelta

import pytest

from tests.mover import tree
from tests.mover.container import told, wait_until
from tests.mover.disks import small_disk
from tests.mover.history import HOST, History
from tests.mover.movers import UID

pytestmark = pytest.mark.mover

MARKER = ".backplan/restore-check"


def entries(folder):
    return sorted(path.name for path in folder.iterdir())


def test_restored_volume_is_identical(mover, restorer, repository):
    tree.fill(mover.volume)
    before = tree.describe(mover.volume)
    mover.run("backup")
    outcome = restorer.run("restore")
    assert told(outcome) == (0, "restored"), outcome
    assert tree.restored(restorer.volume) == before
    (snapshot,) = repository.snapshots()
    result = outcome.result
    assert result["snapshot"] == snapshot["id"]
    assert result["files"] == snapshot["summary"]["total_files_processed"]
    assert result["bytes"] == snapshot["summary"]["total_bytes_processed"]
    assert 0 <= result["snapshotAge"] < 60
    assert repository.locks() == []


def test_root_with_the_rights_brings_back_every_owner(mover, restorer):
    tree.fill(mover.volume)
    os.chown(mover.volume / "big", 2000, 3000)
    os.setxattr(mover.volume / "run.sh", "system.posix_acl_access", acl(2000))
    before = tree.describe(mover.volume)
    for backup in (mover, restorer):
        backup.uid, backup.capabilities = 0, ("CHOWN", "DAC_OVERRIDE", "FOWNER")
    mover.run("backup")
    assert told(restorer.run("restore")) == (0, "restored")
    assert tree.restored(restorer.volume) == before


def acl(uid):
    """Linux' own form of user::rwx, user:UID:r-x, group::r-x, mask::r-x, other::r-x."""
    everyone = 0xFFFFFFFF
    rows = [(1, 7, everyone), (2, 5, uid), (4, 5, everyone), (16, 5, everyone), (32, 5, everyone)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in rows)


@pytest.mark.parametrize("left", [(), ("lost+found",)])
def test_empty_volume_is_one_with_what_its_filesystem_brings(mover, restorer, left):
    mover.run("backup")
    for name in left:
        (restorer.volume / name).mkdir(mode=0o700)  # root's, as mkfs leaves it
    assert told(restorer.run("restore", BACKPLAN_DELETE="true")) == (0, "restored")
    assert entries(restorer.volume) == sorted([".backplan", "inside", "one", *left])


def test_marker_says_what_was_restored_and_everybody_can_read_it(mover, restorer, repository):
    mover.run("backup")
    restorer.run("restore")
    marker = restorer.volume / MARKER
    assert marker.read_text() == f"done:first\n{repository.snapshots()[0]['id']}\nnone\n"
    assert (marker.stat().st_mode & 0o777, marker.parent.stat().st_mode & 0o777) == (0o644, 0o755)
    restorer.writable = False
    assert told(restorer.run("backup", BACKPLAN_HOST="other")) == (0, "ok")
    assert entries(restorer.volume) == [".backplan", "inside", "one"]


def changed(mover, restorer):
    """A volume that was restored, and has moved on since."""
    mover.run("backup")
    assert told(restorer.run("restore")) == (0, "restored")
    (restorer.volume / "one").write_text("moved on\n")
    (restorer.volume / "inside" / "two").unlink()
    return tree.describe(restorer.volume)


def test_same_job_again_changes_no_byte(mover, restorer):
    before = changed(mover, restorer)
    assert told(restorer.run("restore")) == (0, "already")
    assert tree.describe(restorer.volume) == before


def test_same_job_with_another_image_changes_no_byte(mover, restorer, images):
    before = changed(mover, restorer)
    for image in images.values():
        restorer.image = image
        assert told(restorer.run("restore")) == (0, "already")
    assert tree.describe(restorer.volume) == before


def test_same_job_recreated_after_its_deletion_changes_no_byte(mover, restorer, repository, tmp_path):
    """With all that went with it: pod, cache, and even the repository's last snapshots."""
    before = changed(mover, restorer)
    mover.run("backup", BACKPLAN_HOST=HOST)
    shutil.rmtree(tmp_path / "cache")
    repository.folder.rename(tmp_path / "gone")
    outcome = restorer.run("restore", BACKPLAN_OVERWRITE="true", BACKPLAN_DELETE="true", RESTIC_PASSWORD=None)
    assert told(outcome) == (0, "already")
    assert tree.describe(restorer.volume) == before


def test_volume_that_is_not_empty_is_left_as_it_is(mover, restorer):
    mover.run("backup")
    (restorer.volume / ".hidden").write_text("precious\n")
    outcome = restorer.run("restore")
    assert (*told(outcome), outcome.result["reason"]) == (65, "guarded", "not-empty")
    assert "overwrite: true" in outcome.errors
    assert entries(restorer.volume) == [".hidden"]


def test_another_token_does_not_overwrite_what_came_since(mover, restorer):
    before = changed(mover, restorer)
    assert told(restorer.run("restore", BACKPLAN_TOKEN="second")) == (65, "guarded")
    assert tree.describe(restorer.volume) == before
    outcome = restorer.run("restore", BACKPLAN_TOKEN="second", BACKPLAN_OVERWRITE="true")
    assert told(outcome) == (0, "restored")
    assert tree.restored(restorer.volume) == tree.restored(mover.volume)


@pytest.mark.parametrize("delete", [None, "true"])
def test_overwriting_keeps_other_files_unless_they_shall_be_deleted(mover, restorer, delete):
    mover.run("backup")
    for name in ("extra", "lost+found/inode", ".backplan/kept"):
        (restorer.volume / name).parent.mkdir(exist_ok=True)
        (restorer.volume / name).write_text("theirs\n")
    os.chown(restorer.volume / ".backplan", UID, UID)
    (restorer.volume / "one").write_text("older, and of another size\n")
    os.chown(restorer.volume / "one", UID, UID)
    outcome = restorer.run("restore", BACKPLAN_OVERWRITE="true", BACKPLAN_DELETE=delete)
    assert told(outcome) == (0, "restored"), outcome
    assert (restorer.volume / "one").read_text() == "1\n"
    assert (restorer.volume / "extra").exists() == (delete is None)
    assert (restorer.volume / "lost+found" / "inode").exists()
    assert (restorer.volume / ".backplan" / "kept").exists()


def test_restore_waits_for_a_prune_and_says_who_is_in_the_way(mover, restorer, repository):
    mover.run("backup")
    repository.lock(age=timedelta(minutes=1), exclusive=True)
    outcome = restorer.run("restore", BACKPLAN_RETRY_LOCK="1")
    assert (*told(outcome), outcome.result["lock"]) == (71, "locked", "exclusive")
    assert told(mover.run("backup", BACKPLAN_RETRY_LOCK="1")) == (71, "locked")


@pytest.fixture
def large(mover, restorer):
    """A history of many files, that takes a second or two to restore: so slow is the line."""
    for number in range(300):
        (mover.volume / f"file-{number}").write_bytes(os.urandom(4 << 10))
        os.chown(mover.volume / f"file-{number}", UID, UID)
    mover.run("backup")
    restorer.env["BACKPLAN_LIMIT_DOWNLOAD"] = "500"
    return tree.describe(mover.volume)


@pytest.mark.parametrize("files", [0, 1, 200])
def test_restore_that_is_killed_goes_on_where_it_was(large, restorer, repository, files):
    running = restorer.start("restore")
    wait_until((restorer.volume / MARKER).exists, running)
    wait_until(lambda: len(list(restorer.volume.glob("file-*"))) >= files, running)
    running.signal(signal.SIGKILL)
    assert running.wait().message == ""
    restorer.writable = False
    assert restorer.run("backup").result["reason"] == "restoring"
    restorer.writable = True
    restorer.env.pop("BACKPLAN_LIMIT_DOWNLOAD")
    assert told(restorer.run("restore")) == (0, "restored")
    assert tree.restored(restorer.volume) == large


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.4, 1.0])
def test_restore_that_is_stopped_says_so_and_goes_on_later(large, restorer, repository, delay):
    running = restorer.start("restore")
    running.first_process()
    time.sleep(delay)
    began = time.monotonic()
    running.signal(signal.SIGTERM)
    outcome = running.wait()
    assert told(outcome) == (130, "cancelled"), outcome
    assert time.monotonic() - began < 5
    assert repository.locks() == []
    restorer.env.pop("BACKPLAN_LIMIT_DOWNLOAD")
    assert told(restorer.run("restore")) == (0, "restored")
    assert tree.restored(restorer.volume) == large


def test_what_was_cut_short_leaves_nothing_of_another_snapshot(large, mover, restorer):
    running = restorer.start("restore")
    wait_until(lambda: len(list(restorer.volume.glob("file-*"))) >= 200, running)
    running.signal(signal.SIGKILL)
    running.wait()
    for path in mover.volume.glob("file-?"):
        path.unlink()
    mover.run("backup")
    restorer.env.pop("BACKPLAN_LIMIT_DOWNLOAD")
    assert told(restorer.run("restore", BACKPLAN_TOKEN="the next")) == (0, "restored")
    assert tree.restored(restorer.volume) == tree.describe(mover.volume)


def test_two_restores_at_once_are_one_after_the_other(large, mover, restorer):
    """As when somebody starts a second one on demand, of another time, before the first is through."""
    first = restorer.start("restore", BACKPLAN_SILENCE="120")
    wait_until((restorer.volume / MARKER).exists, first)
    second = restorer.start("restore", BACKPLAN_SILENCE="120", BACKPLAN_TOKEN="second")
    refused = second.wait()
    assert told(first.wait()) == (0, "restored")
    assert (*told(refused), refused.result["reason"]) == (65, "guarded", "not-empty")
    assert tree.restored(restorer.volume) == large
    assert entries(restorer.volume / ".backplan") == ["restore-check"]


def test_half_of_another_restore_is_no_place_for_this_one(mover, restorer):
    mover.run("backup")
    (restorer.volume / ".backplan").mkdir()
    os.chown(restorer.volume / ".backplan", UID, UID)
    (restorer.volume / ".backplan" / "restore-other").write_text("restoring:1\n")
    outcome = restorer.run("restore")
    assert (*told(outcome), outcome.result["reason"]) == (65, "guarded", "restoring")
    assert "restore-other" in outcome.errors


def test_volume_that_cannot_be_written_is_told_with_the_cure(mover, restorer):
    mover.run("backup")
    os.chown(restorer.volume, 0, 0)
    restorer.volume.chmod(0o755)
    outcome = restorer.run("restore")
    assert told(outcome) == (64, "error")
    assert "give the mover the app's securityContext" in outcome.errors


def test_full_volume_is_called_so(mover, restorer, tmp_path):
    (mover.volume / "big").write_bytes(os.urandom(2 << 20))
    os.chown(mover.volume / "big", UID, UID)
    mover.run("backup")
    with small_disk(restorer.volume, "size=1m"):
        outcome = restorer.run("restore")
    assert (*told(outcome), outcome.result["reason"]) == (1, "error", "full")


def test_lost_data_is_told_and_the_rest_restored(mover, restorer, repository):
    mover.run("backup")
    (mover.volume / "later").write_text("of another pack\n")
    os.chown(mover.volume / "later", UID, UID)
    first = {*(repository.folder / "data").rglob("*/*")}
    mover.run("backup")
    packs = sorted({*(repository.folder / "data").rglob("*/*")} - first, key=lambda path: path.stat().st_size)
    packs[0].unlink()
    outcome = restorer.run("restore")
    assert told(outcome) == (67, "damaged"), outcome
    assert outcome.result["errors"] >= 1
    assert (restorer.volume / "one").read_text() == "1\n"
    assert (restorer.volume / MARKER).read_text().startswith("restoring:first\n")


@pytest.mark.parametrize(
    "env",
    [
        {"BACKPLAN_TOKEN": None},
        {"BACKPLAN_TOKEN": "two\nlines"},
        {"BACKPLAN_RESTORE": None},
        {"BACKPLAN_RESTORE": "../check"},
        {"BACKPLAN_HOST": None},
        {"BACKPLAN_PREVIOUS": "-1"},
        {"BACKPLAN_SNAPSHOT": "latest"},
        {"BACKPLAN_TIMEOUT": "2m"},
        {"BACKPLAN_SNAPSHOT": "abc"},
        {"BACKPLAN_ON_MISSING": "ignore"},
        {"BACKPLAN_DATA": None},
        {"RESTIC_PASSWORD": None},
    ],
    ids=lambda env: " ".join(f"{name}={value}" for name, value in env.items()),
)
def test_order_that_makes_no_sense_is_never_tried_again(restorer, env):
    outcome = restorer.run("restore", **env)
    assert told(outcome) == (64, "error"), outcome
    assert entries(restorer.volume) == []


def test_dumps_stay_in_the_repository(mover, restorer, tmp_path):
    mover.dumps = tmp_path / "dumps"
    mover.dumps.mkdir()
    (mover.dumps / "app.sql").write_text("select 1;\n")
    (mover.volume / ".backplan").mkdir()
    assert told(mover.run("backup", BACKPLAN_DUMPS="true")) == (0, "ok")
    outcome = restorer.run("restore")
    assert told(outcome) == (0, "restored"), outcome
    assert entries(restorer.volume) == [".backplan", "inside", "one"]
    assert entries(restorer.volume / ".backplan") == ["restore-check"]
    assert ":/.backplan/dumps" in outcome.errors


def test_snapshot_of_dumps_alone_restores_nothing(mover, restorer, tmp_path):
    mover.dumps = tmp_path / "dumps"
    mover.dumps.mkdir()
    (mover.dumps / "app.sql").write_text("select 1;\n")
    shutil.rmtree(mover.volume)
    mover.volume.mkdir()
    assert told(mover.run("backup", BACKPLAN_DUMPS="true", BACKPLAN_ALLOW_EMPTY="true")) == (0, "ok")
    assert told(restorer.run("restore")) == (66, "no-snapshot")
    assert told(restorer.run("restore", BACKPLAN_ON_MISSING="empty")) == (0, "empty")
    assert entries(restorer.volume) == []


def test_history_of_hand_made_snapshots_is_restored_to_the_volumes_root(restorer, repository, volume):
    """`restic backup /srv/app` saves the folders on the way, too."""
    history = History(repository, volume)
    history.save(sources=[str(volume)], ours=False)
    restorer.env["BACKPLAN_DATA"] = str(volume)
    assert told(restorer.run("restore")) == (0, "restored")
    assert entries(restorer.volume) == [".backplan", "inside", "one"]
