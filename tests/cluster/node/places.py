"""Where a cluster is: its folder, its number, and the addresses and names that follow from that.

A place is held by a lock that ends with its holder. A folder whose lock is free belongs to nobody: its holder was
killed, and whoever comes next may remove it.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HIERARCHIES = Path("/sys/fs/cgroup")
BY_HAND = int(os.environ.get("BACKPLAN_CLUSTER", "0"))
"""The number of the cluster that a person starts, below 255."""
FOR_TESTS = range(BY_HAND + 1, 256)
"""The numbers that tests and the benchmark take the first free one of."""
PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one cluster. Its network is a /24 of 198.18.0.0/15, which RFC 2544 keeps for such tests."""

    number: int

    @property
    def name(self) -> str:
        """Of its network interface on the machine, and of its cgroups."""
        return f"backplan-{self.number}"

    @property
    def folder(self) -> Path:
        """All that it writes."""
        return Path(tempfile.gettempdir()) / f"backplan-cluster-{self.number}"

    def address(self, host: int) -> str:
        return f"198.18.{self.number}.{host}"

    @property
    def bridge(self) -> str:
        """The node's address; its API server listens there."""
        return self.address(1)

    @property
    def machine(self) -> str:
        """The machine's own address on the cluster's network; servers beside the cluster listen there."""
        return self.address(2)

    @property
    def cgroups(self) -> list[Path]:
        """One per hierarchy of version 1; one in all of version 2."""
        unified = (HIERARCHIES / "cgroup.controllers").exists()
        tops = [HIERARCHIES] if unified else [top for top in sorted(HIERARCHIES.iterdir()) if top.is_dir()]
        return [top / self.name for top in tops]

    def groups(self) -> Iterator[Path]:
        """All below them and they themselves, those below first; one may be gone by the time that it is looked at."""
        for top in self.cgroups:
            yield from (Path(folder) for folder, _, _ in os.walk(top, topdown=False))  # passes over what has gone


@contextmanager
def taken(numbers: range) -> Iterator[Place]:
    """The first place that nobody holds, as clean as new; nothing is left of it afterwards."""
    for place in map(Place, numbers):
        with _lock(place) as free:
            if free:
                clear(place)
                place.folder.mkdir(mode=0o755)
                try:
                    yield place
                finally:
                    clear(place)
                return
    message = f"no place is free: {numbers}"
    raise OSError(message)


def abandoned() -> Iterator[Place]:
    """Places whose holders were killed."""
    for folder in Path(tempfile.gettempdir()).glob("backplan-cluster-*"):
        number = folder.name.rpartition("-")[2]
        if number.isdecimal():
            place = Place(int(number))
            with _lock(place) as free:
                if free:
                    yield place


def holder(place: Place) -> int | None:
    """The process that holds a place, if one does."""
    with _lock(place) as free:
        if free:
            return None
    try:
        return int(_lock_file(place).read_text() or 0) or None
    except FileNotFoundError:  # given up meanwhile
        return None


def _lock_file(place: Place) -> Path:
    return place.folder.with_suffix(".lock")


@contextmanager
def _lock(place: Place) -> Iterator[bool]:
    """Whether the place is free; then it is ours for as long as the block lasts."""
    path = _lock_file(place)
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)  # anybody may write into this folder
    with os.fdopen(opened, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        if not path.exists() or not os.path.samestat(path.stat(), os.fstat(file.fileno())):
            yield False  # whoever had it has just removed it
            return
        file.truncate(0)
        print(os.getpid(), file=file, flush=True)
        try:
            yield True
        finally:
            path.unlink()


def clear(place: Place) -> None:
    """Remove what a cluster leaves when its processes are gone."""
    until = time.monotonic() + PATIENCE
    for folder in place.groups():
        while folder.is_dir():
            try:
                folder.rmdir()
            except OSError:  # its last process is still on its way out
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
    while Path(f"/sys/class/net/{place.name}").exists():  # it goes with the cluster's network, some time later
        assert time.monotonic() < until, f"the interface {place.name} does not go"
        time.sleep(0.05)
    if place.folder.exists():
        shutil.rmtree(place.folder)
