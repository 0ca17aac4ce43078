"""Waiting for a lock: dead ones are removed, living ones waited for, and the oldest is named when patience ends.

Dead locks are of two kinds here: older than 30 minutes, and of a process that is gone on the same host.
"""

import os
import signal
import threading
from datetime import timedelta

import pytest

from tests.mover.container import told, wait_until

pytestmark = pytest.mark.mover

OLD = timedelta(minutes=31)
FRESH = timedelta(minutes=1)


@pytest.mark.parametrize("exclusive", [True, False])
def test_lock_older_than_half_an_hour_costs_a_backup_nothing_but_seconds(mover, repository, exclusive):
    repository.lock(age=OLD, exclusive=exclusive)
    outcome = mover.run("backup")
    assert told(outcome) == (0, "ok"), outcome
    assert repository.locks() == [] or not exclusive
    assert len(repository.snapshots()) == 1


def test_shared_lock_of_another_backup_is_not_in_the_way(mover, repository):
    kept = repository.lock(age=FRESH, exclusive=False)
    outcome = mover.run("backup")
    assert told(outcome) == (0, "ok")
    assert "waited" not in outcome.result
    assert repository.locks() == [kept]


def test_living_lock_ends_patience_with_its_kind_and_age(mover, repository):
    kept = repository.lock(age=FRESH, exclusive=True)
    repository.lock(age=timedelta(minutes=2), exclusive=False)
    outcome = mover.run("backup", BACKPLAN_RETRY_LOCK="2")
    result = outcome.result
    assert told(outcome) == (71, "locked")
    assert (result["lock"], result["resticExit"]) == ("exclusive", 11)
    assert 60 <= result["lockAge"] <= 90
    assert 2 <= result["waited"] <= 15
    assert kept in repository.locks()
    assert repository.snapshots() == []


def test_age_of_a_lock_from_another_time_zone_is_right(mover, repository):
    repository.lock(age=FRESH, exclusive=True, zone=timedelta(hours=-9, minutes=-30))
    repository.lock(age=timedelta(minutes=8), exclusive=True, zone=timedelta(hours=8, minutes=45))
    result = mover.run("backup", BACKPLAN_RETRY_LOCK="1").result
    assert 480 <= result["lockAge"] <= 510


def test_backup_waits_for_a_living_prune_and_then_succeeds(mover, repository):
    held = repository.folder / "locks" / repository.lock(age=FRESH, exclusive=True)
    threading.Timer(4, held.unlink).start()
    outcome = mover.run("backup", BACKPLAN_RETRY_LOCK="60")
    assert told(outcome) == (0, "ok")
    assert outcome.result["waited"] >= 3
    assert "the repository is locked" in outcome.errors
    assert len(repository.snapshots()) == 1


def test_rounds_unlock_a_lock_that_dies_while_being_waited_for(mover, repository):
    repository.lock(age=timedelta(minutes=30) - timedelta(seconds=4), exclusive=True)
    outcome = mover.run("backup", BACKPLAN_RETRY_LOCK="60", BACKPLAN_LOCK_ROUND="2")
    assert told(outcome) == (0, "ok"), outcome
    assert repository.locks() == []


def test_lock_of_a_dead_process_on_the_same_host_is_removed_at_once(mover, repository):
    mover.hostname = "the-same-pod"
    repository.lock(age=FRESH, exclusive=True, hostname="the-same-pod")
    outcome = mover.run("backup", BACKPLAN_RETRY_LOCK="60")
    assert told(outcome) == (0, "ok"), outcome
    assert outcome.seconds < 10


def test_backup_that_is_killed_leaves_a_lock_that_stops_no_other_backup(mover, repository):
    running = mover.start("backup", BACKPLAN_LIMIT_UPLOAD="1")
    (mover.volume / "noise").write_bytes(os.urandom(1 << 20))
    wait_until(repository.locks, running)
    running.signal(signal.SIGKILL)
    killed = running.wait()
    assert (killed.code, killed.message, len(repository.locks())) == (137, "", 1)
    assert told(mover.run("backup")) == (0, "ok")


def test_password_is_proved_wrong_before_any_lock_is_waited_for(mover, repository):
    repository.lock(age=FRESH, exclusive=True)
    assert told(mover.run("backup", RESTIC_PASSWORD="wrong", BACKPLAN_RETRY_LOCK="60")) == (72, "wrong-password")
