"""The operation `backup`: what is saved, under which name, and how it is told."""

import os

import pytest

from tests.mover import tree
from tests.mover.movers import UID

pytestmark = pytest.mark.mover


def write(path, text="new\n", uid=UID):
    path.write_text(text)
    os.chown(path, uid, uid)


def test_first_backup_saves_and_says_so(mover, repository):
    outcome = mover.run("backup")
    assert outcome.code == 0, outcome
    (snapshot,) = repository.snapshots()
    result = outcome.result
    assert result == {
        "operation": "backup",
        "class": "ok",
        "snapshot": snapshot["id"],
        "files": 2,
        "filesNew": 2,
        "filesChanged": 0,
        "filesUnmodified": 0,
        "bytes": 4,
        "bytesAdded": result["bytesAdded"],
        "bytesStored": result["bytesStored"],
        "seconds": result["seconds"],
        "restic": repository.restic("version").stdout.split()[1],
    }
    assert result["bytesAdded"] > result["bytesStored"] > 0


def test_result_is_the_last_line_of_the_log_too(mover):
    outcome = mover.run("backup")
    assert outcome.output == outcome.message + "\n"


def test_snapshot_has_the_identity_that_was_asked_for(mover, repository):
    mover.run("backup", BACKPLAN_HOST="home/documents/paperless/data", BACKPLAN_TAGS="daily\ntwo words")
    (snapshot,) = repository.snapshots()
    assert (snapshot["hostname"], snapshot["tags"], snapshot["paths"]) == (
        "home/documents/paperless/data",
        ["daily", "two words"],
        ["/data"],
    )


def test_path_is_where_the_volume_is_mounted(mover, repository, tmp_path):
    mover.env = {"BACKPLAN_DATA": "/srv/what [is] *this*"}
    (mover.volume / ".backplan").mkdir()
    write(mover.volume / ".backplan" / "restore-once", "done:1")
    assert mover.run("backup").result["files"] == 2
    assert repository.snapshots()[0]["paths"] == ["/srv/what [is] *this*"]


def test_unchanged_volume_adds_no_snapshot(mover, repository):
    mover.run("backup")
    again = mover.run("backup")
    assert (again.code, again.result["class"], again.result["filesUnmodified"]) == (0, "unchanged", 2)
    assert "snapshot" not in again.result
    assert len(repository.snapshots()) == 1


def test_parent_is_found_whatever_the_pod_is_called_and_the_tags_are(mover, repository):
    mover.run("backup", BACKPLAN_TAGS="one")
    write(mover.volume / "three")
    second = mover.run("backup", BACKPLAN_TAGS="two").result
    assert (second["filesNew"], second["filesUnmodified"]) == (1, 2)
    assert repository.snapshots()[1]["parent"] == repository.snapshots()[0]["id"]


def test_what_some_file_hides_makes_a_backup_partial_and_not_a_failure(mover, repository):
    write(mover.volume / "secret", uid=0)
    (mover.volume / "secret").chmod(0o600)
    outcome = mover.run("backup")
    result = outcome.result
    assert (outcome.code, result["class"], result["errors"]) == (0, "partial", 1)
    assert result["snapshot"] == repository.snapshots()[0]["id"]
    assert "permission denied" in outcome.errors


def test_volume_of_which_nothing_can_be_read_is_never_tried_again(mover, repository):
    for path in (mover.volume / "one", mover.volume / "inside"):
        os.chown(path, 0, 0)
        path.chmod(0o700)
    outcome = mover.run("backup")
    assert (outcome.code, outcome.result["class"]) == (65, "unreadable")
    assert "give the mover the app's securityContext" in outcome.errors
    assert repository.snapshots() == []


def test_volume_whose_root_cannot_be_read_is_never_tried_again(mover):
    os.chown(mover.volume, 0, 0)
    mover.volume.chmod(0o700)
    outcome = mover.run("backup")
    assert (outcome.code, outcome.result["class"]) == (65, "unreadable")


def test_hostile_names_come_back_and_run_nothing(mover, repository, tmp_path):
    tree.fill(mover.volume)
    names = ['"during":', "The specified bucket does not exist", "dial tcp", "${HOME}", "`id`", "; exit 1", "--help"]
    for name in names:
        write(mover.volume / name, name)
    before = tree.describe(mover.volume)
    assert mover.run("backup").result["class"] == "ok"
    assert tree.describe(repository.restore(tmp_path / "restored")) == before


def test_unreadable_file_with_a_telling_name_misleads_nobody(mover):
    for name in ("The specified bucket does not exist", "dial tcp", "snapshot is empty", "already contains keys"):
        write(mover.volume / f'"{name}', uid=0)
        (mover.volume / f'"{name}').chmod(0)
    result = mover.run("backup").result
    assert (result["class"], result["errors"]) == ("partial", 4)


def test_excludes_are_patterns_of_restic_and_nothing_else(mover, repository):
    for name in ("it's.tmp", "a b.log", "$(id).log", "kept", "kept too"):
        write(mover.volume / name)
    mover.run("backup", BACKPLAN_EXCLUDE="*.tmp\n/data/a b.log\n$(id).log\n$HOME\n--help")
    listed = {line for line in repository.restic("ls", "latest").stdout.splitlines()[1:] if line.startswith("/")}
    assert listed == {"/inside", "/inside/two", "/one", "/kept", "/kept too"}


def test_own_folder_and_the_filesystems_are_left_out_at_the_root_only(mover, repository):
    for folder in (".backplan", "lost+found", "inside/lost+found", "inside/.backplan"):
        (mover.volume / folder).mkdir()
        write(mover.volume / folder / "file")
    mover.run("backup")
    listed = repository.restic("ls", "latest").stdout
    assert "/inside/lost+found/file" in listed
    assert "/inside/.backplan/file" in listed
    assert "\n/lost+found" not in listed
    assert "\n/.backplan" not in listed


def test_caches_and_large_files_can_be_left_out(mover, repository):
    (mover.volume / "cache").mkdir()
    write(mover.volume / "cache" / "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55")
    write(mover.volume / "cache" / "thing")
    write(mover.volume / "large", "x" * 3000)
    result = mover.run("backup", BACKPLAN_EXCLUDE_CACHES="true", BACKPLAN_EXCLUDE_LARGER_THAN="2K").result
    listed = repository.restic("ls", "latest").stdout
    assert result["files"] == 3, listed
    assert "/cache/thing" not in listed
    assert "/large" not in listed


def test_clone_with_other_inodes_is_not_read_again(mover, tmp_path):
    mover.run("backup")
    copy = tmp_path / "copy"
    mover.volume.rename(copy)
    os.system(f"cp -a {copy} {mover.volume}")
    changed = mover.run("backup", BACKPLAN_IGNORE_INODE=None).result
    assert changed["filesChanged"] == 2
    copy.rename(tmp_path / "older")
    mover.volume.rename(copy)
    os.system(f"cp -a {copy} {mover.volume}")
    result = mover.run("backup", BACKPLAN_IGNORE_INODE="true").result
    assert (result["filesChanged"], result["filesUnmodified"]) == (0, 2)


def test_upload_can_be_limited(mover, repository):
    (mover.volume / "noise").write_bytes(os.urandom(150 << 10))
    os.chown(mover.volume / "noise", UID, UID)
    fast = mover.run("backup", BACKPLAN_HOST="fast")
    (mover.volume / "noise").write_bytes(os.urandom(150 << 10))
    slow = mover.run("backup", BACKPLAN_HOST="slow", BACKPLAN_LIMIT_UPLOAD="50", BACKPLAN_LIMIT_DOWNLOAD="1000")
    assert slow.result["class"] == fast.result["class"] == "ok"
    assert slow.seconds - fast.seconds > 1


def test_missing_repository_is_told_and_not_made(mover, repository, absent, tmp_path):
    repository.folder.rename(tmp_path / "wiped")
    outcome = mover.run("backup")
    assert (outcome.code, outcome.result["class"], outcome.result["resticExit"]) == (1, "no-repository", 10)
    assert not repository.folder.exists()


def test_wrong_password_is_never_tried_again(mover):
    outcome = mover.run("backup", RESTIC_PASSWORD="wrong")
    assert (outcome.code, outcome.result["class"], outcome.result["resticExit"]) == (72, "wrong-password", 12)


def test_secrets_and_addresses_are_not_in_the_result(mover):
    outcome = mover.run("backup", RESTIC_REPOSITORY="rest:http://user:hidden@127.0.0.1:1/", RESTIC_PASSWORD=None)
    assert outcome.code == 64
    for text in ("hidden", "user", "127.0.0.1"):
        assert text not in outcome.message + outcome.output + outcome.errors


def test_password_in_a_url_that_restic_cannot_understand_is_not_in_the_log(mover):
    """Restic hides passwords in URLs that it understands, and prints the others as they are."""
    url = "rest:http://user:hid%zz@127.0.0.1:1/"
    assert "hid%zz" in mover.repository.restic("-r", url, "snapshots", check=False).stderr
    outcome = mover.run("backup", RESTIC_REPOSITORY=url)
    assert outcome.code == 1
    assert "must be percent-encoded" in outcome.errors
    assert "hid%zz" not in outcome.message + outcome.output + outcome.errors


def test_cache_that_cannot_be_written_does_not_stop_a_backup(mover):
    assert mover.run("backup", RESTIC_CACHE_DIR="/nowhere").result["class"] == "ok"
