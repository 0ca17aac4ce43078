"""Disks for the folders that movers see as volumes: small ones in memory, and whatever else can be mounted."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mover.movers import UID
from tests.tools import missing


@contextmanager
def mounted(folder: Path, *arguments: str) -> Iterator[None]:
    """Mount something at a folder, for as long as the block lasts; `mount` gets the arguments."""
    done = subprocess.run(["mount", *arguments, folder], capture_output=True, text=True)
    if done.returncode != 0:
        missing(f"this machine cannot mount {arguments}: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def small_disk(folder: Path, limit: str) -> Iterator[Path]:
    """The mover's own disk at a folder, which is made where there is none; `limit` is one of tmpfs, as `size=1m`."""
    folder.mkdir(exist_ok=True)
    with mounted(folder, "-t", "tmpfs", "-o", f"{limit},uid={UID},gid={UID}", "tmpfs"):
        yield folder
