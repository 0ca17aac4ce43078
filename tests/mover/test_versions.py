"""Every operation under every restic that is supported: one class and one exit code, whatever restic's own are."""

import os
import shutil
import subprocess
from datetime import timedelta

import pytest

from renderer.engines.cronjob.traps.restic import SINCE
from tests.mover import tree
from tests.mover.history import History
from tests.mover.movers import UID
from tests.mover.repository import PASSWORD
from tests.mover.versions import SHELLS, Pair, empty

pytestmark = pytest.mark.mover

BACKUP = {
    "operation", "class", "snapshot", "files", "filesNew", "filesChanged", "filesUnmodified", "bytes", "bytesAdded",
    "bytesStored", "seconds", "restic",
}  # fmt: skip


@pytest.fixture(params=SHELLS)
def image(request, versions):
    """The image of each version in turn."""
    return versions[request.param]


@pytest.fixture
def pair(mover, restorer, repository):
    return Pair(mover, restorer, repository)


def hide(mover):
    """A file that the mover may not read."""
    (mover.volume / "secret").write_text("secret")
    (mover.volume / "secret").chmod(0)
    os.chown(mover.volume / "secret", 0, 0)


def restored(pair):
    """What came back, without our own folder."""
    return {path: facts for path, facts in tree.describe(pair.restorer.volume).items() if path[:9] != ".backplan"}


def test_image_has_the_restic_that_it_is_named_after(image, request, pair):
    name = request.node.callspec.params["image"]
    version = subprocess.check_output([image / "usr" / "bin" / "restic", "version"], text=True).split()[1]
    assert name in ("restic", f"restic-{version}")
    assert pair.run("backup").result["restic"] == version


def test_values_are_known_since_the_version_that_policies_are_checked_by(image, repository):
    restic = image / "usr" / "bin" / "restic"
    version = subprocess.check_output([restic, "version"], text=True).split()[1]
    env = {"RESTIC_REPOSITORY": str(repository.folder), "RESTIC_PASSWORD": PASSWORD}
    for name, values in SINCE.items():
        for value, since in values.items():
            said = f"{value}=true" if name == "RESTIC_FEATURES" else value
            command = [restic, "snapshots", "--no-lock", "--no-cache"]
            done = subprocess.run(command, env=env | {name: said}, capture_output=True, text=True)
            is_known = tuple(map(int, version.split("."))) >= since
            assert done.returncode == (0 if is_known else 1), (name, value, done.stderr)


def test_repository_lives_from_its_init_to_its_maintenance(pair, mover, repository):
    shutil.rmtree(repository.folder)
    tree.fill(mover.volume)
    assert pair.told("init") == (0, "ok")
    assert pair.told("init") == (0, "already")
    first = pair.run("backup", BACKPLAN_TAGS="one\ntwo")
    assert (first.code, first.result["class"]) == (0, "ok"), first
    assert set(first.result) == BACKUP
    assert first.result["bytesAdded"] > first.result["bytesStored"] > 0
    unchanged = pair.run("backup")
    assert (unchanged.code, unchanged.result["class"]) == (0, "unchanged")
    assert unchanged.result["filesUnmodified"] == first.result["files"]
    hide(mover)
    (mover.volume / "new").touch()
    partial = pair.run("backup")
    assert (partial.code, partial.result["class"], partial.result["errors"]) == (0, "partial", 1)
    maintained = pair.run("maintenance")
    assert (maintained.code, maintained.result["class"]) == (0, "ok"), maintained
    steps = [maintained.result[name] for name in ("forget", "prune", "check", "subset", "removed", "kept")]
    assert steps == ["ok", "ok", "ok", "1/1", 1, 1]
    assert repository.is_sound()
    assert repository.locks() == []


def test_everything_comes_back(pair, mover, restorer):
    tree.fill(mover.volume)
    before = tree.describe(mover.volume)
    pair.run("backup")
    assert pair.told("restore") == (0, "restored")
    assert restored(pair) == before
    assert restorer.run("restore").result["class"] == "already"
    assert restorer.run("bootstrap", BACKPLAN_RESTORE="bootstrap").result["class"] == "present"
    assert pair.told("bootstrap") == (0, "restored")
    assert restored(pair) == before
    drill = pair.run("drill", BACKPLAN_MIN_FILES="3", BACKPLAN_MAX_AGE="3600")
    assert (drill.code, drill.result["class"]) == (0, "ok"), drill
    assert drill.result["filesCompared"] == drill.result["files"]
    assert pair.run("drill", BACKPLAN_SAMPLE="2").result["filesCompared"] == 2


def test_folder_that_was_saved_by_its_path_comes_back(pair, repository, volume):
    History(repository, volume).save(sources=[str(volume)], ours=False)
    pair.restorer.env["BACKPLAN_DATA"] = str(volume)
    assert pair.told("restore") == (0, "restored")
    assert (pair.restorer.volume / "inside" / "two").read_text() == "2\n"


def test_nothing_eligible_is_told(pair):
    pair.run("backup")
    assert pair.told("restore", BACKPLAN_AS_OF="2020-01-01T00:00:00Z") == (66, "no-snapshot")
    assert pair.told("bootstrap", BACKPLAN_HOST="nobody", BACKPLAN_ON_MISSING="empty") == (0, "empty")
    assert pair.told("drill", BACKPLAN_HOST="nobody") == (66, "no-snapshot")


def test_what_cannot_be_saved_is_refused(pair, mover):
    assert pair.told("backup", BACKPLAN_EXCLUDE="*") == (65, "guarded")
    pair.run("backup")
    (mover.volume / "one").unlink()
    shrunken = pair.run("backup", BACKPLAN_MAX_SHRINK_PERCENT="10")
    assert (shrunken.code, shrunken.result["reason"]) == (65, "shrunken")
    assert pair.told("backup", BACKPLAN_MAX_SHRINK_PERCENT="10", BACKPLAN_ACKNOWLEDGE="yes") == (0, "ok")
    empty(mover)
    hide(mover)
    assert pair.told("backup") == (65, "unreadable")


def test_cache_that_cannot_be_made_costs_time_alone(pair, mover, restorer):
    nowhere = {"RESTIC_CACHE_DIR": "/nowhere"}
    assert pair.told("init", **nowhere) == (0, "already")
    assert pair.told("backup", **nowhere) == (0, "ok")
    assert pair.told("maintenance", **nowhere) == (0, "ok")
    for operation, expected in (("restore", "restored"), ("bootstrap", "restored"), ("drill", "ok")):
        assert pair.told(operation, **nowhere) == (0, expected)
    unset = dict.fromkeys(("RESTIC_CACHE_DIR", "HOME", "XDG_CACHE_HOME"))
    (mover.volume / "one").write_text("changed")
    assert pair.told("backup", **unset) == (0, "ok")


def test_cache_of_another_user_costs_time_alone(pair, mover):
    """As after a change of `runAsUser`, on a claim that a group may write."""
    mover.uid, mover.capabilities = 0, ("DAC_OVERRIDE",)
    assert pair.told("backup") == (0, "ok")
    mover.repository.give_away()
    cache = mover.own("cache").source
    for path in (cache, *cache.rglob("*")):
        path.chmod(0o777)
    mover.uid, mover.capabilities = UID, ()
    assert pair.told("backup") == (0, "unchanged")
    cache.chmod(0o500)
    assert pair.told("backup") == (0, "unchanged")


def test_check_is_about_everybody_s_snapshots_whatever_the_secret_says(pair, mover, repository):
    """Restic 0.19 checks those of RESTIC_HOST alone."""
    (mover.volume / "big").write_bytes(os.urandom(1 << 20))
    os.chown(mover.volume / "big", UID, UID)
    pair.run("backup")
    rot(repository)
    assert pair.told("maintenance", RESTIC_HOST="nobody") == (67, "damaged")


def rot(repository):
    """Change the largest pack."""
    pack = max((repository.folder / "data").rglob("*/*"), key=lambda path: path.stat().st_size)
    pack.chmod(0o600)
    with pack.open("r+b") as file:
        file.seek(500_000)
        file.write(b"rot")


def test_lock_of_a_dead_mover_is_removed(pair, repository):
    repository.lock(age=timedelta(minutes=31), exclusive=True)
    assert pair.run("unlock").result["locksRemoved"] == 1
    repository.lock(age=timedelta(minutes=31), exclusive=True)
    assert pair.told("backup", BACKPLAN_RETRY_LOCK="60") == (0, "ok")
    repository.lock(age=timedelta(minutes=31), exclusive=False)
    assert pair.told("maintenance", BACKPLAN_RETRY_LOCK="60") == (0, "ok")
    assert repository.locks() == []
