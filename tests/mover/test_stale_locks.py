"""Real locks: those that a killed mover left behind, and those of a mover at work.

Dead ones are of two kinds. "Of a dead process on the same host" is found by the next container of the same pod.
"Older than 30 minutes" is the same lock, rewritten with the repository's key: nobody waits that long in a test.
"""

import os
import signal
from datetime import timedelta

import pytest

from tests.mover.container import told, wait_until
from tests.mover.movers import UID

pytestmark = pytest.mark.mover

HOST = "documents/paperless/data"
SLOW = {"backup": {"BACKPLAN_LIMIT_UPLOAD": "250"}, "maintenance": {"BACKPLAN_LIMIT_DOWNLOAD": "250"}}
"""At least four seconds for what `busy` has to read or to write."""
HOLDER = {"backup": "backup", "maintenance": "check"}
"""Which of an operation's commands holds the lock that is looked at: a backup's is shared, a check's exclusive."""
THEN = {"backup": "maintenance", "maintenance": "backup"}


@pytest.fixture
def busy(mover):
    """A mover with a snapshot, whose next backup and next maintenance have something to do."""
    mover.env = {
        "BACKPLAN_FORGET": f"--host={HOST}\n--keep-last=9",
        "BACKPLAN_PRUNE_INTERVAL": "1",
        "BACKPLAN_PRUNE_GAP": "1",
        "BACKPLAN_DAY_OFFSET": "0",
        "BACKPLAN_DAY_BEGINS": "0",
        "BACKPLAN_READ_DATA_SUBSET": "100%",
        "BACKPLAN_RETRY_LOCK": "300",
        "BACKPLAN_LOCK_ROUND": "10",
    }
    write(mover, "first")
    assert told(mover.run("backup")) == (0, "ok")
    write(mover, "second")
    return mover


def write(mover, name):
    (mover.volume / name).write_bytes(os.urandom(1 << 20))
    os.chown(mover.volume / name, UID, UID)


def holding(mover, operation):
    """An operation that has taken its lock, and its restic."""
    running = mover.start(operation, **SLOW[operation])
    wait_until(lambda: running.children(HOLDER[operation]) and mover.repository.locks(), running)
    (restic,) = running.children(HOLDER[operation])
    return running, restic


@pytest.mark.parametrize("image", ["ash"], indirect=True)
@pytest.mark.parametrize("following", ["backup", "maintenance"])
@pytest.mark.parametrize("kind", ["of a dead process on the same host", "older than 30 minutes"])
@pytest.mark.parametrize("killed", ["backup", "maintenance"], ids=["shared", "exclusive"])
def test_lock_that_a_killed_mover_left_stops_nobody(busy, repository, killed, kind, following):
    busy.hostname = "the-same-pod" if "same host" in kind else None
    running, _ = holding(busy, killed)
    running.signal(signal.SIGKILL)
    assert (running.wait().code, running.message()) == (137, "")
    (lock,) = repository.locks()
    assert repository.read_lock(lock)["exclusive"] == (killed == "maintenance")
    if busy.hostname is None:
        repository.backdate(lock, timedelta(minutes=31))
    saved = len(repository.snapshots())
    outcomes = [busy.run(operation) for operation in (following, THEN[following])]
    assert [told(outcome) for outcome in outcomes] == [(0, "ok")] * 2, outcomes
    assert len(repository.snapshots()) == saved + 1
    assert repository.locks() == []
    assert repository.is_sound()


@pytest.mark.parametrize("working", ["backup", "maintenance"], ids=["shared", "exclusive"])
def test_lock_of_a_mover_at_work_is_waited_for_and_both_succeed(busy, repository, working):
    running, restic = holding(busy, working)
    os.kill(restic, signal.SIGSTOP)  # at work for as long as it takes the other one to meet its lock
    (lock,) = repository.locks()
    other = busy.start(THEN[working])
    wait_until(lambda: "the repository is locked" in other.read("stderr"), other)
    assert lock in repository.locks()
    os.kill(restic, signal.SIGCONT)
    outcomes = running.wait(), other.wait()
    assert [told(outcome) for outcome in outcomes] == [(0, "ok")] * 2, outcomes
    assert outcomes[1].result["waited"] > 0
    assert len(repository.snapshots()) == 2
    assert repository.locks() == []
    assert repository.is_sound()
