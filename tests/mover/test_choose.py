"""Which snapshot a restore takes: of whom, as of when, how many before; and what it does where there is none."""

import shutil

import pytest

from tests.mover.container import told
from tests.mover.history import HOST, History

pytestmark = pytest.mark.mover


@pytest.fixture
def history(repository, volume, restorer):
    """Of a volume whose path is its own, in the repository that the restorer restores from."""
    restorer.env["BACKPLAN_DATA"] = str(volume)
    return History(repository, volume)


@pytest.fixture
def zones(history):
    """Four snapshots whose clocks say anything but their order."""
    for text, time, zone in (
        ("01:00", "2026-03-01 10:00:00", "Asia/Tokyo"),
        ("02:00", "2026-02-28 16:30:00", "Pacific/Marquesas"),
        ("00:30", "2026-03-01 06:15:00", "Asia/Kathmandu"),
        ("01:30", "2026-03-01 01:30:00", "UTC"),
    ):
        history.write(text)
        history.save(time=time, zone=zone)
    return history


def restored(restorer, **env):
    outcome = restorer.run("restore", **env)
    assert told(outcome) == (0, "restored"), outcome
    return (restorer.volume / "one").read_text()


def test_times_are_written_in_the_zones_that_these_tests_are_about(zones):
    assert {snapshot["time"] for snapshot in zones.repository.snapshots()} == {
        "2026-03-01T10:00:00+09:00",
        "2026-02-28T16:30:00-09:30",
        "2026-03-01T06:15:00+05:45",
        "2026-03-01T01:30:00Z",
    }


def test_as_of_is_the_newest_at_or_before_a_moment_in_any_zone(zones, restorer):
    found = {}
    for as_of in (
        None,
        "2026-03-01T00:30:00Z",
        "2026-03-01T00:59:59.999999999Z",
        "2026-03-01T01:29:59Z",
        "2026-03-01T01:30:00+00:00",
        "2026-02-28T14:30:00-10:30",
        "2026-03-01T14:14:59+12:45",
        "2026-03-01T14:45:00.000000001+12:45",
        "2100-01-01T00:00:00Z",
    ):
        env = {"BACKPLAN_TOKEN": f"as of {as_of}", "BACKPLAN_OVERWRITE": "true"}
        found[as_of] = restored(restorer, BACKPLAN_AS_OF=as_of, **env)
    assert list(found.values()) == ["02:00", "00:30", "00:30", "01:00", "01:30", "01:00", "01:00", "02:00", "02:00"]


def test_a_moment_is_exact_to_the_nanosecond(history, restorer):
    history.write("within this second")
    history.save(time="2026-03-01 01:00:00.5")
    assert told(restorer.run("restore", BACKPLAN_AS_OF="2026-03-01T01:00:00Z")) == (66, "no-snapshot")
    assert told(restorer.run("restore", BACKPLAN_AS_OF="2026-03-01T01:00:00.4Z")) == (66, "no-snapshot")
    assert restored(restorer, BACKPLAN_AS_OF="2026-03-01T01:00:00.5Z") == "within this second"


def test_previous_skips_newer_ones_after_the_moment_was_looked_at(zones, restorer):
    env = {"BACKPLAN_OVERWRITE": "true"}
    assert restored(restorer, BACKPLAN_PREVIOUS="1", BACKPLAN_TOKEN="1", **env) == "01:30"
    assert restored(restorer, BACKPLAN_PREVIOUS="03", BACKPLAN_TOKEN="2", **env) == "00:30"
    env["BACKPLAN_AS_OF"] = "2026-03-01T01:45:00Z"
    assert restored(restorer, BACKPLAN_PREVIOUS="1", BACKPLAN_TOKEN="3", **env) == "01:00"


def test_exact_snapshot_is_that_one_whoever_made_it_and_when(history, restorer):
    history.write("theirs")
    theirs = history.save(host="somebody/else", time="2026-03-01 00:00:00")
    history.write("newer")
    history.save()
    assert restored(restorer, BACKPLAN_SNAPSHOT=theirs[:8], BACKPLAN_PREVIOUS="5") == "theirs"


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"BACKPLAN_AS_OF": "1980-01-01T00:00:00Z"}, (66, "no-snapshot")),
        ({"BACKPLAN_PREVIOUS": "9999"}, (66, "no-snapshot")),
        ({"BACKPLAN_AS_OF": "yesterday"}, (64, "error")),
        ({"RESTIC_REPOSITORY": "/mnt/repositry"}, (70, "no-repository")),
        ({"BACKPLAN_AS_OF": "2026-03-01"}, (64, "error")),
        ({"BACKPLAN_AS_OF": "2026-03-01T00:00:00"}, (64, "error")),
        ({"BACKPLAN_AS_OF": "2026-02-29T00:00:00Z"}, (64, "error")),
        ({"BACKPLAN_AS_OF": "2026-03-01T24:00:00Z"}, (64, "error")),
        ({"BACKPLAN_AS_OF": "2026-03-01T00:00:00+25:00"}, (64, "error")),
        ({"BACKPLAN_AS_OF": "2026-03-01T00:00:00Z\n2026-03-01T00:00:00Z"}, (64, "error")),
        ({"BACKPLAN_SNAPSHOT": "0123456789abcdef"}, (66, "no-snapshot")),
        ({"BACKPLAN_HOST": "documents/paperless/date"}, (66, "no-snapshot")),
        ({"BACKPLAN_TAGS": "keep"}, (66, "no-snapshot")),
        ({"RESTIC_PASSWORD": "wrong"}, (72, "wrong-password")),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else None,
)
def test_restore_of_nothing_fails_loudly_and_writes_nothing(history, restorer, env, expected):
    history.save()
    outcome = restorer.run("restore", **env)
    assert told(outcome) == expected, outcome
    assert "snapshot" not in outcome.result
    assert list(restorer.volume.iterdir()) == []
    assert not (history.repository.folder.parent / "repositry").exists()


@pytest.mark.parametrize("env", [{"BACKPLAN_PREVIOUS": "9999"}, {"RESTIC_REPOSITORY": "/mnt/absent"}], ids=str)
def test_who_may_start_empty_does_so_and_nothing_is_made(history, restorer, env):
    history.save()
    outcome = restorer.run("restore", BACKPLAN_ON_MISSING="empty", **env)
    assert told(outcome) == (0, "empty"), outcome
    assert list(restorer.volume.iterdir()) == []
    assert not (history.repository.folder.parent / "absent").exists()


def test_wrong_password_is_never_taken_for_nothing_there(history, restorer):
    outcome = restorer.run("restore", BACKPLAN_ON_MISSING="empty", RESTIC_PASSWORD="wrong")
    assert told(outcome) == (72, "wrong-password")


def test_hosts_paths_and_tags_tell_histories_apart(history, restorer):
    history.write("tagged with both")
    history.save("--tag=a b", "--tag=c")
    history.write("tagged with one")
    history.save("--tag=c")
    history.write("another host's")
    history.save(host=f"{HOST}2")
    assert restored(restorer, BACKPLAN_TAGS="c\na b", BACKPLAN_TOKEN="1") == "tagged with both"
    history.write("of a part")
    history.save(sources=["inside"])
    assert restored(restorer, BACKPLAN_TOKEN="2", BACKPLAN_OVERWRITE="true") == "tagged with one"


def test_history_of_volsync_is_restored_as_it_wrote_it(history, restorer):
    """It runs `restic backup --host volsync --exclude=lost+found .` in the volume."""
    history.write("our own")
    history.save()
    on_the_way = history.folder.parts[1]
    for path in history.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (history.folder / on_the_way).mkdir()  # all that there is looks like a folder on the way to the volume
    (history.folder / on_the_way / "file").touch()
    history.save("--exclude=lost+found", host="volsync", ours=False)
    assert told(restorer.run("restore", BACKPLAN_HOST="volsync")) == (0, "restored")
    assert (restorer.volume / on_the_way / "file").exists()


def test_hostile_names_in_a_history_choose_nothing(history, restorer):
    hostile = '","id":"0123456789abcdef","time":"2099-01-01T00:00:00Z'
    history.write("the right one")
    right = history.save(f"--tag={hostile.replace(',', ';')}", f"--exclude={hostile}", '--tag={"time":"2000')
    outcome = restorer.run("restore", BACKPLAN_AS_OF="2098-01-01T00:00:00Z")
    assert outcome.result["snapshot"] == right, outcome


def test_newest_snapshot_that_cannot_be_read_is_said_to_be_passed_over(history, restorer):
    history.write("older")
    history.save()
    history.write("newest")
    path = history.repository.folder / "snapshots" / history.save()
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    outcome = restorer.run("restore")
    assert (*told(outcome), outcome.result["reason"]) == (0, "restored", "passed-over"), outcome
    assert "cannot be read and is passed over" in outcome.errors
    assert (restorer.volume / "one").read_text() == "older"
