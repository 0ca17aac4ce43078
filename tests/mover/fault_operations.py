"""The operations that faults are tried on: each with a repository that it has work in, and what must hold afterwards.

Judging runs the operation again, without the fault, as the Job's back-off would.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.mover import tree
from tests.mover.fault_stage import OLD, RETENTION, Problems, Stage, Template, age, empty_folder, lock_of
from tests.mover.movers import UID, Mover
from tests.mover.repository import Repository
from tests.mover.servers import S3_KEYS

HOST = "documents/paperless/data"
MAINTENANCE = {
    "BACKPLAN_FORGET": f"--host={HOST}\n--keep-last={RETENTION}",
    "BACKPLAN_PRUNE_INTERVAL": "1",
    "BACKPLAN_PRUNE_GAP": "1",
    "BACKPLAN_DAY_OFFSET": "0",
    "BACKPLAN_DAY_BEGINS": "0",
    "BACKPLAN_CHECK_SUBSETS": "1",
    "BACKPLAN_MAX_UNUSED": "0",
}
RESTORE = {"BACKPLAN_RESTORE": "check", "BACKPLAN_TOKEN": "first", "BACKPLAN_SILENCE": "1"}
BOOTSTRAP = RESTORE | {"BACKPLAN_POD": "app-1", "BACKPLAN_ON_MISSING": "empty", "BACKPLAN_TIMEOUT": "300"}
"""May start empty, so that a repository that does not answer must not look like one without a snapshot."""


def after_backup(stage: Stage) -> Problems:
    before = stage.template.snapshots
    yield from stage.has(*before)
    yield from stage.sound()
    yield from stage.again("backup", (0, "ok"), (0, "unchanged"))
    yield from stage.has(*before)
    if (count := len(stage.ids())) != len(before) + 1:
        yield f"{count - len(before)} snapshots of one change"
    yield from stage.sound()


def after_maintenance(stage: Stage) -> Problems:
    kept = stage.template.snapshots[-RETENTION:]
    yield from stage.has(*kept)
    yield from stage.sound()
    if left := [name for name in stage.locks() if lock_of(stage.repository, name)["exclusive"]]:
        for name in left:
            age(stage.repository, name)
        yield from stage.again("backup", (0, "ok"))
        yield from stage.has(*kept)
        kept = [kept[-1], *(stage.ids() - set(stage.template.snapshots))]
    yield from stage.again("maintenance", (0, "ok"))
    if stage.ids() != set(kept):
        yield f"maintenance kept {stage.ids()}, not {kept}"
    if stage.locks():
        yield "locks are left"
    yield from stage.sound()


def after_restore(stage: Stage) -> Problems:
    volume = stage.mover.volume
    yield from stage.sound()
    done = filled(stage)
    entries = [path.name for path in volume.iterdir() if path.name != ".backplan"]
    if done:
        yield from identical(stage)
    elif entries and not marker(volume).startswith("restoring:"):
        yield f"a part without a mark: {entries}"
    finished = "present" if stage.operation == "bootstrap" else "already"
    yield from stage.again(stage.operation, (0, finished if done else "restored"))
    yield from identical(stage)
    yield from stage.has(*stage.template.snapshots)


def marker(volume: Path) -> str:
    path = volume / ".backplan" / "restore-check"
    return path.read_text() if path.is_file() else ""


def identical(stage: Stage) -> Problems:
    found = {
        path: facts for path, facts in tree.describe(stage.mover.volume).items() if path.split("/")[0] != ".backplan"
    }
    if found != stage.template.saved:
        yield f"not identical: {set(found) ^ set(stage.template.saved)}"


def after_drill(stage: Stage) -> Problems:
    stage.mover.volume = empty_folder(stage.mover.folder / "another")
    yield from stage.sound()
    yield from stage.again("drill", (0, "ok"))
    yield from stage.has(*stage.template.snapshots)


def after_init(stage: Stage) -> Problems:
    if stage.half_made():
        yield from stage.again("init", (67, "damaged"))
        keys = stage.repository.folder / "keys"
        shutil.rmtree(keys)  # as the mover says to the person who has to see to it
        keys.mkdir()
    yield from stage.again("init", (0, "ok"), (0, "already"))
    yield from stage.sound()


def after_unlock(stage: Stage) -> Problems:
    yield from stage.sound()
    yield from stage.again("unlock", (0, "ok"))
    if not unlocked(stage):
        yield f"locks: {stage.locks()}"
    yield from stage.has(*stage.template.snapshots)


def made(stage: Stage) -> bool:
    return (stage.repository.folder / "config").is_file()


def saved(stage: Stage) -> bool:
    return len(stage.ids()) == len(stage.template.snapshots) + 1


def maintained(stage: Stage) -> bool:
    return stage.ids() == set(stage.template.snapshots[-RETENTION:])


def filled(stage: Stage) -> bool:
    return marker(stage.mover.volume).startswith("done:")


def rehearsed(stage: Stage) -> bool:
    return not list(identical(stage))


def unlocked(stage: Stage) -> bool:
    return stage.locks() == [stage.mover.env["LIVING"]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One of the mover's."""

    name: str
    done: Callable[[Stage], bool]
    """Whether it has done what it says that it has, right after a run."""
    after: Callable[[Stage], Problems]
    """What is wrong when it has run once more."""
    env: dict[str, str] = field(default_factory=dict)
    warm: bool = False
    """Whether its pod has a cache that stays."""
    fills: bool = False
    """Whether it needs an empty volume."""

    def stage(self, image: Path, folder: Path, template: Template, repository: Repository, url: str) -> Stage:
        """Prepare a run; the repository does not exist yet."""
        volume = empty_folder(folder / "volume") if self.fills else template.volume
        env = MAINTENANCE | S3_KEYS | self.env | {"RESTIC_REPOSITORY": url}
        folder.mkdir(exist_ok=True)
        mover = Mover(image, folder, volume, repository, env, writable=self.fills)
        if self.warm:
            give_to_mover(shutil.copytree(template.cache, folder / "cache"))
        if self.name != "init":
            repository.copy_of(template.repository)
        if self.name == "unlock":
            for exclusive in (True, False):
                repository.lock(age=OLD, exclusive=exclusive)
            mover.env["LIVING"] = repository.lock(age=timedelta(minutes=3), exclusive=False)
        return Stage(mover, repository, template, self.name)


def give_to_mover(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, UID, UID)


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation("init", made, after_init),
        Operation("backup", saved, after_backup, warm=True),
        Operation("maintenance", maintained, after_maintenance, warm=True),
        Operation("restore", filled, after_restore, RESTORE, fills=True),
        Operation("bootstrap", filled, after_restore, BOOTSTRAP, fills=True),
        Operation("drill", rehearsed, after_drill, fills=True),
        Operation("unlock", unlocked, after_unlock),
    )
}
