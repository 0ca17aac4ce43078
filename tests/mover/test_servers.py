"""Repositories on real servers: rest-server, with all rights and append-only, and S3.

The figures are HTTP requests as the server's log has them.
"""

import os
from itertools import count

import pytest

from tests.mover.container import told
from tests.mover.movers import UID
from tests.mover.servers import S3_KEYS

pytestmark = pytest.mark.mover

HOST = "documents/paperless/data"
MAINTENANCE = {
    "BACKPLAN_FORGET": f"--host={HOST}\n--keep-last=1",
    "BACKPLAN_PRUNE_INTERVAL": "1",
    "BACKPLAN_PRUNE_GAP": "1",
    "BACKPLAN_DAY_OFFSET": "0",
    "BACKPLAN_DAY_BEGINS": "0",
    "BACKPLAN_CHECK_SUBSETS": "1",
}
names = count()


def change(mover):
    (mover.volume / "changing").write_bytes(os.urandom(1000))
    os.chown(mover.volume / "changing", UID, UID)


@pytest.fixture
def at(maker):
    """Point the mover at a server's repository that does not exist, or again at another server's of the same name."""
    name = f"repository-{next(names)}"

    def point(server, name=name):
        maker.env |= MAINTENANCE | S3_KEYS | {"RESTIC_REPOSITORY": server.url + name}
        return server.repository(name)

    return point


def test_rest_server_from_init_to_maintenance(maker, rest, at):
    repository = at(rest)
    assert told(maker.run("backup")) == (1, "no-repository")
    assert told(maker.run("init")) == (0, "ok")
    assert told(maker.run("init")) == (0, "already")
    assert told(maker.run("backup")) == (0, "ok")
    change(maker)
    assert told(maker.run("backup")) == (0, "ok")
    outcome = maker.run("maintenance")
    assert told(outcome) == (0, "ok"), outcome
    assert (outcome.result["removed"], outcome.result["kept"]) == (1, 1)
    assert len(repository.snapshots()) == 1
    assert repository.is_sound()


@pytest.mark.parametrize("image", ["ash"], indirect=True)
def test_requests_stay_few(maker, rest, at, new_repository):
    at(rest).copy_of(new_repository)
    maker.run("backup")

    def requests(operation, **env):
        before = rest.requests()
        assert maker.run(operation, **env).code == 0
        return rest.requests() - before

    change(maker)
    backup = requests("backup")
    forget = requests("maintenance", BACKPLAN_PRUNE_GAP="0")
    maker.run("backup")
    due = requests("maintenance")
    assert backup <= 14
    assert forget <= 10
    assert due <= 44


def test_append_only_credential_backs_up_and_never_forgets(maker, rest, append_only, at, new_repository):
    repository = at(append_only)
    repository.copy_of(new_repository)
    for _ in range(3):
        change(maker)
        assert told(maker.run("backup")) == (0, "ok")
    saved = len(list((repository.folder / "index").iterdir()))
    refused = maker.run("maintenance")
    assert told(refused) == (1, "error"), refused
    assert (refused.result["forget"], refused.result["prune"], refused.result["check"]) == ("failed", "skipped", "ok")
    assert "maintenance needs a credential that may delete" in refused.errors
    assert (len(repository.snapshots()), len(list((repository.folder / "index").iterdir()))) == (3, saved)
    at(rest)
    outcome = maker.run("maintenance")
    assert told(outcome) == (0, "ok"), outcome
    assert (outcome.result["removed"], len(repository.snapshots())) == (2, 1)
    at(append_only)
    change(maker)
    assert told(maker.run("backup")) == (0, "ok")
    assert repository.locks() == []
    assert repository.is_sound()


def test_append_only_prune_is_no_success(maker, rest, append_only, at, new_repository):
    repository = at(rest)
    repository.copy_of(new_repository)
    for _ in range(2):
        change(maker)
        maker.run("backup")
    maker.run("maintenance", BACKPLAN_PRUNE_GAP="0")
    at(append_only)
    outcome = maker.run("maintenance")
    assert told(outcome) == (1, "error"), outcome
    assert (outcome.result["forget"], outcome.result["prune"], outcome.result["check"]) == ("ok", "failed", "ok")
    assert repository.is_sound()


def test_append_only_init_makes_a_repository(maker, append_only, at):
    repository = at(append_only)
    assert told(maker.run("init")) == (0, "ok")
    assert told(maker.run("init")) == (0, "already")
    assert repository.is_sound()


def test_s3_from_a_missing_bucket_to_maintenance(maker, s3, at):
    bucket = f"bucket-{next(names)}"
    repository = at(s3, f"{bucket}/paperless")
    missing = maker.run("backup")
    assert told(missing) == (1, "no-repository"), missing
    assert missing.seconds < 20
    assert told(maker.run("maintenance")) == (1, "no-repository")
    assert not (s3.folder / bucket).exists()
    init = maker.run("init")
    assert told(init) == (0, "ok"), init
    assert told(maker.run("init")) == (0, "already")
    for _ in range(2):
        change(maker)
        assert told(maker.run("backup")) == (0, "ok")
    outcome = maker.run("maintenance")
    assert told(outcome) == (0, "ok"), outcome
    assert (outcome.result["removed"], len(repository.snapshots())) == (1, 1)
    assert repository.is_sound()


@pytest.mark.parametrize("image", ["ash"], indirect=True)
def test_key_that_s3_refuses_is_told_within_seconds(maker, s3, at):
    """The client itself would try for a quarter of an hour."""
    at(s3, f"bucket-{next(names)}/paperless")
    for wrong in ({"AWS_SECRET_ACCESS_KEY": "also-hidden"}, {"AWS_ACCESS_KEY_ID": "nobody"}):
        outcome = maker.run("backup", **wrong)
        assert told(outcome) == (1, "error"), outcome
        assert outcome.seconds < 20
        assert "hidden" not in outcome.message + outcome.output + outcome.errors
