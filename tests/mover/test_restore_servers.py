"""Restores from real servers: what is missing there, what it costs to ask, and data that got lost."""

import itertools
import os

import pytest

from tests.mover.container import told
from tests.mover.history import HOST
from tests.mover.movers import UID
from tests.mover.servers import S3_KEYS

pytestmark = pytest.mark.mover

names = (f"restored-{number}" for number in itertools.count())


@pytest.fixture(params=["rest", "append_only", "s3"])
def served(request, new_repository, mover, restorer):
    """Backup and restore on a server, and the repository as it lies there."""
    server, name = request.getfixturevalue(request.param), next(names)
    found = server.repository(name)
    found.copy_of(new_repository)
    (mover.volume / "big").write_bytes(os.urandom(1 << 20))
    os.chown(mover.volume / "big", UID, UID)
    for one in (mover, restorer):
        one.env |= S3_KEYS | {"RESTIC_REPOSITORY": f"{server.url}{name}"}
    outcome = mover.run("backup")
    assert told(outcome) == (0, "ok"), outcome
    return server, found


def test_restore_bootstrap_and_drill(served, mover, restorer):
    server, repository = served
    for operation, expected, most in (("drill", "ok", 32), ("restore", "restored", 18), ("bootstrap", "restored", 14)):
        asked = server.requests()
        outcome = restorer.run(operation, BACKPLAN_RESTORE=operation)
        assert told(outcome) == (0, expected), outcome
        more = 6 if outcome.result["restic"].startswith("0.17.") else 0
        assert server.requests() - asked <= most + more, "28, 15 and 11 on rest-server; a few more on S3"
        assert (restorer.volume / "big").read_bytes() == (mover.volume / "big").read_bytes()
        for path in sorted(restorer.volume.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    assert not any((repository.folder / "locks").glob("*")), "S3 has no empty folders"


def test_pack_that_the_server_has_lost_is_damage(served, restorer):
    _, repository = served
    max((repository.folder / "data").rglob("*/*"), key=lambda path: path.stat().st_size).unlink()
    outcome = restorer.run("restore")
    assert told(outcome) == (67, "damaged"), outcome


@pytest.mark.parametrize("where", ["rest", "bucket", "path"])
def test_what_no_server_has_is_missing_within_seconds_and_is_not_made(request, restorer, where):
    server = request.getfixturevalue("rest" if where == "rest" else "s3")
    bucket = f"bucket-{next(names)}"
    if where == "path":
        (server.folder / bucket).mkdir()
    before = sorted(server.folder.rglob(f"{bucket}*/**"))
    restorer.env |= S3_KEYS | {"RESTIC_REPOSITORY": f"{server.url}{bucket}/deeper"}
    outcome = restorer.run("restore", BACKPLAN_HOST=HOST)
    assert told(outcome) == (70, "no-repository"), outcome
    assert told(restorer.run("bootstrap")) == (70, "no-repository")
    assert told(restorer.run("bootstrap", BACKPLAN_ON_MISSING="empty")) == (0, "empty")
    assert outcome.seconds < 20
    assert sorted(server.folder.rglob(f"{bucket}*/**")) == before
    assert list(restorer.volume.iterdir()) == []
