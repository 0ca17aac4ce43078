"""The copy of the volume that is read, and what is mounted around it."""

import re
from collections.abc import Iterator

from renderer.engines.cronjob.mounts import HOMES, PROGRAMS
from renderer.plan.locations import volume_nodes
from renderer.policy import Backup
from renderer.problem import Place, Problem, Severity

_METHODS = ("Direct", "Clone")
_ADVICE = "remove it, or set it to null beside copyMethod"
_TAKEN = (*PROGRAMS, *HOMES, "/mnt")
"""What we mount there, and what the image, the kubelet or a program needs there, such as ssh's settings in /root."""
_STEPS = re.compile(r"[^/:]+(?:/[^/:]+)*")


def copy_problems(backup: Backup) -> Iterator[Problem]:
    """Everything that is known to go wrong with the volumes of a backup."""
    for check in (_method, _no_effect, _mounted, _certificate, _path):
        yield from check(backup)


def _method(backup: Backup) -> Iterator[Problem]:
    method, create = backup.copy.method, backup.create
    if method not in (None, *_METHODS):
        message = (
            f"engine cronjob cannot make a {method}, only its operator can; set copyMethod to Clone or Direct, "
            "or engine: volsync"
        )
        yield Problem(backup.place("copyMethod"), message, "copy-method")
    elif method == "Clone" and backup.copy.capacity is None and (create is None or create.capacity is None):
        message = "no capacity for the clone, and Kubernetes does not take it from the claim; set capacity"
        yield Problem(backup.place("copyMethod"), message, "complete")


def _no_effect(backup: Backup) -> Iterator[Problem]:
    if backup.copy.method not in (None, "Direct") or (backup.drill is not None and backup.drill.capacity is not None):
        return
    for name in ("capacity", "storageClassName", "accessModes"):
        if backup.node.get(name) is not None:
            message = f"'{name}' has no effect with copyMethod Direct, which copies nothing; {_ADVICE}"
            yield Problem(backup.place(name), message, "no-effect", Severity.WARNING)


def _mounted(backup: Backup) -> Iterator[Problem]:
    """Kubernetes takes `..` in a path, and would put a volume over the data, the cache or the script."""
    seen: set[str] = set()
    for volume in volume_nodes(backup):
        path = volume.text("mountPath") or ""
        if _STEPS.fullmatch(path) is None or ".." in path.split("/"):
            message = f"'{path[:60]}' is not a folder below /mnt; write its name without '/' around it and without '..'"
            yield Problem(volume.nearest("mountPath").place, message, "repository")
        elif path in seen:
            message = f"'{path[:60]}' is mounted twice; choose another mountPath"
            yield Problem(volume.nearest("mountPath").place, message, "repository")
        seen.add(path)


def _certificate(backup: Backup) -> Iterator[Problem]:
    custom_ca = backup.repository.custom_ca
    if custom_ca is not None and custom_ca.key is None:
        message = "no key of the certificate; set customCA.key"
        yield Problem(backup.place("repository", "customCA"), message, "complete")


def _path(backup: Backup) -> Iterator[Problem]:
    place = backup.node.nearest("repository", "identity", "path").place
    yield from path_problems(backup.repository.identity.path, place)


def path_problems(path: str, place: Place) -> Iterator[Problem]:
    """Where the volume is mounted is the path of its snapshots, and has to be a place of its own."""
    taken = any(f"{path}/".startswith(f"{other}/") for other in _TAKEN)
    if not path.startswith("/") or path.rstrip("/") != path or ".." in path.split("/") or "//" in path or taken:
        message = f"the volume cannot be mounted at '{path[:60]}'; write an absolute path of its own, such as /data"
        yield Problem(place, message, "repository")
