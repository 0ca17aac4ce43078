"""Programs that run beside the tests for a while and leave nothing behind, however the tests end."""

import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

LOG_LINES = 15
"""How much of a log tells why a program ended: the last words, not the whole story."""


class NotRunningError(Exception):
    """A program has ended, or does not answer; the message has the end of its log."""


class Process:
    """A running program and its log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.pid = process.pid
        self._process = process
        self._log = log

    def insist(self) -> None:
        """Raise if the program has ended."""
        if self._process.poll() is not None:
            raise NotRunningError(f"{self.story()}\nended with exit code {self._process.returncode}")

    def story(self) -> str:
        """The last lines of the log."""
        lines = self._log.read_text("utf-8", errors="replace").splitlines()[-LOG_LINES:]
        return "\n".join([f"{self._log.stem}:", *lines])

    def wait(self, seconds: float) -> None:
        """Until it has ended by itself."""
        self._process.wait(seconds)

    def kill(self) -> None:
        """End it at once; it may have ended already."""
        self._process.kill()
        self._process.wait()


def start(command: Sequence[str], log: Path, inside: Sequence[str] = ()) -> Process:
    """Run a program; `inside` are words in front that run it elsewhere. It ends with us, and its log goes on."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*_dies_with_us(), *inside, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=log.parent,
            # etcd is configured by the environment too
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(log.parent)},
        )
    return Process(process, log)


@contextmanager
def running(command: Sequence[str], log: Path, inside: Sequence[str] = ()) -> Iterator[Process]:
    """Run a program; end it at once afterwards, as what it has written is thrown away."""
    process = start(command, log, inside)
    try:
        yield process
    finally:
        process.kill()


def _dies_with_us() -> list[str]:
    """Where Linux can do it: a killed test run, which has no time to clean up, takes its programs with it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def free_ports(n: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on; asked for together, so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


def command_lines() -> bytes:
    """What every program on the machine was called with, as `ps` shows it to anybody."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes())
        except OSError:  # it has ended meanwhile
            continue
    return b"\n".join(found)
