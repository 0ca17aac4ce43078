"""What makes a backup refuse its source."""

import os
import shutil

import pytest

from tests.mover.movers import UID

pytestmark = pytest.mark.mover


def empty(folder):
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def refused(outcome):
    return outcome.code, outcome.result["class"], outcome.result.get("reason")


def mark(mover, said, name="restore-once"):
    folder = mover.volume / ".backplan"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(said)


@pytest.mark.parametrize("left", [(), ("lost+found",), (".backplan",), ("lost+found", ".backplan")])
def test_empty_volume_is_refused(mover, repository, left):
    empty(mover.volume)
    for name in left:
        (mover.volume / name).mkdir()
    assert refused(mover.run("backup")) == (65, "guarded", "empty")
    assert repository.snapshots() == []


def test_empty_volume_that_may_be_empty_pushes_no_snapshot_out(mover, repository):
    mover.run("backup")
    empty(mover.volume)
    outcome = mover.run("backup", BACKPLAN_ALLOW_EMPTY="true")
    assert (outcome.code, outcome.result["class"]) == (0, "empty")
    assert len(repository.snapshots()) == 1


@pytest.mark.parametrize("name", ["*", ".hidden", "..strange", "-", "...", " "])
def test_volume_with_one_strange_name_is_not_empty(mover, name):
    empty(mover.volume)
    (mover.volume / name).symlink_to("/nowhere")
    assert mover.run("backup").result["class"] == "ok"


def test_volume_of_which_all_is_excluded_is_refused(mover):
    assert refused(mover.run("backup", BACKPLAN_EXCLUDE="*")) == (65, "guarded", "excluded")


@pytest.mark.parametrize(("said", "classes"), [("restoring:token", "guarded"), ("done:token", "ok"), ("", "ok")])
def test_half_restored_volume_is_refused(mover, said, classes):
    mark(mover, "done:other", "restore-a")
    mark(mover, said)
    outcome = mover.run("backup")
    assert outcome.result["class"] == classes
    assert (outcome.code, outcome.result.get("reason")) == ((65, "restoring") if classes == "guarded" else (0, None))


def test_marker_that_cannot_be_read_is_no_leave_to_go_on(mover):
    mark(mover, "done:token")
    (mover.volume / ".backplan").chmod(0)
    assert refused(mover.run("backup")) == (65, "unreadable", None)
    (mover.volume / ".backplan").chmod(0o755)
    (mover.volume / ".backplan" / "restore-once").chmod(0)
    assert refused(mover.run("backup")) == (65, "unreadable", None)


@pytest.fixture
def dumped(mover, tmp_path):
    """A mover with a database's dump."""
    mover.dumps = tmp_path / "dumps"
    mover.dumps.mkdir()
    (mover.dumps / "app.sql").write_text("select 1;\n")
    mover.env = {"BACKPLAN_DUMPS": "true"}
    return mover


def test_dump_is_saved_with_the_volume_and_the_parent_is_still_found(dumped, repository, tmp_path):
    dumped.run("backup", BACKPLAN_DUMPS=None)
    second = dumped.run("backup").result
    assert (second["class"], second["filesNew"], second["filesUnmodified"]) == ("ok", 1, 2)
    restored = repository.restore(tmp_path / "restored")
    assert (restored / ".backplan" / "dumps" / "app.sql").read_text() == "select 1;\n"
    assert (restored / "inside" / "two").read_text() == "2\n"


def test_dump_is_saved_though_the_volume_may_be_empty(dumped, repository):
    empty(dumped.volume)
    assert dumped.run("backup", BACKPLAN_ALLOW_EMPTY="true").result["files"] == 1
    assert refused(dumped.run("backup")) == (65, "guarded", "empty")


def test_volume_cannot_pass_its_own_folder_off_as_the_dumps(dumped, repository, tmp_path):
    mark(dumped, "done:1", "dumps")
    dumped.run("backup")
    restored = repository.restore(tmp_path / "restored")
    assert (restored / ".backplan" / "dumps" / "app.sql").is_file()
    assert sorted(path.name for path in restored.iterdir()) == [".backplan", "inside", "one"]


@pytest.mark.parametrize("fault", ["missing", "empty", "one of two is empty"])
def test_missing_or_empty_dump_is_refused(dumped, fault):
    dump = dumped.dumps / "app.sql"
    if fault == "missing":
        dump.unlink()
    else:
        (dump if fault == "empty" else dumped.dumps / "other.sql").write_text("")
    assert refused(dumped.run("backup")) == (65, "guarded", "dump")


def test_excludes_are_about_the_volume_and_not_about_the_dump(dumped, repository, tmp_path):
    outcome = dumped.run("backup", BACKPLAN_EXCLUDE="*.sql\n*.dump\n*.gz", BACKPLAN_EXCLUDE_LARGER_THAN="1k")
    assert outcome.result["class"] == "ok"
    assert [path.name for path in (repository.restore(tmp_path / "out") / ".backplan" / "dumps").iterdir()] == [
        path.name for path in dumped.dumps.iterdir()
    ]


@pytest.mark.parametrize(("limit", "size"), [("1k", 1025), ("2K", 2049), ("1000", 1001), ("1m", (1 << 20) + 1)])
def test_dump_that_a_limit_of_size_would_leave_out_is_refused(dumped, limit, size):
    (dumped.dumps / "large.sql").write_bytes(bytes(size))
    assert refused(dumped.run("backup", BACKPLAN_EXCLUDE_LARGER_THAN=limit)) == (65, "guarded", "dump")
    (dumped.dumps / "large.sql").write_bytes(b"1" * (size - 1))
    assert dumped.run("backup", BACKPLAN_EXCLUDE_LARGER_THAN=limit).result["class"] == "ok"


@pytest.fixture
def watched(mover):
    """A mover that refuses a volume which lost more than half of its files, after a backup of 12."""
    for number in range(10):
        (mover.volume / f"file-{number}").write_text(f"{number}\n")
        os.chown(mover.volume / f"file-{number}", UID, UID)
    mover.env = {"BACKPLAN_MAX_SHRINK_PERCENT": "50"}
    assert mover.run("backup").result["files"] == 12
    return mover


def shrink(mover, files):
    for path in sorted(mover.volume.glob("file-*"))[files:]:
        path.unlink()


def test_shrunken_volume_is_refused_with_both_counts(watched, repository):
    shrink(watched, 3)
    outcome = watched.run("backup")
    assert refused(outcome) == (65, "guarded", "shrunken")
    assert (outcome.result["filesBefore"], outcome.result["files"]) == (12, 5)
    assert len(repository.snapshots()) == 1


def test_volume_that_shrank_by_just_as_much_as_allowed_is_saved(watched):
    shrink(watched, 4)
    assert watched.run("backup").result["files"] == 6


def test_excluded_files_do_not_hide_that_the_others_are_gone(watched):
    shrink(watched, 0)
    for number in range(20):
        (watched.volume / f"{number}.tmp").touch()
    assert refused(watched.run("backup", BACKPLAN_EXCLUDE="*.tmp")) == (65, "guarded", "shrunken")


def test_token_admits_a_shrunken_volume_once(watched, repository):
    shrink(watched, 3)
    admitted = watched.run("backup", BACKPLAN_ACKNOWLEDGE="cleaned-up-2026", BACKPLAN_TAGS="daily")
    assert (admitted.code, admitted.result["class"]) == (0, "ok")
    assert "filesBefore" not in admitted.result
    assert repository.snapshots()[-1]["tags"] == ["daily", "acknowledged:cleaned-up-2026"]
    shrink(watched, 0)
    (watched.volume / "one").unlink()
    assert refused(watched.run("backup", BACKPLAN_ACKNOWLEDGE="cleaned-up-2026")) == (65, "guarded", "shrunken")
    assert watched.run("backup", BACKPLAN_ACKNOWLEDGE="and-again").result["class"] == "ok"


def test_token_stays_used_while_other_snapshots_follow(watched):
    shrink(watched, 3)
    watched.run("backup", BACKPLAN_ACKNOWLEDGE="once")
    (watched.volume / "later").write_text("later\n")
    watched.run("backup", BACKPLAN_ACKNOWLEDGE="once")
    shrink(watched, 0)
    (watched.volume / "later").unlink()
    assert refused(watched.run("backup", BACKPLAN_ACKNOWLEDGE="once")) == (65, "guarded", "shrunken")


def test_another_history_in_the_same_repository_is_not_compared_with(watched):
    shrink(watched, 0)
    assert watched.run("backup", BACKPLAN_HOST="documents/other/data").result["files"] == 2


@pytest.mark.parametrize("token", ["two words", "a,b", '"', "$(id)"])
def test_token_that_cannot_be_a_tag_is_a_usage_error(watched, token):
    shrink(watched, 0)
    outcome = watched.run("backup", BACKPLAN_ACKNOWLEDGE=token)
    assert (outcome.code, outcome.result["class"]) == (64, "error")
