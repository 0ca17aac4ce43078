"""A stop: SIGTERM ends any moment of a run in time, with a result, and without a lock."""

import os
import signal
import socket
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.mover.container import catches, told, wait_until
from tests.mover.movers import UID

pytestmark = pytest.mark.mover

PATIENCE = 5.0
"""Seconds; a clean stop takes 1.3 on a loaded machine."""


@pytest.fixture
def slow(mover):
    """A mover at 50 KiB a second: its backup takes 20 seconds, and restic does not stop before a pack is uploaded."""
    (mover.volume / "noise").write_bytes(os.urandom(1 << 20))
    os.chown(mover.volume / "noise", UID, UID)
    mover.env = {"BACKPLAN_LIMIT_UPLOAD": "50", "BACKPLAN_STOP_PATIENCE": "2"}
    return mover


@contextmanager
def silent_server():
    """A server that takes connections and never answers: its address."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield "rest:http://user:hidden@{}:{}/".format(*server.getsockname())


def stop(running, number=signal.SIGTERM):
    began = time.monotonic()
    running.signal(number)
    outcome = running.wait()
    return outcome, time.monotonic() - began


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_during_a_backup_leaves_no_lock_and_a_result(slow, repository, number):
    running = slow.start("backup")
    wait_until(repository.locks, running)
    outcome, seconds = stop(running, number)
    assert told(outcome) == (130, "cancelled"), outcome
    assert seconds < PATIENCE
    assert repository.locks() == []
    assert repository.snapshots() == []
    assert repository.is_sound()
    slow.env = {}
    assert told(slow.run("backup")) == (0, "ok")
    assert len(repository.snapshots()) == 1


@pytest.mark.parametrize("delay", [0.0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32])
def test_stop_at_any_moment_leaves_a_result(slow, repository, delay):
    running = slow.start("backup")
    running.first_process()
    time.sleep(delay)
    outcome, seconds = stop(running)
    assert told(outcome) == (130, "cancelled"), outcome
    assert seconds < PATIENCE
    assert repository.locks() == []


def test_stop_while_waiting_for_a_lock(mover, repository):
    kept = repository.lock(age=timedelta(minutes=1), exclusive=True)
    running = mover.start("backup", BACKPLAN_RETRY_LOCK="600")
    wait_until(lambda: "the repository is locked" in running.read("stderr"), running)
    time.sleep(0.5)
    outcome, seconds = stop(running)
    assert told(outcome) == (130, "cancelled")
    assert seconds < PATIENCE
    assert repository.locks() == [kept]


def test_two_stops_are_one(slow, repository):
    running = slow.start("backup")
    wait_until(repository.locks, running)
    running.signal(signal.SIGTERM)
    outcome, _ = stop(running)
    assert told(outcome) == (130, "cancelled")
    assert repository.locks() == []


def test_stop_after_the_snapshot_is_no_failure(mover, repository):
    running = mover.start("backup")
    wait_until(lambda: any((repository.folder / "snapshots").iterdir()), running)
    outcome, _ = stop(running)
    assert told(outcome) in {(0, "ok"), (130, "cancelled")}
    assert repository.locks() == []


def test_restic_that_does_not_give_up_is_killed_and_the_result_still_written(mover):
    with silent_server() as url:
        running = mover.start("backup", RESTIC_REPOSITORY=url, BACKPLAN_STOP_PATIENCE="2")
        # before it listens to SIGTERM that would end it, stopped or not
        wait_until(lambda: any(catches(child, signal.SIGTERM) for child in running.children("--json")), running)
        for child in running.children("--json"):
            os.kill(child, signal.SIGSTOP)
        began = time.monotonic()
        running.signal(signal.SIGTERM)
        wait_until(running.message, running)
        assert 2 <= time.monotonic() - began < 2 + PATIENCE
        outcome = running.wait()
    assert told(outcome) == (130, "cancelled")
    assert time.monotonic() - began < 2 + 10 + PATIENCE  # 10 for its lock, with the result written


def test_restic_that_is_killed_below_leaves_no_lock(slow, repository):
    running = slow.start("backup")
    wait_until(repository.locks, running)
    for child in running.children("--json"):
        os.kill(child, signal.SIGKILL)
    outcome = running.wait()
    assert told(outcome) == (1, "killed")
    assert outcome.result["resticExit"] == 137
    assert repository.locks() == []
