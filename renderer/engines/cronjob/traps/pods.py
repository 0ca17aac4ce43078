"""The mover's pod: security contexts with which it would not start, memory with which it is killed, deadlines."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from renderer.plan.locations import volume_nodes
from renderer.policy import Backup
from renderer.policy.mover import Speed
from renderer.problem import Problem, Severity

LEAST_MEMORY = 256 * 1024**2
"""Bytes. restic's `init` alone is killed at 64 MiB, and a killed restic leaves its lock behind."""
MUCH_MEMORY = 1024**3
"""Bytes. Of 64 MiB of data `compression: max` made 125, 205 and 568 MiB on 1, 2 and 8 cores, 64 readers up to 575."""
MANY_READERS = 16
LEAST_RETRY_LOCK = 45 * 60
"""Seconds. A dead lock can be removed when it is 30 minutes old."""
_POWERS = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}
_UNITS = {"": Decimal(1), "m": Decimal("0.001")}
_UNITS |= {unit: Decimal(factor) for unit, factor in _POWERS.items()}
_UNITS |= {f"{unit.upper()}i": Decimal(2 ** (10 * power)) for power, unit in enumerate(_POWERS, start=1)}
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]*)?)([kMGTPEm]|[KMGTPE]i|)")


def pod_problems(backup: Backup) -> Iterator[Problem]:
    """Everything that is known to go wrong with the pod of a backup."""
    for check in (_security_context, _memory, _deadline, _retry_lock, _capabilities, _nfs):
        yield from check(backup)


def _security_context(backup: Backup) -> Iterator[Problem]:
    context = backup.mover.security_context or {}
    if context.get("runAsNonRoot") and context.get("runAsUser") == 0:
        message = "runAsNonRoot with runAsUser 0: no such pod can start; remove one of them"
        place = backup.place("mover", "securityContext", "runAsNonRoot")
        yield Problem(place, message, "security-context")


def _memory(backup: Backup) -> Iterator[Problem]:
    limit = ((backup.mover.resources or {}).get("limits") or {}).get("memory")
    size = _bytes(limit) if limit is not None else None
    if size is None:
        return
    place = backup.node.nearest("mover", "resources", "limits", "memory").place
    much = _much_memory(backup.mover.speed)
    if size < LEAST_MEMORY:
        message = (
            f"restic is killed with a memory limit of {limit}, and leaves its lock; set 256Mi or more, or no limit"
        )
        yield Problem(place, message, "resources", Severity.WARNING)
    elif much is not None and size < MUCH_MEMORY:
        message = (
            f"with {much} restic may need more memory than {limit}, and a killed restic leaves its lock; "
            "set 1Gi or more, or no limit"
        )
        yield Problem(place, message, "resources", Severity.WARNING)


def _much_memory(speed: Speed) -> str | None:
    """What takes more than usual, if anything does."""
    if speed.compression == "max":
        return "compression max, about 65 MiB for each core of the node,"
    if speed.read_concurrency is not None and speed.read_concurrency > MANY_READERS:
        return f"a readConcurrency of {speed.read_concurrency}"
    return None


def _bytes(quantity: Any) -> Decimal | None:
    found = _QUANTITY.fullmatch(str(quantity))
    return Decimal(found[1]) * _UNITS[found[2]] if found else None


def _deadline(backup: Backup) -> Iterator[Problem]:
    timing = backup.mover.timing
    least = timing.retry_lock + timing.expected
    if timing.deadline <= least:
        message = (
            f"the deadline of {_length(timing.deadline)} ends a run that waits for a lock and then works "
            f"({_length(least)}); raise mover.deadline, or lower mover.retryLock"
        )
        yield Problem(backup.node.nearest("mover", "deadline").place, message, "deadline")


def _length(seconds: int) -> str:
    return f"{seconds // 60} minutes" if seconds % 60 == 0 else f"{seconds} seconds"


def _retry_lock(backup: Backup) -> Iterator[Problem]:
    if backup.mover.timing.retry_lock < LEAST_RETRY_LOCK:
        message = "a killed run's lock can be removed after 30 minutes, and this gives up before; set 45m or more"
        place = backup.node.nearest("mover", "retryLock").place
        yield Problem(place, message, "deadline", Severity.WARNING)


def _capabilities(backup: Backup) -> Iterator[Problem]:
    if backup.mover.capabilities:
        named = ", ".join(dict.fromkeys(backup.mover.capabilities))
        message = f'the mover gets {named}, and Pod Security "restricted" refuses it; remove what it can do without'
        yield Problem(backup.place("mover", "capabilities"), message, "security-context", Severity.NOTE)


def _nfs(backup: Backup) -> Iterator[Problem]:
    """Pod Security Standards, "restricted": an NFS export may only be reached through a claim."""
    for volume in volume_nodes(backup):
        nfs = volume.get("nfs") or volume.get("volumeSource", "nfs")
        if nfs is not None:
            message = (
                'a pod with an nfs volume is refused by Pod Security "restricted"; where that is enforced, '
                "use a claim of an NFS PersistentVolume"
            )
            yield Problem(nfs.key, message, "security-context", Severity.NOTE)
