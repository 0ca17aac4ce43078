"""The operation `check`: what is wrong with a repository is told apart from what is wrong on the way to it."""

import signal
from datetime import timedelta

import pytest

from tests.mover.container import told, wait_until

pytestmark = pytest.mark.mover


def packs(repository):
    return [path for path in (repository.folder / "data").rglob("*") if path.is_file()]


def test_sound_repository_is_ok_in_restic_s_own_words(mover):
    mover.run("backup")
    outcome = mover.run("check")
    assert told(outcome) == (0, "ok"), outcome
    assert "no errors were found" in outcome.errors


def test_data_is_read_only_where_that_is_asked_for(mover, repository):
    mover.run("backup")
    for pack in packs(repository):
        pack.write_bytes(pack.read_bytes()[:-1] + b"?")
    assert told(mover.run("check", BACKPLAN_READ_DATA_SUBSET="100%")) == (67, "damaged")


def test_missing_data_is_damage(mover, repository):
    mover.run("backup")
    for pack in packs(repository):
        pack.unlink()
    assert told(mover.run("check")) == (67, "damaged")


def test_living_lock_is_waited_for_and_told_with_its_kind(mover, repository):
    kept = repository.lock(age=timedelta(minutes=1), exclusive=False)
    outcome = mover.run("check")
    assert (told(outcome), outcome.result["lock"]) == ((71, "locked"), "shared")
    assert repository.locks() == [kept]


def test_stop_while_it_waits_is_told(mover, repository):
    repository.lock(age=timedelta(minutes=1), exclusive=False)
    running = mover.start("check", BACKPLAN_RETRY_LOCK="600")
    wait_until(lambda: "waiting for up to" in running.read("stderr"), running)
    running.signal(signal.SIGTERM)
    assert told(running.wait()) == (130, "cancelled")


@pytest.mark.parametrize(
    ("env", "way_out"),
    [
        ({"RESTIC_PASSWORD": "wrong"}, (72, "wrong-password")),
        ({"RESTIC_REPOSITORY": "/mnt/elsewhere"}, (1, "no-repository")),
        ({"BACKPLAN_READ_DATA_SUBSET": "everything"}, (1, "error")),
    ],
)
def test_what_cannot_be_checked_is_no_damage(mover, env, way_out):
    assert told(mover.run("check", **env)) == way_out
