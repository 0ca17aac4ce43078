"""The mover's script in a container made by hand: for tests of the script alone, by the hundred.

The environment and the mounts are those that engine cronjob renders; `test_end_to_end.py` runs what it really renders.
"""

import itertools
from dataclasses import dataclass, field
from pathlib import Path

from tests.mover import container
from tests.mover.container import Container, Mount, Outcome, Running
from tests.mover.repository import PASSWORD, Repository
from tests.tools import ROOT

SCRIPTS = ROOT / "renderer" / "movers"
UID = 1000


@dataclass(slots=True)
class Mover:
    """Runs operations on one volume and one repository, each in a new pod with a new name."""

    image: Path
    folder: Path
    volume: Path
    repository: Repository
    env: dict[str, str] = field(default_factory=dict)
    """What the tests of one file want differently from `settings`."""
    dumps: Path | None = None
    writable: bool = False
    """Whether the volume is, as for a restore; a backup's is not."""
    uid: int = UID
    capabilities: tuple[str, ...] = ()
    hostname: str | None = None
    """A new one for each pod otherwise, as pods have."""
    pods: "itertools.count[int]" = field(default_factory=itertools.count)
    running: list[Running] = field(default_factory=list)

    def settings(self, operation: str) -> dict[str, str]:
        """The environment of an operation."""
        return {
            "PATH": "/usr/bin:/bin",
            "BACKPLAN_OPERATION": operation,
            "BACKPLAN_HOST": "documents/paperless/data",
            "BACKPLAN_DATA": "/data",
            "BACKPLAN_RETRY_LOCK": "2",
            "RESTIC_REPOSITORY": "/mnt/repository",
            "RESTIC_PASSWORD": PASSWORD,
            "RESTIC_CACHE_DIR": "/cache",
            "HOME": "/tmp",
            "TMPDIR": "/tmp",
        } | self.env

    def start(self, operation: str, /, **env: str | None) -> Running:
        """Start an operation; a variable that is None is not set."""
        number = next(self.pods)
        said = {name: value for name, value in (self.settings(operation) | env).items() if value is not None}
        told = Container(
            image=self.image,
            command=["/bin/sh", "/mover/mover.sh"],
            env=said,
            mounts=self.mounts(),
            uid=self.uid,
            gid=self.uid,
            groups=(self.uid,),
            capabilities=self.capabilities,
            hostname=self.hostname or f"pod-{number}",
        )
        self.running.append(container.start(told, self.folder / f"pod-{number}"))
        return self.running[-1]

    def run(self, operation: str, /, **env: str | None) -> Outcome:
        """Run an operation to its end; its result is always there and fits its class."""
        outcome = self.start(operation, **env).wait()
        assert outcome.message, outcome
        return outcome

    def mounts(self) -> list[Mount]:
        """As in a backup's pod."""
        own = [self.own(name) for name in ("tmp", "cache")]
        dumps = [Mount(self.dumps, "/.backplan/dumps")] if self.dumps else []
        data = Mount(self.volume, self.env.get("BACKPLAN_DATA", "/data"), read_only=not self.writable)
        return [
            data,
            Mount(SCRIPTS, "/mover", read_only=True),
            Mount(self.repository.folder.parent, "/mnt"),
            *own,
            *dumps,
        ]

    def own(self, name: str) -> Mount:
        """A folder that goes with the pod, except for the cache, which stays."""
        folder = self.folder / (name if name == "cache" else f"{name}-{next(self.pods)}")
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
        return Mount(folder, f"/{name}")
