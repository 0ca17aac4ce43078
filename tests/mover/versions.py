"""Movers with every restic that is supported, for tests that must come out the same in all of them."""

import shutil
from dataclasses import dataclass

from tests.mover.container import Outcome, Running, told
from tests.mover.movers import Mover
from tests.mover.repository import Repository
from tests.tools import RESTICS

SHELLS = {RESTICS[0]: "dash", "restic": "ash", RESTICS[1]: "dash"}
"""A shell for each; which of them makes no difference, as all other tests run under both."""
HOST = "documents/paperless/data"
FILLS = ("restore", "bootstrap", "drill")
SETTINGS = {
    "maintenance": {
        "BACKPLAN_FORGET": f"--host={HOST}\n--keep-last=1",
        "BACKPLAN_PRUNE_INTERVAL": "1",
        "BACKPLAN_PRUNE_GAP": "1",
        "BACKPLAN_DAY_OFFSET": "0",
        "BACKPLAN_DAY_BEGINS": "0",
        "BACKPLAN_CHECK_SUBSETS": "1",
    },
    "bootstrap": {"BACKPLAN_RESTORE": "bootstrap"},
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A mover on an app's volume, and one on an empty volume; both on one repository."""

    mover: Mover
    restorer: Mover
    repository: Repository

    def start(self, operation: str, /, **env: str | None) -> Running:
        """Start an operation on the volume that it is for."""
        self.point()
        who = self.restorer if operation in FILLS else self.mover
        return who.start(operation, **SETTINGS.get(operation, {}) | env)

    def run(self, operation: str, /, **env: str | None) -> Outcome:
        """Run it to its end; a volume that it fills is emptied before."""
        if operation in FILLS:
            empty(self.restorer)
        outcome = self.start(operation, **env).wait()
        assert outcome.message, outcome
        return outcome

    def told(self, operation: str, /, **env: str | None) -> tuple[int, str]:
        """Its exit code and class."""
        return told(self.run(operation, **env))

    def point(self) -> None:
        """Where the mover's repository is, there is the restorer's."""
        shared = {name: value for name, value in self.mover.env.items() if name.startswith(("RESTIC_", "AWS_"))}
        self.restorer.env |= shared


def empty(mover: Mover) -> None:
    """Throw away what the volume has."""
    for path in mover.volume.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
