"""VolSync's restic mover without its operator: the command lines of its script, with the real restic.

After `mover-restic/entry.sh` of VolSync 0.16, in its order. Not for what the operator does around it: pods, retries.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

RETAIN = "--keep-last=7"


@dataclass(frozen=True, slots=True)
class VolSync:
    """A mover on one volume and one repository."""

    restic: str
    volume: Path
    env: dict[str, str]

    def sync(self, *, unlock: bool = False, prune: bool = False) -> bool:
        """A run of a ReplicationSource; it ends with the first command that fails."""
        steps = [
            *([["unlock"]] if unlock else []),
            ["cat", "config"],
            ["backup", "--host", "volsync", "--exclude=lost+found", "."],
            ["forget", "--host", "volsync", RETAIN],
            *([["prune"]] if prune else []),
        ]
        return all(self._run(*step)[0] == 0 for step in steps)

    def first_sync(self) -> bool:
        """On a repository that does not exist: `init` comes after the question whether it does."""
        steps = [["init"], ["backup", "--host", "volsync", "--exclude=lost+found", "."]]
        steps.append(["forget", "--host", "volsync", RETAIN])
        return self._run("cat", "config")[0] == 10 and all(self._run(*step)[0] == 0 for step in steps)

    def restore(self, target: Path) -> bool:
        """A run of a ReplicationDestination: the newest snapshot of the printed table."""
        if self._run("cat", "config")[0]:
            return False
        ids = re.findall("^([0-9a-f]{8}) ", self._run("snapshots")[1], re.MULTILINE)
        wanted = ["restore", ids[-1], "-t", str(target), "--host", "volsync", "--include-xattr", "user.*"]
        return self._run(*wanted)[0] == 0

    def _run(self, *arguments: str) -> tuple[int, str]:
        command, env = [self.restic, *arguments], os.environ | self.env
        done = subprocess.run(command, check=False, cwd=self.volume, env=env, capture_output=True, text=True)
        return done.returncode, done.stdout
