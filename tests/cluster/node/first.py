"""The first process of a cluster's namespaces; a program of its own, called by `sandbox.py`.

It sees to it that nothing that the cluster's programs write by habit reaches the machine, makes the bridge, and then
waits for orphans to end, as every first process must. Its arguments: the cluster's folder, the bridge's address.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

BRIDGE = "02:00:00:00:00:01"
"""Its hardware address, locally administered."""


def main() -> None:
    folder, address = Path(sys.argv[1]), sys.argv[2]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for command in commands(folder, address):
        subprocess.run(command, check=True)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    (folder / "ready").touch()
    while True:
        signal.sigwait({signal.SIGCHLD})
        reap()


def commands(folder: Path, address: str) -> list[list[str]]:
    made = [folder / "var-lib", folder / "var-log"]
    for own in made:
        own.mkdir()
    return [
        ["mount", "--make-rshared", "/"],  # among ourselves: `unshare` has cut the machine off
        ["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"],
        *[["mount", "--bind", str(own), f"/{own.name.replace('-', '/')}"] for own in made],
        ["ip", "link", "set", "lo", "up"],
        # a bridge without an address takes another with each pod, and its neighbours lose it for a minute
        ["ip", "link", "add", "bridge", "address", BRIDGE, "type", "bridge", "forward_delay", "0"],
        ["ip", "address", "add", f"{address}/24", "dev", "bridge"],
        ["ip", "link", "set", "bridge", "up"],
    ]


def reap() -> None:
    """All that have ended by now."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    main()
