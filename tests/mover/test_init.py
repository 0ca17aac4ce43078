"""The operation `init`: the only one that makes a repository, and harmless wherever it finds one."""

import os
import shutil
import signal
from datetime import timedelta

import pytest

from tests.mover.container import told
from tests.mover.movers import UID
from tests.mover.repository import Repository

pytestmark = pytest.mark.mover


def contents(repository):
    files = [path for path in repository.folder.rglob("*") if path.is_file()]
    return {path.relative_to(repository.folder): path.read_bytes() for path in files}


def test_repository_is_made_and_a_second_run_finds_it(maker, absent):
    assert told(maker.run("init")) == (0, "ok")
    config = (absent.folder / "config").read_bytes()
    assert told(maker.run("init")) == (0, "already")
    assert (absent.folder / "config").read_bytes() == config
    assert len(list((absent.folder / "keys").iterdir())) == 1
    assert told(maker.run("backup")) == (0, "ok")
    assert absent.is_sound()


def test_repository_with_snapshots_is_left_as_it_is(mover, repository):
    mover.run("backup")
    before = contents(repository)
    assert told(mover.run("init")) == (0, "already")
    assert contents(repository) == before


def test_locked_repository_is_found_without_waiting(mover, repository):
    repository.lock(age=timedelta(minutes=5), exclusive=True)
    outcome = mover.run("init")
    assert told(outcome) == (0, "already")
    assert len(repository.locks()) == 1


def test_someone_elses_repository_is_told_by_its_password(mover, repository):
    before = contents(repository)
    assert told(mover.run("init", RESTIC_PASSWORD="another")) == (72, "wrong-password")
    assert contents(repository) == before


def test_half_made_repository_is_told_with_its_cure(mover, repository):
    (repository.folder / "config").unlink()
    outcome = mover.run("init")
    assert told(outcome) == (67, "damaged")
    assert "there are keys and no file 'config'" in outcome.errors
    assert "remove its folder 'keys' and run this Job again" in outcome.errors
    shutil.rmtree(repository.folder / "keys")
    assert told(mover.run("init")) == (0, "ok")


def test_repository_that_cannot_be_written_is_an_error_to_try_again(maker, absent):
    absent.folder.parent.chmod(0o555)
    os.chown(absent.folder.parent, 0, 0)
    assert told(maker.run("init")) == (1, "error")
    assert not absent.folder.exists()


def test_stopped_init_can_be_run_again_or_says_what_to_do(maker, absent):
    running = maker.start("init")
    while not (absent.folder / "keys").exists() and running.process.poll() is None:
        pass
    running.signal(signal.SIGTERM)
    assert told(running.wait()) == (130, "cancelled")
    again = maker.run("init")
    assert told(again) in {(0, "ok"), (0, "already"), (67, "damaged")}, again
    if again.code == 0:
        assert Repository(absent.folder, absent.cache, (UID, UID)).is_sound()
