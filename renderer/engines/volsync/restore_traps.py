"""What VolSync would do in a restore to the user's surprise, and claims that restores would ruin."""

from collections.abc import Iterator

from renderer.engines.restores import as_of_problems, called
from renderer.engines.volsync.objects import copy_method, destination_claim
from renderer.policy import Policy, Restore
from renderer.problem import Problem, Severity


def restore_problems(restore: Restore) -> Iterator[Problem]:
    """Everything that is known to go wrong with one restore alone."""
    for check in (_missing, _copy, as_of_problems, _of_no_use):
        yield from check(restore)


def claim_problems(policy: Policy) -> Iterator[Problem]:
    """What the restores of a policy do to each other's claims, and to those that it backs up."""
    yield from _filled_twice(policy)
    yield from _never_filled(policy)
    volumes: dict[str, str] = {}
    for backup in policy.backups:
        volumes.setdefault(backup.claim, backup.volume)
    for restore in policy.restores:
        if restore.claim in volumes:
            yield _of_live_data(restore, volumes[restore.claim])


def _missing(restore: Restore) -> Iterator[Problem]:
    if restore.on_missing != "empty":
        what = "says 'fail'" if restore.on_missing else "does not say"
        message = f"VolSync's restore succeeds where there is no backup, and this one {what}; write onMissing: empty"
        yield Problem(restore.place("onMissing"), message, "restore")


def _copy(restore: Restore) -> Iterator[Problem]:
    method = copy_method(restore)
    place = restore.place("copyMethod")
    if method is None:
        yield Problem(place, "no copyMethod, and VolSync has no default; set copyMethod: Snapshot", "complete")
    elif method == "Clone":
        yield Problem(
            place,
            "VolSync cannot restore with copyMethod Clone; set copyMethod: Snapshot here",
            "copy-method",
        )
    elif restore.fills_new_claim and method != "Snapshot":
        why = f"a claim can be filled from a restore with copyMethod Snapshot only, not {method}"
        otherwise = "" if _inherits_direct(restore) else ", or create.dataSourceRef: false"
        yield Problem(place, f"{why}; set copyMethod: Snapshot here{otherwise}", "copy-method")
    elif _inherits_direct(restore):
        message = (
            f"copyMethod Direct, inherited from volume '{restore.backup.volume}', would restore over the live data; "
            "set copyMethod: Snapshot here, or restore: {bootstrap: null} for an app that must not be restored"
        )
        yield Problem(place, message, "copy-method")
    if destination_claim(restore) is None and (lacking := _lacking(restore)):
        message = f"no {lacking}, which VolSync needs to make the claim; set it here or under create"
        yield Problem(restore.node.key, message, "complete")


def _inherits_direct(restore: Restore) -> bool:
    """Only a bootstrap inherits it; "deploy or restore" in place would restore under the running app."""
    return restore.name is None and restore.copy.method == "Direct" and "copyMethod" not in restore.node.mapping


def _lacking(restore: Restore) -> str:
    """What VolSync's own claim lacks; where the new claim has no capacity, that is said there."""
    lacks_capacity = restore.copy.capacity is None and restore.create is None
    lacks_modes = restore.copy.access_modes is None
    return " and no ".join(
        name for name, lacks in (("capacity", lacks_capacity), ("accessModes", lacks_modes)) if lacks
    )


def _of_no_use(restore: Restore) -> Iterator[Problem]:
    """Keys of a restore that fills a claim in place, or makes no snapshot."""
    said = restore.node.mapping
    advice = "remove it, or set it to null in a higher layer"
    if destination_claim(restore) is not None:
        for name, is_said in (("cleanupTempPVC", restore.cleanup_temp_pvc), ("capacity", said.get("capacity"))):
            if is_said:
                message = f"'{name}' has no effect where an existing claim is filled; {advice}"
                yield Problem(restore.place(name), message, "no-effect", Severity.WARNING)
    if restore.node.get("volumeSnapshotClassName") and copy_method(restore) == "Direct":
        message = f"'volumeSnapshotClassName' has no effect with copyMethod Direct; {advice}"
        yield Problem(restore.place("volumeSnapshotClassName"), message, "no-effect", Severity.WARNING)


def _filled_twice(policy: Policy) -> Iterator[Problem]:
    """A claim whose source is a bootstrap is filled once, when it is made; the others are filled by the mover."""
    first: dict[str, Restore] = {}
    for restore in (*policy.bootstraps, *policy.restores):
        claim = destination_claim(restore) or (restore.claim if restore.name is not None else None)
        if claim is None or (other := first.setdefault(claim, restore)) is restore:
            continue
        both = f"{called(other)} and {called(restore)} both fill claim '{claim}'"
        place = restore.node.nearest("to", "claim").place
        yield Problem(place, f"{both}; remove one, or restore into another claim", "restore")


def _never_filled(policy: Policy) -> Iterator[Problem]:
    """A claim that asks for a bootstrap that nothing sets would start empty."""
    filled = {backup.volume for backup in policy.backups if backup.node.get("restore", "bootstrap") is not None}
    for backup in policy.backups:
        create = backup.create
        if create is not None and create.data_source_ref and backup.volume not in filled:
            message = f"no bootstrap fills the claim of volume '{backup.volume}'; set restore.bootstrap, or remove this"
            yield Problem(create.node.nearest("dataSourceRef").key, message, "restore")


def _of_live_data(restore: Restore, volume: str) -> Problem:
    if restore.create is not None:
        message = (
            f"claim '{restore.claim}' is backed up by this policy, and an existing claim's source cannot change; "
            "name another claim, or remove create to restore over the live data"
        )
        return Problem(restore.place("to", "create"), message, "restore")
    message = (
        f"this overwrites the live data of volume '{volume}', and again whenever the object is made anew; "
        "restore into a new claim, or remove this restore once it is done"
    )
    return Problem(restore.node.nearest("to", "claim").place, message, "restore", Severity.WARNING)
