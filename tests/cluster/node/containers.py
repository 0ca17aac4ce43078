"""The processes of a mover's container, seen from the machine: restic held in the middle of its work, or all killed."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from tests.cluster.api import Raw
from tests.cluster.node.namespace import Namespace

SLOWLY = "  targets: [{name: default, mover: {limitUpload: 300}}]\n"
"""Of a policy whose backup is to be caught in the middle: the app's 3 MiB take ten seconds."""
PAUSE = 0.02


@contextlib.contextmanager
def held(namespace: Namespace, job: str) -> Iterator[Raw]:
    """The pod of a Job, whose restic stands still, once it has taken its lock, until the block ends."""
    pod = _running(namespace, job)
    repository = namespace.repository(namespace.name)
    namespace.wait_for("lock", lambda: bool(repository.locks()))
    (restic,) = [process for process in processes(namespace, pod) if command(process)[:2] == ["restic", "backup"]]
    os.kill(restic, signal.SIGSTOP)
    try:
        yield pod
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(restic, signal.SIGCONT)


def kill(namespace: Namespace, pod: Raw) -> None:
    """End all processes of a pod's mover at once, as a machine without memory does."""
    while found := processes(namespace, pod):
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(PAUSE)


def processes(namespace: Namespace, pod: Raw) -> set[int]:
    """Those of its one container, as the machine numbers them."""
    (status,) = pod["status"]["containerStatuses"]
    container = status["containerID"].removeprefix("containerd://")
    found: set[int] = set()
    for group in namespace.bed.cluster.place.groups():
        if group.name == container:
            with contextlib.suppress(OSError):  # it has just ended
                found.update(int(number) for number in (group / "cgroup.procs").read_text().split())
    return found


def command(process: int) -> list[str]:
    """Its words; none where it has just ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")
    except OSError:
        return []


def _running(namespace: Namespace, job: str) -> Raw:
    """The one pod of a Job, with its container at work."""
    found: list[Raw] = []

    def at_work() -> bool:
        pods = namespace.all("Pod", f"job-name={job}")
        found[:] = [pod for pod in pods if _state(pod) == "running"]
        return bool(found)

    namespace.wait_for(f"running pod of {job}", at_work)
    return found[0]


def _state(pod: Raw) -> str:
    """Of its one container: `waiting`, `running` or `terminated`."""
    (status,) = pod["status"].get("containerStatuses") or [{}]
    return next(iter(status.get("state", {})), "")
