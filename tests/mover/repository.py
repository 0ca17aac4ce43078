"""A local restic repository, seen from outside: what a person with its password finds in it."""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.mover import crypt
from tests.tools import require

PASSWORD = "correct horse"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in a folder; it need not exist."""

    folder: Path
    cache: Path
    owner: tuple[int, int] = (1000, 1000)

    def restic(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run restic on it, from outside every container."""
        env = {"RESTIC_REPOSITORY": str(self.folder), "RESTIC_PASSWORD": PASSWORD, "RESTIC_CACHE_DIR": str(self.cache)}
        command = [require("restic"), *arguments]
        return subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=check)

    def snapshots(self) -> list[dict[str, Any]]:
        """All of them, oldest first."""
        found: list[dict[str, Any]] = json.loads(self.restic("snapshots", "--json", "--no-lock").stdout)
        return sorted(found, key=lambda snapshot: str(snapshot["time"]))

    def restore(self, target: Path, snapshot: str = "latest", *arguments: str) -> Path:
        """Restore a snapshot with restic itself."""
        self.restic("restore", snapshot, "--target", str(target), "--no-lock", *arguments)
        return target

    def locks(self) -> list[str]:
        """The ids of its locks; not of one that is being written."""
        return sorted(path.name for path in (self.folder / "locks").iterdir() if len(path.name) == 64)

    def is_sound(self) -> bool:
        """Whether restic's own check, with all data read, finds no fault."""
        return self.restic("check", "--read-data", "--no-lock", check=False).returncode == 0

    def master_key(self) -> crypt.Key:
        """The key of its files."""
        return crypt.Key.read(self.restic("cat", "masterkey", "--no-lock").stdout)

    def lock(
        self, *, age: timedelta, exclusive: bool, hostname: str = "gone-pod", zone: timedelta = timedelta()
    ) -> str:
        """Leave a lock as a killed pod does, last renewed `age` ago; returns its id."""
        time = datetime.now(timezone(zone)) - age  # noqa: TID251 - restic compares it with the clock
        lock = {"time": time.isoformat(), "exclusive": exclusive, "hostname": hostname, "username": "", "pid": 99999}
        return self._put_lock(lock)

    def backdate(self, name: str, by: timedelta) -> str:
        """Write a lock anew, as if it had been renewed that much earlier; returns its new id."""
        lock = self.read_lock(name)
        (self.folder / "locks" / name).unlink()
        return self._put_lock(lock | {"time": (datetime.fromisoformat(lock["time"]) - by).isoformat()})

    def read_lock(self, name: str) -> dict[str, Any]:
        """Who took it, when, and whether for itself alone."""
        lock: dict[str, Any] = json.loads(self.restic("cat", "lock", name, "--no-lock").stdout)
        return lock

    def _put_lock(self, lock: dict[str, Any]) -> str:
        sealed = self.master_key().seal(json.dumps(lock).encode())
        name = hashlib.sha256(sealed).hexdigest()
        (self.folder / "locks" / name).write_bytes(sealed)
        self.give_away()
        return name

    def give_away(self) -> None:
        """Everything in it belongs to the mover."""
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, *self.owner)

    def copy_of(self, template: "Repository") -> None:
        """Become a copy."""
        shutil.copytree(template.folder, self.folder)
        self.give_away()


def quick(folder: Path, cache: Path) -> Repository:
    """A new repository that opens without the half second of every other one."""
    made = Repository(folder, cache)
    made.restic("init")
    key = crypt.key_file(made.master_key(), PASSWORD)
    for slow in (folder / "keys").iterdir():
        slow.unlink()
    (folder / "keys" / hashlib.sha256(key).hexdigest()).write_bytes(key)
    return made
