"""One container: what it is told, where it runs, and what it leaves.

Not Kubernetes: `pod.py` makes containers of a rendered pod template; tests of the script alone make them by hand.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.mover import results

LAUNCH = Path(__file__).with_name("launch.py")
KEPT = 4096
"""The kubelet keeps the last bytes of a termination message."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A file or folder of ours, where the container sees it."""

    source: Path
    path: str
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Everything that the container's first process gets; the words are those of Kubernetes where it has some."""

    image: Path
    command: Sequence[str]
    env: dict[str, str]
    mounts: Sequence[Mount]
    uid: int
    gid: int
    groups: Sequence[int] = ()
    capabilities: Sequence[str] = ()
    read_only_root: bool = True
    folder: str = "/"
    hostname: str = "mover-x7k2p"


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What a container leaves. An exit code above 128 may be a signal's."""

    code: int
    message: str
    """Its termination message, as the kubelet would keep it."""
    output: str
    errors: str
    seconds: float

    @property
    def result(self) -> dict[str, Any]:
        """The mover's result, which fits its schema."""
        return results.read(self.message)

    def __repr__(self) -> str:
        return f"exit code {self.code}\n{self.message}\n{self.output}\n{self.errors}"


def told(outcome: Outcome) -> tuple[int, str]:
    """Exit code and class; a container that was killed has none."""
    return outcome.code, str(outcome.result["class"]) if outcome.message else ""


@dataclass(slots=True)
class Running:
    """A container at work."""

    process: subprocess.Popen[bytes]
    folder: Path
    began: float = field(default_factory=time.monotonic)

    def signal(self, number: signal.Signals) -> None:
        """Signal its first process, as the kubelet does."""
        os.kill(self.first_process(), number)

    def first_process(self) -> int:
        """Its process id, as this machine sees it.

        Waits until it listens to SIGTERM: the kernel does not deliver to a process 1 what that has no trap for.
        """
        launcher = self.process.pid
        while self.process.poll() is None:
            children = _of_process(launcher, f"task/{launcher}/children").split()
            if children and catches(int(children[0]), signal.SIGTERM):
                return int(children[0])
            time.sleep(0.001)
        raise ProcessLookupError(f"the container has ended\n{self.wait()}")

    def children(self, word: str) -> list[int]:
        """The process ids of those of its programs that have this word on their command line."""
        first = self.first_process()
        found = _of_process(first, f"task/{first}/children").split()
        return [int(child) for child in found if word in _of_process(int(child), "cmdline").split("\0")]

    def wait(self, timeout: float = 120) -> Outcome:
        """What it leaves in the end."""
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.end()
            raise AssertionError(f"still running after {timeout} s\n{self.outcome()}") from None
        return self.outcome()

    def end(self) -> None:
        """End it where it still runs."""
        self.process.kill()
        self.process.wait()

    def outcome(self) -> Outcome:
        """What it has left by now; it has ended."""
        seconds = time.monotonic() - self.began
        return Outcome(self.process.wait(), self.message(), self.read("stdout"), self.read("stderr"), seconds)

    def message(self) -> str:
        """Its termination message so far."""
        return (self.folder / "termination-log").read_bytes()[-KEPT:].decode()

    def read(self, stream: str) -> str:
        """What it has written so far to `stdout` or `stderr`."""
        return (self.folder / stream).read_bytes().decode(errors="backslashreplace")


def _of_process(process: int, name: str) -> str:
    """A file of a process under /proc; empty where the process has ended, before it was opened or after."""
    try:
        return Path(f"/proc/{process}/{name}").read_bytes().decode(errors="surrogateescape")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def catches(process: int, number: signal.Signals) -> bool:
    """Whether a process has a trap for a signal; one that has ended has none."""
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", _of_process(process, "status"), re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (number - 1) & 1)


def start(container: Container, folder: Path) -> Running:
    """Start it; `folder` is where its streams and its message are kept."""
    folder.mkdir(parents=True)
    root, log = folder / "root", folder / "termination-log"
    root.mkdir()
    log.touch()
    log.chmod(0o666)
    description = asdict(container) | {
        "image": str(container.image),
        "mounts": [(str(mount.source), mount.path, mount.read_only) for mount in container.mounts],
        "root": str(root),
        "termination_log": str(log),
    }
    (folder / "container.json").write_text(json.dumps(description))
    with (folder / "stdout").open("wb") as output, (folder / "stderr").open("wb") as errors:
        command = [sys.executable, "-I", "-S", str(LAUNCH), str(folder / "container.json")]
        return Running(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors), folder)


def wait_until(condition: Callable[[], object], running: Running) -> None:
    """Wait for something that happens while a container runs."""
    while not condition():
        assert running.process.poll() is None, running.wait()
        time.sleep(0.002)


def run(container: Container, folder: Path, timeout: float = 120) -> Outcome:
    """Run it to its end."""
    return start(container, folder).wait(timeout)
