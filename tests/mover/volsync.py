"""VolSync's restic mover as far as a repository can tell: the command lines that it runs, by the real restic.

After mover-restic/entry.sh of v0.16, one method an action: host `volsync` in every pod, path `/data`, no tags, no JSON;
a forget after each backup, grouped as restic does by itself. Only `--time` is ours, for snapshots of other days.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.mover import container
from tests.mover.cluster import GID, UID
from tests.mover.container import Container, Mount
from tests.mover.repository import PASSWORD


@dataclass(frozen=True, slots=True)
class VolSync:
    """Movers of one ReplicationSource and one ReplicationDestination, as the app's user in pods of their own."""

    image: Path
    folder: Path
    repository: Path
    data: Path
    restored: Path
    pods: "itertools.count[int]" = field(default_factory=itertools.count)

    def backup(self, *forget: str, time: str | None = None) -> str:
        """One sync; `forget` is what its `retain` became. All that restic printed."""
        at = f" --time '{time}'" if time else ""
        save = f"cd /data && restic backup --host volsync --exclude=lost+found .{at}"
        return self.run("restic cat config", save, f"restic forget --host volsync {' '.join(forget)}")

    def prune(self) -> str:
        """What follows a sync every `pruneIntervalDays`."""
        return self.run("restic prune")

    def restore(self, snapshot: str) -> str:
        """What a restore does with the snapshot that it chose."""
        options = "-t . --host volsync --include-xattr 'user.*'"
        return self.run("restic snapshots", f"cd /restored && restic restore {snapshot} {options}")

    def run(self, *commands: str) -> str:
        """Run a pod to its end."""
        outcome = container.run(self.pod(commands), self.folder / f"volsync-{next(self.pods)}")
        assert outcome.code == 0, outcome
        return outcome.output

    def pod(self, commands: Sequence[str]) -> Container:
        """One with a new name, as pods have."""
        env = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "RESTIC_CACHE_DIR": "/cache"}
        own = [self.folder / f"volsync-{name}" for name in ("tmp", "cache")]
        for path in own:
            path.mkdir(exist_ok=True)
            path.chmod(0o777)
        mounts = [Mount(self.data, "/data"), Mount(self.restored, "/restored"), Mount(self.repository, "/mnt/backups")]
        return Container(
            image=self.image,
            command=["/bin/sh", "-e", "-c", "\n".join(commands)],
            env=env | {"RESTIC_REPOSITORY": "/mnt/backups/paperless", "RESTIC_PASSWORD": PASSWORD},
            mounts=[*mounts, Mount(own[0], "/tmp"), Mount(own[1], "/cache")],
            uid=UID,
            gid=GID,
            hostname=f"volsync-src-paperless-{next(self.pods)}",
        )
