"""What goes wrong, under every restic that is supported: one class and one exit code, whatever restic's own are.

restic 0.17 tells errors as text, 0.18 and newer as JSON; 0.18 calls some of them a success, and ends with 1 when it is
stopped where 0.19 ends with 130.
"""

import itertools
import os
import shutil
import signal
from datetime import timedelta

import pytest

from tests.mover.container import wait_until
from tests.mover.movers import UID
from tests.mover.servers import S3_KEYS
from tests.mover.versions import FILLS, SHELLS, Pair

pytestmark = pytest.mark.mover

OPERATIONS = ("init", "backup", "maintenance", "unlock", *FILLS)
EXCLUSIVE = ("backup", "maintenance", "restore", "drill")
"""Those that an exclusive lock keeps waiting."""
names = (f"versions-{number}" for number in itertools.count())


@pytest.fixture(params=SHELLS)
def image(request, versions):
    """The image of each version in turn."""
    return versions[request.param]


@pytest.fixture
def pair(mover, restorer, repository):
    return Pair(mover, restorer, repository)


@pytest.fixture
def large(pair, mover):
    """A volume that takes 20 seconds at 50 KiB a second."""
    (mover.volume / "big").write_bytes(os.urandom(1 << 20))
    os.chown(mover.volume / "big", UID, UID)
    return pair


def packs(repository):
    return sorted((repository.folder / "data").rglob("*/*"), key=lambda path: path.stat().st_size)


def test_wrong_password_is_never_tried_again(pair):
    for operation in OPERATIONS:
        outcome = pair.run(operation, RESTIC_PASSWORD="wrong")
        assert (outcome.code, outcome.result["class"]) == (72, "wrong-password"), outcome
        assert outcome.result["resticExit"] == 12


def test_missing_repository_is_told_and_not_made(pair, repository, tmp_path):
    repository.folder.rename(tmp_path / "wiped")
    for operation in set(OPERATIONS) - {"init"}:
        code = 70 if operation in ("restore", "bootstrap") else 1
        assert pair.told(operation) == (code, "no-repository"), operation
    assert not repository.folder.exists()


def test_half_made_repository_is_damage(pair, repository):
    (repository.folder / "config").unlink()
    assert pair.told("init") == (67, "damaged")


def test_living_lock_is_told_with_its_kind(pair, repository):
    pair.run("backup")
    kept = repository.lock(age=timedelta(minutes=1), exclusive=True)
    for operation in EXCLUSIVE:
        outcome = pair.run(operation, BACKPLAN_RETRY_LOCK="1")
        result = outcome.result
        assert (outcome.code, result["class"], result["lock"]) == (71, "locked", "exclusive"), outcome
        assert 60 <= result["lockAge"] <= 600
    assert pair.told("init") == (0, "already")
    assert pair.told("bootstrap") == (0, "restored")
    assert pair.run("unlock").result["lock"] == "exclusive"
    assert repository.locks() == [kept]


@pytest.mark.parametrize("operation", ["backup", "restore"])
def test_stop_leaves_a_result_and_no_lock(large, repository, operation):
    if operation == "restore":
        large.run("backup")
    slowly = {"BACKPLAN_LIMIT_UPLOAD": "50", "BACKPLAN_LIMIT_DOWNLOAD": "50"}
    running = large.start(operation, **slowly)
    wait_until(repository.locks, running)
    running.signal(signal.SIGTERM)
    outcome = running.wait()
    assert (outcome.code, outcome.result["class"]) == (130, "cancelled"), outcome
    assert repository.locks() == []
    assert repository.is_sound()


def test_restic_that_is_killed_leaves_no_lock(large, repository):
    running = large.start("backup", BACKPLAN_LIMIT_UPLOAD="50")
    wait_until(repository.locks, running)
    for child in running.children("--json"):
        os.kill(child, signal.SIGKILL)
    outcome = running.wait()
    assert (outcome.code, outcome.result["class"], outcome.result["resticExit"]) == (1, "killed", 137)
    assert repository.locks() == []


@pytest.mark.parametrize("what", ["lost data", "changed data", "lost tree", "changed tree", "changed snapshot"])
def test_damage_is_told_by_whoever_meets_it(large, repository, what):
    large.run("backup")
    how, kind = what.split()
    path = packs(repository)[0 if kind == "tree" else -1]
    if kind == "snapshot":
        (path,) = (repository.folder / "snapshots").iterdir()
    if how == "lost":
        path.unlink()
    else:
        spoil(path)
    shutil.rmtree(large.mover.own("cache").source)
    expected = dict.fromkeys(("maintenance", "restore", "bootstrap", "drill"), (67, "damaged"))
    told = {operation: large.told(operation, RESTIC_CACHE_DIR=None) for operation in expected}
    assert told == expected


def test_snapshot_that_cannot_be_read_is_not_taken_for_none(pair, repository):
    pair.run("backup")
    (path,) = (repository.folder / "snapshots").iterdir()
    spoil(path)
    assert pair.told("bootstrap", BACKPLAN_ON_MISSING="empty") == (67, "damaged")
    assert pair.told("restore", BACKPLAN_SNAPSHOT=path.name) == (67, "damaged")


def spoil(path):
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        was = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([was[0] ^ 1]))


@pytest.fixture
def served(rest, new_repository, pair):
    """The repository on a rest-server."""
    repository = rest.repository(name := next(names))
    repository.copy_of(new_repository)
    pair.mover.env["RESTIC_REPOSITORY"] = rest.url + name
    return repository, name


def test_server_that_lets_nothing_be_removed_fails_the_forget(pair, mover, served, append_only):
    repository, name = served
    for text in ("1", "2"):
        (mover.volume / "one").write_text(text)
        assert pair.told("backup") == (0, "ok")
    outcome = pair.run("maintenance", RESTIC_REPOSITORY=append_only.url + name)
    assert (outcome.code, outcome.result["class"]) == (1, "error"), outcome
    assert [outcome.result[step] for step in ("forget", "prune", "check")] == ["failed", "skipped", "ok"]
    assert "maintenance needs a credential that may delete" in outcome.errors
    assert len(repository.snapshots()) == 2
    assert pair.told("maintenance") == (0, "ok")


def test_what_s3_says_is_told_within_seconds(pair, s3):
    bucket = next(names)
    pair.mover.env |= S3_KEYS | {"RESTIC_REPOSITORY": f"{s3.url}{bucket}/paperless"}
    assert pair.told("backup") == (1, "no-repository")
    assert pair.told("restore") == (70, "no-repository")
    assert pair.told("backup", AWS_SECRET_ACCESS_KEY="also-hidden") == (1, "error")
    assert pair.told("init") == (0, "ok")
    assert pair.told("backup") == (0, "ok")


def test_server_that_is_gone_is_unreachable(pair):
    running = pair.start("backup", RESTIC_REPOSITORY="rest:http://127.0.0.1:1/", BACKPLAN_STOP_PATIENCE="1")
    wait_until(lambda: "dial tcp" in running.read("stderr"), running)
    for child in running.children("--quiet"):
        os.kill(child, signal.SIGTERM)  # as if its 15 minutes of trying were over
    outcome = running.wait()
    assert (outcome.code, outcome.result["class"]) == (1, "unreachable"), outcome
