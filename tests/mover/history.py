"""Snapshots with a past: of any time, zone, identity and layout, as other programs and other days have made them."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mover.repository import PASSWORD, Repository
from tests.tools import require

HOST = "documents/paperless/data"


@dataclass(frozen=True, slots=True)
class History:
    """Saves a folder into a repository from outside; the path that is recorded is the folder's own."""

    repository: Repository
    folder: Path

    def save(
        self,
        *arguments: str,
        time: str | None = None,
        zone: str = "UTC",
        host: str = HOST,
        sources: Sequence[str] = (".",),
        ours: bool = True,
    ) -> str:
        """Save it; `time` is that of a clock in the zone. The id of the snapshot."""
        own = [f"--exclude={self.folder}/.backplan"] if ours else []
        at = [f"--time={time}"] if time else []
        command = [require("restic"), "backup", "--json", "--quiet", f"--host={host}", *own, *at, *arguments, *sources]
        env = {"RESTIC_REPOSITORY": str(self.repository.folder), "RESTIC_PASSWORD": PASSWORD, "TZ": zone}
        env |= {"RESTIC_CACHE_DIR": str(self.repository.cache)}
        done = subprocess.run(command, cwd=self.folder, env=os.environ | env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        self.repository.give_away()
        return str(json.loads(done.stdout)["snapshot_id"])

    def write(self, text: str) -> None:
        """What the next snapshot has in the file `one`."""
        (self.folder / "one").write_text(text)
        os.chown(self.folder / "one", *self.repository.owner)
