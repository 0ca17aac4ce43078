"""Namespaces that a cluster's programs run in, and that end with all that runs in them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.node.places import Place
from tests.processes import Process, running

FIRST = Path(__file__).with_name("first.py")
SECONDS = 30
NAMESPACES = ["--mount", "--net", "--pid", "--ipc", "--uts"]


@contextmanager
def sandbox(place: Place) -> Iterator[list[str]]:
    """Namespaces for one cluster: the words in front of a command that run it inside, until its caller ends."""
    command = ["unshare", *NAMESPACES, "--fork", "--kill-child=KILL", "--mount-proc"]
    command += [sys.executable, str(FIRST), str(place.folder), place.bridge]
    with running(command, place.folder / "first.log") as unshare:
        first = _wait_for(unshare, place)
        try:
            _connect(place, first)
            yield ["nsenter", f"--target={first}", *NAMESPACES, "--", "setpriv", "--pdeathsig", "KILL", "--"]
        finally:
            # with it end all processes of its namespace, and it is gone when they are
            subprocess.run(["kill", "-KILL", str(first)], check=False)
            unshare.wait(SECONDS)


def _wait_for(unshare: Process, place: Place) -> int:
    """The first process, once it is ready."""
    until = time.monotonic() + SECONDS
    while not (place.folder / "ready").exists():
        unshare.insist()
        assert time.monotonic() < until, unshare.story()
        time.sleep(0.02)
    (child,) = Path(f"/proc/{unshare.pid}/task/{unshare.pid}/children").read_text().split()
    return int(child)


def _connect(place: Place, first: int) -> None:
    """The machine gets a foot on the cluster's bridge; it goes with the cluster's network."""
    inside = ["nsenter", f"--target={first}", "--net", "--"]
    for command in (
        ["ip", "link", "add", place.name, "type", "veth", "peer", "name", "machine", "netns", str(first)],
        ["ip", "address", "add", f"{place.machine}/24", "dev", place.name],
        ["ip", "link", "set", place.name, "up"],
        [*inside, "ip", "link", "set", "machine", "master", "bridge"],
        [*inside, "ip", "link", "set", "machine", "up"],
    ):
        subprocess.run(command, check=True)
