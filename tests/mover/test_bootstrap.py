"""The operation `bootstrap`: an app that gets its data before it starts, or starts as it is."""

import os
import shutil
import signal
import socket
import time
from contextlib import contextmanager

import pytest

from tests.mover import tree
from tests.mover.container import told, wait_until
from tests.mover.http_servers import answering
from tests.mover.movers import UID
from tests.mover.servers import S3_KEYS

pytestmark = pytest.mark.mover

NOWHERE = {"RESTIC_REPOSITORY": "rest:http://127.0.0.1:1/"}


def entries(folder):
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def silent_server():
    """Takes connections and never answers: its address, and what has come in."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        server.setblocking(False)
        yield "rest:http://{}:{}/".format(*server.getsockname()), server


@pytest.fixture
def app(restorer):
    """An app's pod, in which the mover is a guest."""
    restorer.env = {
        "BACKPLAN_RESTORE": "bootstrap",
        "BACKPLAN_TOKEN": "restore-once",
        "BACKPLAN_ON_MISSING": "fail",
        "BACKPLAN_POD": "app-1",
        "BACKPLAN_TIMEOUT": "120",
        "BACKPLAN_SILENCE": "4",
    }
    return restorer


@pytest.fixture
def saved(mover):
    """A volume with a snapshot."""
    tree.fill(mover.volume)
    assert told(mover.run("backup")) == (0, "ok")
    return tree.describe(mover.volume)


def test_empty_volume_is_filled_once(app, saved, repository):
    assert told(app.run("bootstrap")) == (0, "restored")
    assert tree.restored(app.volume) == saved
    assert entries(app.volume / ".backplan") == ["restore-bootstrap"]
    assert told(app.run("bootstrap")) == (0, "present")
    assert repository.locks() == []


def test_credential_that_may_only_read_is_enough(app, saved, repository):
    for path in (repository.folder, *repository.folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
        os.chown(path, 0, 0)
    assert told(app.run("bootstrap")) == (0, "restored")
    assert tree.restored(app.volume) == saved


@pytest.mark.parametrize("kind", ["data", "hidden", "link"])
def test_app_with_data_starts_without_one_request(app, kind):
    with silent_server() as (url, server):
        if kind == "link":
            (app.volume / "link").symlink_to("/nowhere")
        else:
            (app.volume / {"data": "data", "hidden": ".hidden"}[kind]).touch()
        outcome = app.run("bootstrap", RESTIC_REPOSITORY=url)
        assert told(outcome) == (0, "present")
        assert outcome.seconds < 2
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "env",
    [NOWHERE, {"RESTIC_PASSWORD": None}, {"RESTIC_REPOSITORY": None}, {"TMPDIR": "/nowhere"}, {"BACKPLAN_AS_OF": "x"}],
    ids=lambda env: next(iter(env)),
)
def test_app_with_data_starts_whatever_became_of_the_rest(app, env):
    (app.volume / "data").touch()
    assert told(app.run("bootstrap", **env)) == (0, "present")


def test_what_was_deleted_on_purpose_stays_deleted(app, saved):
    app.run("bootstrap")
    for path in app.volume.iterdir():
        if path.name != ".backplan":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    assert told(app.run("bootstrap", **NOWHERE)) == (0, "emptied")
    assert entries(app.volume) == [".backplan"]
    assert told(app.run("bootstrap", BACKPLAN_TOKEN="again")) == (0, "restored")
    assert tree.restored(app.volume) == saved


def test_new_volume_is_filled_though_the_token_is_old(app, saved):
    app.run("bootstrap")
    shutil.rmtree(app.volume)
    app.volume.mkdir()
    os.chown(app.volume, UID, UID)
    assert told(app.run("bootstrap")) == (0, "restored")


def test_another_token_does_not_touch_an_app_that_has_its_data(app, saved):
    app.run("bootstrap")
    (app.volume / "big").write_text("the app's own by now\n")
    assert told(app.run("bootstrap", BACKPLAN_TOKEN="again")) == (0, "present")
    assert (app.volume / "big").read_text() == "the app's own by now\n"


def test_app_without_a_backup_does_not_start_unless_it_may(app, repository):
    assert told(app.run("bootstrap")) == (66, "no-snapshot")
    assert told(app.run("bootstrap", BACKPLAN_ON_MISSING="empty")) == (0, "empty")
    assert told(app.run("bootstrap", RESTIC_REPOSITORY="/mnt/mistyped")) == (70, "no-repository")
    assert told(app.run("bootstrap", RESTIC_REPOSITORY="/mnt/none-yet", BACKPLAN_ON_MISSING="empty")) == (0, "empty")
    assert entries(app.volume) == [], "initdb wants a truly empty folder"
    assert entries(repository.folder.parent) == ["repository"]


@pytest.mark.parametrize("on_missing", ["fail", "empty"])
def test_unreachable_is_never_missing(app, on_missing):
    with silent_server() as (url, _):
        outcome = app.run("bootstrap", RESTIC_REPOSITORY=url, BACKPLAN_TIMEOUT="2", BACKPLAN_ON_MISSING=on_missing)
    assert told(outcome) == (1, "unreachable"), outcome
    assert outcome.seconds < 8
    outcome = app.run("bootstrap", **NOWHERE, BACKPLAN_TIMEOUT="2", BACKPLAN_ON_MISSING=on_missing)
    assert told(outcome) == (1, "unreachable"), outcome
    assert entries(app.volume) == []


def test_app_is_not_started_on_half_of_another_restore(app, saved):
    (app.volume / "half").touch()
    (app.volume / ".backplan").mkdir()
    (app.volume / ".backplan" / "restore-check").write_text("restoring:1\n")
    outcome = app.run("bootstrap")
    assert (*told(outcome), outcome.result["reason"]) == (65, "guarded", "restoring")


@pytest.fixture
def slow(app, mover):
    """An app whose restore takes some two seconds."""
    for number in range(300):
        (mover.volume / f"file-{number}").write_bytes(os.urandom(4 << 10))
        os.chown(mover.volume / f"file-{number}", UID, UID)
    mover.run("backup")
    app.env |= {"BACKPLAN_LIMIT_DOWNLOAD": "500", "BACKPLAN_STOP_PATIENCE": "1"}
    return app


def filling(app, running, files):
    wait_until(lambda: len(list(app.volume.glob("file-*"))) >= files, running)


def test_container_that_is_killed_goes_on_in_its_pod_at_once(slow, mover):
    running = slow.start("bootstrap", BACKPLAN_SILENCE="120")
    filling(slow, running, 100)
    running.signal(signal.SIGKILL)
    running.wait()
    assert "turn" in entries(slow.volume / ".backplan")
    outcome = slow.run("bootstrap", BACKPLAN_SILENCE="120", BACKPLAN_LIMIT_DOWNLOAD=None)
    assert told(outcome) == (0, "restored")
    assert outcome.seconds < 10
    assert tree.restored(slow.volume) == tree.describe(mover.volume)
    assert entries(slow.volume / ".backplan") == ["restore-bootstrap"]


def test_another_pod_takes_over_after_silence(slow, mover):
    running = slow.start("bootstrap")
    filling(slow, running, 100)
    running.signal(signal.SIGKILL)
    running.wait()
    outcome = slow.run("bootstrap", BACKPLAN_POD="app-2", BACKPLAN_LIMIT_DOWNLOAD=None)
    assert told(outcome) == (0, "restored"), outcome
    assert 4 <= outcome.seconds < 30
    assert "taking over" in outcome.errors
    assert tree.restored(slow.volume) == tree.describe(mover.volume)


def test_replicas_do_not_restore_into_one_volume_together(slow, mover):
    names = ["app-1", "app-2", "app-3"]
    outcomes = [running.wait() for running in [slow.start("bootstrap", BACKPLAN_POD=name) for name in names]]
    assert sorted(map(told, outcomes)) == [(0, "present"), (0, "present"), (0, "restored")], outcomes
    assert tree.restored(slow.volume) == tree.describe(mover.volume)
    assert entries(slow.volume / ".backplan") == ["restore-bootstrap"]


def test_replica_that_waits_can_be_stopped(slow):
    first = slow.start("bootstrap", BACKPLAN_LIMIT_DOWNLOAD="100")
    wait_until((slow.volume / ".backplan" / "restore-bootstrap").exists, first)
    second = slow.start("bootstrap", BACKPLAN_POD="app-2")
    wait_until(lambda: "waiting: pod 'app-1'" in second.read("stderr"), second)
    began = time.monotonic()
    second.signal(signal.SIGTERM)
    assert told(second.wait()) == (130, "cancelled")
    assert time.monotonic() - began < 3
    first.signal(signal.SIGTERM)
    assert told(first.wait()) == (130, "cancelled")
    assert "turn" not in entries(slow.volume / ".backplan")


def test_pod_that_was_thought_dead_stops_when_it_wakes(slow, mover):
    first = slow.start("bootstrap", BACKPLAN_LIMIT_DOWNLOAD="20")
    wait_until((slow.volume / ".backplan" / "restore-bootstrap").exists, first)
    (slow.volume / ".backplan" / "turn" / "pod").write_text("app-2\n")
    outcome = first.wait(60)
    assert told(outcome) == (130, "cancelled"), outcome
    assert "has taken over" in outcome.errors
    assert (slow.volume / ".backplan" / "turn" / "pod").read_text() == "app-2\n"


def test_volume_that_cannot_be_written_is_told(app, saved):
    os.chown(app.volume, 0, 0)
    app.volume.chmod(0o755)
    outcome = app.run("bootstrap")
    assert told(outcome) == (64, "error"), outcome
    assert "give the mover the app's securityContext" in outcome.errors


@pytest.mark.parametrize(
    "said",
    [
        "The bucket you are attempting to access must be addressed using the specified endpoint.",
        "All access to this bucket has been disabled",
        "The bucket is temporarily not available",
    ],
)
def test_bucket_that_is_out_of_reach_is_not_one_that_is_missing(app, said):
    """An app that starts empty for it would be the end of its history."""
    error = f"<Error><Code>Error</Code><Message>{said}</Message></Error>"
    app.env |= S3_KEYS | {"BACKPLAN_ON_MISSING": "empty"}
    with answering(503, error.encode()) as url:
        running = app.start("bootstrap", RESTIC_REPOSITORY=f"s3:{url}/bucket/x")
        wait_until(lambda: said in running.read("stderr"), running)
        for child in running.children("snapshots"):
            os.kill(child, signal.SIGTERM)  # it would try again for as long as it may
        outcome = running.wait()
    assert told(outcome) == (1, "error"), outcome
    assert entries(app.volume) == []
