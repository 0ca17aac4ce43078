"""What one run with a fault works on: a repository with some past, a mover, and what it leaves."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.mover import tree
from tests.mover.container import told
from tests.mover.movers import UID, Mover
from tests.mover.repository import Repository

RETENTION = 2
"""How many snapshots a maintenance keeps."""
OLD = timedelta(minutes=31)
Told = tuple[int, str]
Problems = Iterator[str]


@dataclass(frozen=True, slots=True)
class Template:
    """What the repositories of all runs are copies of."""

    repository: Repository
    cache: Path
    volume: Path
    """As it is now; a backup finds something new in it."""
    snapshots: list[str]
    """Ids, oldest first."""
    saved: tree.Tree
    """What the newest has."""


@dataclass(slots=True)
class Stage:
    """All is ready for one run."""

    mover: Mover
    repository: Repository
    template: Template
    operation: str

    def ids(self) -> set[str]:
        """Of the restore points."""
        return {path.name for path in (self.repository.folder / "snapshots").iterdir() if len(path.name) == 64}

    def locks(self) -> list[str]:
        """Those that are left; an S3 server may keep no empty folder."""
        return self.repository.locks() if (self.repository.folder / "locks").is_dir() else []

    def half_made(self) -> bool:
        """Whether there are keys and no repository, which no other init makes good."""
        keys = self.repository.folder / "keys"
        return keys.is_dir() and any(keys.iterdir()) and not (self.repository.folder / "config").exists()

    def traces(self) -> Problems:
        """What a run leaves that could not tidy up."""
        if self.half_made():
            yield "left a half of a repository"
        if self.operation != "unlock":
            yield from (f"left the lock {lock}" for lock in self.locks())

    def again(self, operation: str, *expected: Told) -> Problems:
        """Run an operation without a fault; a problem where it does not end as expected."""
        outcome = self.mover.run(operation)
        if told(outcome) not in expected:
            yield f"the next {operation} ended as {told(outcome)}\n{outcome}"

    def sound(self) -> Problems:
        """A problem where restic finds one in the repository."""
        checked = self.repository.restic("check", "--read-data", "--no-lock", "--no-cache", check=False)
        if checked.returncode:
            yield f"restic check fails: {checked.stdout}\n{checked.stderr}"

    def has(self, *snapshots: str) -> Problems:
        """A problem where one of these restore points is missing."""
        if lost := set(snapshots) - self.ids():
            yield f"lost restore points: {lost}"


def lock_of(repository: Repository, name: str) -> dict[str, Any]:
    """What a lock says."""
    said: dict[str, Any] = json.loads(repository.restic("cat", "lock", name, "--no-lock").stdout)
    return said


def age(repository: Repository, name: str) -> None:
    """Let 31 minutes go by for a lock."""
    lock = lock_of(repository, name)
    lock["time"] = (datetime.fromisoformat(lock["time"]) - OLD).isoformat()
    sealed = repository.master_key().seal(json.dumps(lock).encode())
    folder = repository.folder / "locks"
    (folder / name).unlink()
    (folder / hashlib.sha256(sealed).hexdigest()).write_bytes(sealed)


def template(image: Path, folder: Path, empty: Repository) -> Template:
    """Snapshots of a volume with one of everything, more of them than maintenance keeps."""
    (folder / "mnt").mkdir(parents=True)
    os.chown(folder / "mnt", UID, UID)
    repository = Repository(folder / "mnt" / "repository", folder / "restic-cache")
    repository.copy_of(empty)
    volume = empty_folder(folder / "volume")
    mover = Mover(image, folder, volume, repository)
    tree.fill(volume)
    for _ in range(RETENTION + 2):
        change(volume)
        outcome = mover.run("backup")
        assert told(outcome) == (0, "ok"), outcome
    saved = tree.describe(volume)
    change(volume)
    ids = [snapshot["id"] for snapshot in repository.snapshots()]
    return Template(repository, folder / "cache", volume, ids, saved)


def change(volume: Path) -> None:
    (volume / "changing").write_bytes(os.urandom(150_000))
    os.chown(volume / "changing", UID, UID)


def empty_folder(folder: Path) -> Path:
    folder.mkdir(parents=True)
    os.chown(folder, UID, UID)
    return folder
