"""`tests/cluster/up` and `down`: a cluster that stays until it is told to go. Needs root.

What `up` starts is a process that holds the cluster; the place's lock names it.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from tests.cluster.node import places, programs
from tests.cluster.node.places import BY_HAND, Place
from tests.cluster.node.testbed import Testbed, testbed
from tests.tools import ROOT

PLACE = Place(BY_HAND)
SECONDS = 120


def up() -> None:
    """Start it, unless it runs; tell how to reach it."""
    if places.holder(PLACE) is None:
        programs.find_or_exit("up")
        reader, writer = os.pipe()
        keeper = [sys.executable, "-m", "tests.cluster.node.by_hand", "keep", str(writer)]
        subprocess.Popen(keeper, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[writer], start_new_session=True)
        os.close(writer)
        with os.fdopen(reader) as said:
            if not said.read():
                sys.exit("up: error: the cluster did not start; see above")
    sys.stdout.write(f"export KUBECONFIG={PLACE.folder / 'kubeconfig'}\n")


def keep(writer: int) -> None:
    """Hold the cluster until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # also while it starts; the blocks below clean up
    with places.taken(range(BY_HAND, BY_HAND + 1)) as place, testbed(programs.find(), place) as bed:
        if user := os.environ.get("SUDO_UID"):
            os.chown(bed.cluster.kubeconfig, int(user), -1)  # it is for whoever called sudo
        sys.stderr.write(_told(bed))
        os.write(writer, b"ready")
        os.close(writer)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # whoever called has the terminal back
        os.dup2(2, 1)
        signal.pause()


def _told(bed: Testbed) -> str:
    return (
        f"rest-server: {bed.rest.url}NAME, below {bed.rest.folder}\n"
        f"git: {bed.git}apps.git\n"
        f"volumes: {bed.cluster.volumes}\n"
        f"logs: {bed.cluster.place.folder}/*.log\n"
    )


def down() -> None:
    """End it, and remove what killed clusters have left."""
    until = time.monotonic() + SECONDS
    keeper = places.holder(PLACE)
    while keeper and places.holder(PLACE) == keeper:
        with suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM if time.monotonic() < until else signal.SIGKILL)
        time.sleep(0.2)
    for place in places.abandoned():
        places.clear(place)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["up"]:
            up()
        case ["down"]:
            down()
        case ["keep", writer]:
            keep(int(writer))
        case _:
            sys.exit("usage: tests/cluster/up | tests/cluster/down")
