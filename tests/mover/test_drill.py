"""The operation `drill`: a restore that nobody needs yet, and what it finds."""

import os
import zoneinfo
from datetime import datetime, timedelta, timezone

import pytest

from tests.mover import tree
from tests.mover.container import told
from tests.mover.history import History
from tests.mover.movers import UID

pytestmark = pytest.mark.mover


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@pytest.fixture
def drill(restorer):
    """A mover with a volume to be thrown away."""
    restorer.env = {}
    return restorer


def test_all_comes_back_and_is_compared(mover, drill, repository):
    tree.fill(mover.volume)
    mover.run("backup")
    outcome = drill.run("drill", BACKPLAN_MIN_FILES="3", BACKPLAN_MAX_AGE="3600")
    assert told(outcome) == (0, "ok"), outcome
    result, count = outcome.result, len(files(mover.volume))
    assert (result["files"], result["filesCompared"]) == (count, count)
    assert result["snapshot"] == repository.snapshots()[0]["id"]
    assert 0 <= result["snapshotAge"] < 60
    assert tree.describe(drill.volume) == tree.describe(mover.volume)
    assert repository.locks() == []


def test_sample_is_of_files_by_chance_whatever_they_are_called(mover, drill):
    names = ["a b", "*", "[x]", "$HOME", "${HOME}", "#", "!no", "it's", "%s", "a,b", "]", "ä.txt", "~"]
    for name in names:
        (mover.volume / name).write_text(name)
        os.chown(mover.volume / name, UID, UID)
    mover.run("backup")
    result = drill.run("drill", BACKPLAN_SAMPLE="14").result
    assert (result["class"], result["files"], result["filesCompared"]) == ("ok", 15, 14)
    drawn = files(drill.volume)
    assert len(drawn) == 14
    assert all(path.read_bytes() == (mover.volume / path.relative_to(drill.volume)).read_bytes() for path in drawn)


def test_names_that_json_escapes_are_left_to_others(mover, drill):
    tree.fill(mover.volume)
    mover.run("backup")
    result = drill.run("drill", BACKPLAN_SAMPLE="9").result
    assert (result["class"], result["files"] > 9, result["filesCompared"]) == ("ok", True, 9)


def test_sample_that_is_larger_than_all_is_all(mover, drill):
    mover.run("backup")
    assert drill.run("drill", BACKPLAN_SAMPLE="100").result["filesCompared"] == 2


def test_dumps_are_part_of_it(mover, drill, tmp_path):
    mover.dumps = tmp_path / "dumps"
    mover.dumps.mkdir()
    (mover.dumps / "app.sql").write_text("select 1;\n")
    mover.run("backup", BACKPLAN_DUMPS="true")
    assert drill.run("drill").result["filesCompared"] == 3
    assert (drill.volume / ".backplan" / "dumps" / "app.sql").read_text() == "select 1;\n"


def test_too_few_files_are_a_mismatch(mover, drill):
    mover.run("backup")
    outcome = drill.run("drill", BACKPLAN_MIN_FILES="3")
    assert told(outcome) == (67, "mismatch")
    assert "drill.minFiles" in outcome.errors


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_newest_snapshot_may_be_too_old_in_any_zone(drill, repository, volume, zone):
    drill.env["BACKPLAN_DATA"] = str(volume)
    made = datetime.now(timezone.utc) - timedelta(minutes=90)  # noqa: TID251, UP017
    local = made.astimezone(zoneinfo.ZoneInfo(zone))
    History(repository, volume).save(time=local.strftime("%Y-%m-%d %H:%M:%S"), zone=zone)
    stale = drill.run("drill", BACKPLAN_MAX_AGE="5300")
    assert told(stale) == (67, "stale")
    assert 5400 <= stale.result["snapshotAge"] < 5500
    empty(drill)
    assert told(drill.run("drill", BACKPLAN_MAX_AGE="5500")) == (0, "ok")


def empty(drill):
    for path in sorted(drill.volume.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def pack_of_data(repository):
    return max((repository.folder / "data").rglob("*/*"), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_lost_data_is_damage(mover, drill, repository, how):
    (mover.volume / "big").write_bytes(os.urandom(1 << 20))
    os.chown(mover.volume / "big", UID, UID)
    mover.run("backup")
    pack = pack_of_data(repository)
    if how == "gone":
        pack.unlink()
    else:
        pack.chmod(0o600)
        with pack.open("r+b") as file:
            file.seek(500_000)
            file.write(b"rot")
    outcome = drill.run("drill")
    assert told(outcome) == (67, "damaged"), outcome
    assert outcome.result["errors"] >= 1


def test_history_without_a_snapshot_fails_it(drill):
    assert told(drill.run("drill")) == (66, "no-snapshot")


def test_volume_with_data_is_not_for_drills(mover, drill):
    mover.run("backup")
    (drill.volume / "live").touch()
    outcome = drill.run("drill")
    assert (*told(outcome), outcome.result["reason"]) == (65, "guarded", "not-empty")
    assert [path.name for path in drill.volume.iterdir()] == ["live"]


@pytest.mark.parametrize("name", ["BACKPLAN_MIN_FILES", "BACKPLAN_MAX_AGE", "BACKPLAN_SAMPLE"])
def test_order_that_makes_no_sense_is_never_tried_again(drill, name):
    assert told(drill.run("drill", **{name: "36h"})) == (64, "error")


def test_snapshot_without_a_file_of_the_volume_is_a_mismatch(mover, drill):
    """As a restore of it would bring nothing."""
    for name in ("one", "inside/two"):
        (mover.volume / name).unlink()
    assert told(mover.run("backup")) == (0, "ok")
    assert told(drill.run("drill")) == (67, "mismatch")


def test_dumps_do_not_make_up_for_files(mover, drill, tmp_path):
    mover.dumps = tmp_path / "dumps"
    mover.dumps.mkdir()
    for number in range(5):
        (mover.dumps / f"{number}.sql").write_text("select 1;\n")
    assert told(mover.run("backup", BACKPLAN_DUMPS="true")) == (0, "ok")
    assert told(drill.run("drill", BACKPLAN_MIN_FILES="3")) == (67, "mismatch")
    assert told(drill.run("drill", BACKPLAN_MIN_FILES="2")) == (65, "guarded")  # it is filled by now


def test_newest_snapshot_that_cannot_be_read_is_damage(mover, drill, repository):
    assert told(mover.run("backup")) == (0, "ok")
    (mover.volume / "one").write_text("changed\n")
    newest = mover.run("backup").result["snapshot"]
    path = repository.folder / "snapshots" / newest
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert told(drill.run("drill")) == (67, "damaged")
