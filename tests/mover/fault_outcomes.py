"""How an operation may end that met a fault: the allowed exit codes and classes, as narrow as restic lets them be."""

from collections.abc import Iterator

from tests.mover import results
from tests.mover.container import told
from tests.mover.fault_stage import Told
from tests.mover.faults import RESULT_WITHIN, Fault, Suffered
from tests.mover.repository import PASSWORD

DONE: dict[str, Told] = {
    "init": (0, "ok"),
    "backup": (0, "ok"),
    "maintenance": (0, "ok"),
    "restore": (0, "restored"),
    "bootstrap": (0, "restored"),
    "drill": (0, "ok"),
    "unlock": (0, "ok"),
}
ERROR, UNREACHABLE, CANCELLED, KILLED = (1, "error"), (1, "unreachable"), (130, "cancelled"), (137, "")
HELD_OUT: set[Told] = set()
"""restic tries again until it is through."""
MET: dict[str, set[Told]] = {
    "stop": {CANCELLED},
    "kill": {KILLED},
    "cut": HELD_OUT,
    "cut-answer": HELD_OUT,
    "delay": HELD_OUT,
    "500": HELD_OUT,
    "403": {ERROR},
    "lasting-cut": {CANCELLED},
    "lasting-cut-answer": {CANCELLED},
    "lasting-500": {CANCELLED},
    "lasting-403": {ERROR},
}
"""Besides `DONE`, where `is_harmless` says so."""
LEAVES_TRACES = {"kill", "403", "lasting-cut", "lasting-cut-answer", "lasting-403", "lasting-500"}
"""A lock that cannot be removed, keys without a repository; all others leave neither."""
UNLOCKED = 10
"""The request by which `unlock` has done its work; later ones only look at what is left."""


def allowed(operation: str, fault: Fault, n: int, suffered: Suffered, total: int) -> set[Told]:
    """The ways out of a run; `total` is how many requests one without a fault has."""
    if not suffered.met:
        return {DONE[operation]}
    ends = set(MET[fault.name])
    if is_harmless(operation, fault, n, total):
        ends.add(DONE[operation])
    if fault.name == "lasting-403" and suffered.seconds_to_result is not None:
        ends.add(CANCELLED)  # restic asks four times for the list of locks
    if "create=true" in suffered.requests[n - 1] and fault.name in {"cut", "cut-answer", "500"}:
        ends = {UNREACHABLE}  # restic asks once for a new repository
    return ends


def is_harmless(operation: str, fault: Fault, n: int, total: int) -> bool:
    """Whether the operation may be done all the same."""
    if fault.kills:
        return False
    late = n >= UNLOCKED if operation == "unlock" else n >= total  # what is left is to give up the lock
    return late or MET[fault.name] == HELD_OUT or fault.name == "403"


def wrong(operation: str, fault: Fault, n: int, suffered: Suffered, total: int) -> Iterator[str]:
    """What is wrong with how it ended."""
    outcome = suffered.outcome
    ends = allowed(operation, fault, n, suffered, total)
    if told(outcome) not in ends:
        yield f"ended as {told(outcome)}, not as one of {ends}"
    if outcome.message:
        result = outcome.result
        if result["operation"] != operation or outcome.code not in results.EXIT_CODES[result["class"]]:
            yield f"exit code {outcome.code} and result do not agree"
    if suffered.seconds_to_result is not None and suffered.seconds_to_result > RESULT_WITHIN:
        yield f"the result came {suffered.seconds_to_result:.1f} s after the stop"
    if PASSWORD in outcome.message + outcome.output + outcome.errors:
        yield "the password is told"
