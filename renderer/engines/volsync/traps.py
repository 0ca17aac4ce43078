"""What VolSync would do to the user's surprise: it validates nothing itself (no required field, no webhook).

An error where the object could not work, a warning where a field has no effect or a wrong one.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from renderer import labels
from renderer.engines.volsync.objects import copy_method, destination_claim, destination_name
from renderer.plan import Plan
from renderer.policy import Backup, Restore
from renderer.policy.names import Name, name_problem, object_name
from renderer.problem import Place, Problem, Severity

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[-+]\d\d:\d\d)", re.ASCII)
LONGEST_NAME = 63 - len("volsync-src-")
"""VolSync names the Job after the object and replaces what is longer by a hash."""


def problems(plan: Plan) -> Iterator[Problem]:
    """Everything that is known to go wrong."""
    policy = plan.policy
    for backup in policy.backups:
        for check in (_trigger, _copy, _version, _custom_ca, _security_context, _new_claim):
            yield from check(backup)
        yield from _name(object_name(backup, "replicationSource"), "ReplicationSource")
    for restore in (*policy.bootstraps, *policy.restores):
        for inspect in (_missing, _restore_copy, _as_of, _new_claim, _of_no_use):
            yield from inspect(restore)
        yield from _name(destination_name(restore), "ReplicationDestination")
    yield from _copy_triggers(policy.backups)


def _trigger(backup: Backup) -> Iterator[Problem]:
    if backup.schedule.text is not None and backup.schedule.manual is not None:
        message = "VolSync ignores the schedule while 'manual' is set; remove one, or set the other to null"
        yield Problem(backup.place("manual"), message, "schedule")


def _copy(backup: Backup) -> Iterator[Problem]:
    copy = backup.copy
    if copy.method is None:
        message = "no copyMethod, and VolSync has no default; set copyMethod to Snapshot, Clone or Direct"
        yield Problem(backup.node.key, message, "complete")
        return
    if copy.method != "Snapshot" and copy.volume_snapshot_class_name is not None:
        message = f"'volumeSnapshotClassName' has no effect with copyMethod {copy.method}; remove it"
        yield _no_effect(backup.place("volumeSnapshotClassName"), message)
    if copy.method == "Direct" and copy.capacity is not None:
        message = "'capacity' has no effect with copyMethod Direct, which copies nothing; remove it"
        yield _no_effect(backup.place("capacity"), message)
    if backup.node.text("cache") is not None:
        message = "VolSync's cache is always a claim; give its capacity, or set cache to null"
        yield Problem(backup.place("cache"), message, "engine")


def _version(backup: Backup) -> Iterator[Problem]:
    """Fields that came with a later version: an older CRD drops them, or refuses the object."""
    newer = (("0.17", "excludeCaches", backup.exclude_caches is not None, ("excludeCaches",)),
             ("0.17", "tolerations", backup.mover.tolerations is not None, ("mover", "tolerations")),
             ("0.15", "nfs", _is_nfs(backup.repository.volume), ("repository", "volume", "nfs")),
             ("0.15", "nfs", any(map(_is_nfs, backup.mover.volumes)), ("mover", "moverVolumes")))  # fmt: skip
    for since, name, said, path in newer:
        major, minor = (int(part) for part in since.split("."))
        if said and backup.volsync_version < (major, minor):
            message = (
                f"VolSync knows '{name}' since {since}; set volsyncVersion: \"{since}\" where that runs, or remove it"
            )
            yield Problem(backup.place(*path), message, "engine")


def _is_nfs(volume: dict[str, Any] | None) -> bool:
    return volume is not None and "nfs" in volume.get("volumeSource", {})


def _custom_ca(backup: Backup) -> Iterator[Problem]:
    custom_ca = backup.repository.custom_ca
    if custom_ca is None:
        return
    if custom_ca.key is None:
        message = "no key of the certificate, and VolSync would ignore it in silence; set customCA.key"
        yield Problem(backup.place("repository", "customCA"), message, "complete")
    if custom_ca.file and (problem := name_problem(object_name(backup, "customCA"), "ConfigMap")):
        yield problem


def _security_context(backup: Backup) -> Iterator[Problem]:
    context = backup.mover.security_context or {}
    if context.get("runAsNonRoot") and context.get("runAsUser") in (None, 0):
        message = (
            "runAsNonRoot without a runAsUser other than 0: VolSync's image runs as root and the mover would not "
            "start; set runAsUser"
        )
        yield Problem(
            backup.place("mover", "securityContext", "runAsNonRoot"),
            message,
            "security-context",
            Severity.WARNING,
        )


def _name(name: Name, kind: str) -> Iterator[Problem]:
    if problem := name_problem(name, kind):
        yield problem
    elif len(name.text) > LONGEST_NAME:
        message = (
            f"'{name.text}' is longer than {LONGEST_NAME} characters, VolSync hashes its Job's name; "
            "shorten it with spec.names"
        )
        yield Problem(name.place, message, "names", Severity.WARNING)


def _missing(restore: Restore) -> Iterator[Problem]:
    if restore.on_missing != "empty":
        what = "says 'fail'" if restore.on_missing else "does not say"
        message = f"VolSync's restore succeeds where there is no backup, and this one {what}; write onMissing: empty"
        yield Problem(restore.place("onMissing"), message, "restore")


def _restore_copy(restore: Restore) -> Iterator[Problem]:
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
        message = f"{why}; set copyMethod: Snapshot here, or create.dataSourceRef: false"
        yield Problem(place, message, "copy-method")
    if destination_claim(restore) is None and (lacking := _lacking(restore)):
        message = f"no {lacking}, which VolSync needs to make the claim; set it here or under create"
        yield Problem(restore.node.key, message, "complete")


def _lacking(restore: Restore) -> str:
    """What VolSync's own claim lacks; where the new claim has no capacity, that is said there."""
    lacks_capacity = restore.copy.capacity is None and restore.create is None
    lacks_modes = restore.copy.access_modes is None
    return " and no ".join(
        name for name, lacks in (("capacity", lacks_capacity), ("accessModes", lacks_modes)) if lacks
    )


def _as_of(restore: Restore) -> Iterator[Problem]:
    if restore.as_of is not None and not _is_time(restore.as_of):
        message = f"'{restore.as_of[:40]}' is no time with its zone; write it as \"2026-03-01T00:00:00Z\" (RFC 3339)"
        yield Problem(restore.node.nearest("asOf").place, message, "restore")


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _RFC3339.fullmatch(text) is not None


def _new_claim(asked: Backup | Restore) -> Iterator[Problem]:
    if asked.create is not None and asked.create.capacity is None:
        yield Problem(asked.create.node.key, "no capacity for the claim; set create.capacity", "complete")


def _of_no_use(restore: Restore) -> Iterator[Problem]:
    """Keys of a restore that fills a claim in place, or makes no snapshot."""
    said = restore.node.mapping
    if destination_claim(restore) is not None:
        for name, is_said in (("cleanupTempPVC", restore.cleanup_temp_pvc), ("capacity", said.get("capacity"))):
            if is_said:
                message = f"'{name}' has no effect where an existing claim is filled; remove it"
                yield _no_effect(restore.place(name), message)
    if restore.node.get("volumeSnapshotClassName") and copy_method(restore) == "Direct":
        message = "'volumeSnapshotClassName' has no effect with copyMethod Direct; remove it"
        yield _no_effect(restore.place("volumeSnapshotClassName"), message)


def _copy_triggers(backups: tuple[Backup, ...]) -> Iterator[Problem]:
    """One copy-trigger answers one ReplicationSource; a second one on the claim waits for ever."""
    seen: set[str] = set()
    for backup in backups:
        create = backup.create
        if create is None or labels.COPY_TRIGGER not in chain(create.extras.annotations, backup.extras.annotations):
            continue
        if backup.claim in seen:
            message = (
                f"two targets wait for one copy-trigger of claim '{backup.claim}', VolSync answers one; annotate one"
            )
            yield Problem(
                create.node.nearest("annotations", labels.COPY_TRIGGER).key,
                message,
                "copy-method",
                Severity.WARNING,
            )
        seen.add(backup.claim)


def _no_effect(place: Place, message: str) -> Problem:
    return Problem(place, message, "no-effect", Severity.WARNING)
