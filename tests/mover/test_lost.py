"""A repository that is gone, emptied, without its config, or someone else's: every operation says so and makes none.

Caches are warm, as they are where a repository is lost: what they still know must fool nobody.
"""

import shutil
from itertools import count, product

import pytest

from tests.mover.container import told
from tests.mover.rootfs import SHELLS
from tests.mover.servers import S3_KEYS
from tests.tools import scale

STORAGE = ["folder", "rest", "s3"]
PAIRS = [*product(SHELLS, STORAGE)] if scale(1) > 1 else [("ash", "folder"), ("dash", "rest"), ("ash", "s3")]
pytestmark = [pytest.mark.mover, pytest.mark.parametrize(("image", "used"), PAIRS, indirect=True)]

MISSING = {
    "backup": (1, "no-repository"),
    "maintenance": (1, "no-repository"),
    "unlock": (1, "no-repository"),
    "drill": (1, "no-repository"),
    "restore": (70, "no-repository"),
    "bootstrap": (70, "no-repository"),
}
MAINTENANCE = {
    "BACKPLAN_FORGET": "--host=documents/paperless/data\n--keep-last=1",
    "BACKPLAN_PRUNE_INTERVAL": "1",
    "BACKPLAN_PRUNE_GAP": "1",
    "BACKPLAN_DAY_OFFSET": "0",
    "BACKPLAN_DAY_BEGINS": "0",
    "BACKPLAN_CHECK_SUBSETS": "1",
}
VISIBLE = 60
"""Seconds until a missing bucket or repository must be visible; restic alone would ask for a quarter of an hour."""
names = count()


def listed(repository):
    """Every file, with its contents."""
    found = [path for path in repository.folder.rglob("*") if path.is_file()]
    return {path.relative_to(repository.folder): path.read_bytes() for path in found}


@pytest.fixture
def used(request, repository, new_repository, mover, restorer):
    """A repository in use, and the operations on it, with the caches of yesterday."""
    restorer.folder, restorer.pods = mover.folder, mover.pods
    found, env = repository, {}
    if request.param != "folder":
        server, name = request.getfixturevalue(request.param), f"lost-{next(names)}"
        found = server.repository(f"{name}/paperless")
        found.copy_of(new_repository)
        env = {"RESTIC_REPOSITORY": f"{server.url}{name}/paperless", **S3_KEYS}
    for one in (mover, restorer):
        one.env |= MAINTENANCE | env
    assert told(mover.run("backup")) == (0, "ok")
    yield found, {name: restorer if name in {"drill", "restore", "bootstrap"} else mover for name in MISSING}
    assert list(restorer.volume.iterdir()) == [], "nothing was restored, and no marker or turn is left"


def gone(repository):
    shutil.rmtree(repository.folder.parent if repository.folder.name == "paperless" else repository.folder)


def emptied(repository):
    for path in repository.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def without_config(repository):
    (repository.folder / "config").unlink()


@pytest.mark.parametrize("lose", [gone, emptied, without_config], ids=lambda lose: lose.__name__)
def test_lost_repository_is_told_by_every_operation_and_made_again_by_none(used, lose):
    repository, operations = used
    lose(repository)
    there, before = repository.folder.exists(), listed(repository)
    for operation, expected in MISSING.items():
        outcome = operations[operation].run(operation)
        assert told(outcome) == expected, outcome
        assert outcome.seconds < VISIBLE
    assert (repository.folder.exists(), listed(repository)) == (there, before)


def test_wrong_password_is_told_by_every_operation_and_never_tried_again(used, mover):
    repository, operations = used
    before = listed(repository)
    for operation in ("init", *MISSING):
        outcome = operations.get(operation, mover).run(operation, RESTIC_PASSWORD="hidden")
        assert told(outcome) == (72, "wrong-password"), outcome
        assert "hidden" not in outcome.message + outcome.output + outcome.errors
    assert listed(repository) == before


def test_init_does_not_make_a_repository_where_only_the_config_is_gone(used, mover):
    repository, _ = used
    without_config(repository)
    before = listed(repository)
    assert told(mover.run("init")) == (67, "damaged")
    assert listed(repository) == before
