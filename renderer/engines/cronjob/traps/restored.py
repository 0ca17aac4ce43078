"""Restores that could not work, or that would do nothing."""

from collections.abc import Iterator

from renderer.engines.claims import new_claim_problems
from renderer.engines.cronjob.traps.copies import path_problems
from renderer.engines.restores import as_of_problems, called
from renderer.policy import Policy, Restore
from renderer.problem import Problem, Severity


def restore_problems(policy: Policy) -> Iterator[Problem]:
    """Everything that is known to go wrong with the restores of a policy."""
    for restore in (*policy.bootstraps, *policy.restores):
        yield from as_of_problems(restore)
        yield from _chosen_twice(restore)
    for restore in policy.bootstraps:
        yield from _workload(restore)
    yield from _filled_twice(policy)
    volumes = {backup.claim: backup.volume for backup in reversed(policy.backups)}
    for restore in policy.restores:
        yield from new_claim_problems(restore.create)
        if restore.node.get("identity", "path") is not None:  # else that of its volume, which is looked at there
            yield from path_problems(restore.identity.path, restore.node.nearest("identity", "path").place)
        if restore.claim in volumes:
            yield from _of_live_data(restore, volumes[restore.claim])


def _chosen_twice(restore: Restore) -> Iterator[Problem]:
    """`snapshot` is one snapshot; what chooses among several then says nothing."""
    for name in ("asOf", "previous"):
        if restore.snapshot is not None and restore.node.get(name) is not None:
            message = f"'{name}' has no effect beside 'snapshot', which is exactly one; remove one of them"
            yield Problem(restore.place(name), message, "no-effect", Severity.WARNING)


def _workload(restore: Restore) -> Iterator[Problem]:
    if restore.workload is None:
        message = (
            "engine cronjob restores in the app's own pod; set restore.bootstrap.workload with its kind and name, "
            "or restore: {bootstrap: null}"
        )
        yield Problem(restore.place("workload"), message, "complete")


def _filled_twice(policy: Policy) -> Iterator[Problem]:
    first: dict[str, Restore] = {}
    for restore in policy.restores:
        if (other := first.setdefault(restore.claim, restore)) is not restore:
            both = f"{called(other)} and {called(restore)} both fill claim '{restore.claim}'"
            place = restore.node.nearest("to", "claim").place
            yield Problem(place, f"{both}; remove one, or restore into another claim", "restore")


def _of_live_data(restore: Restore, volume: str) -> Iterator[Problem]:
    place = restore.node.nearest("to", "claim").place
    if restore.overwrite:
        message = (
            f"this overwrites the live data of volume '{volume}'; "
            "restore into a new claim, or remove this restore once it is done"
        )
        yield Problem(place, message, "restore", Severity.WARNING)
    else:
        message = (
            f"the mover refuses to restore over the data of volume '{volume}'; "
            "set overwrite: true, or restore into a new claim"
        )
        yield Problem(place, message, "restore", Severity.WARNING)
