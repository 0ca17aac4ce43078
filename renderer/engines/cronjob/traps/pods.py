"""The mover's pod: security contexts with which it would not start, memory with which it is killed, deadlines."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from renderer.plan.locations import volume_nodes
from renderer.policy import Backup
from renderer.problem import Problem, Severity

LEAST_MEMORY = 256 * 1024**2
"""Bytes. restic's `init` alone is killed at 64 MiB, and a killed restic leaves its lock behind."""
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
    if limit is not None and (size := _bytes(limit)) is not None and size < LEAST_MEMORY:
        message = (
            f"restic is killed with a memory limit of {limit}, and leaves its lock; set 256Mi or more, or no limit"
        )
        place = backup.node.nearest("mover", "resources", "limits", "memory").place
        yield Problem(place, message, "resources", Severity.WARNING)


def _bytes(quantity: Any) -> Decimal | None:
    found = _QUANTITY.fullmatch(str(quantity))
    return Decimal(found[1]) * _UNITS[found[2]] if found else None


def _deadline(backup: Backup) -> Iterator[Problem]:
    timing = backup.mover.timing
    least = timing.retry_lock + timing.expected
    if timing.deadline <= least:
        message = (
            f"the deadline of {timing.deadline // 60} minutes ends a run that waits for a lock and then works "
            f"({least // 60} minutes); raise mover.deadline, or lower mover.retryLock"
        )
        yield Problem(backup.node.nearest("mover", "deadline").place, message, "deadline")


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
