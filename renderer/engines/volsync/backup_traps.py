"""What VolSync would do to a backup to the user's surprise: its ReplicationSource, its repository, its mover."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from renderer import labels
from renderer.plan.locations import volume_nodes
from renderer.policy import Backup
from renderer.policy.names import name_problem, object_name
from renderer.policy.restores import only_reads
from renderer.problem import Place, Problem, Severity


def backup_problems(backup: Backup) -> Iterator[Problem]:
    """Everything that is known to go wrong with one backup."""
    for check in (_trigger, _copy, _cache, _version, _mount_paths, _custom_ca, _security_context):
        yield from check(backup)


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
    advice = "remove it, or set it to null beside copyMethod"
    if copy.method != "Snapshot" and copy.volume_snapshot_class_name is not None:
        message = f"'volumeSnapshotClassName' has no effect with copyMethod {copy.method}; {advice}"
        yield _no_effect(backup.place("volumeSnapshotClassName"), message)
    if copy.method == "Direct" and copy.capacity is not None:
        message = f"'capacity' has no effect with copyMethod Direct, which copies nothing; {advice}"
        yield _no_effect(backup.place("capacity"), message)


def _cache(backup: Backup) -> Iterator[Problem]:
    if backup.node.text("cache") is not None:
        message = "VolSync's cache is always a claim; give its capacity, or set cache to null"
        yield Problem(backup.place("cache"), message, "engine")
    if only_reads(backup.copy.access_modes) and backup.cache.access_modes is None:
        message = (
            "VolSync gives its cache these access modes too, and cannot write it then; "
            "set cache.accessModes: [ReadWriteOnce]"
        )
        yield Problem(backup.place("accessModes"), message, "copy-method")


def _version(backup: Backup) -> Iterator[Problem]:
    """Fields that came with a later version: an older CRD drops them, or refuses the object."""
    mounted, volumes = backup.repository.volume, backup.mover.volumes
    nfs_repository, nfs = _is_nfs(mounted), any(map(_is_nfs, volumes))
    newer = (("0.17", "'excludeCaches'", backup.contents.exclude_caches is not None, ("excludeCaches",)),
             ("0.17", "'tolerations'", backup.mover.tolerations is not None, ("mover", "tolerations")),
             ("0.15", "'nfs'", nfs_repository, ("repository", "volume", "nfs")),
             ("0.15", "'nfs'", nfs, ("mover", "moverVolumes")),
             ("0.14", "mounted repositories", mounted is not None and not nfs_repository, ("repository", "volume")),
             ("0.14", "'moverVolumes'", bool(volumes) and not nfs, ("mover", "moverVolumes")))  # fmt: skip
    for since, name, said, path in newer:
        major, minor = (int(part) for part in since.split("."))
        if said and backup.volsync_version < (major, minor):
            message = f'VolSync knows {name} since {since}; set volsyncVersion: "{since}" where that runs, or remove it'
            yield Problem(backup.place(*path), message, "engine")


def _is_nfs(volume: dict[str, Any] | None) -> bool:
    return volume is not None and "nfs" in volume.get("volumeSource", {})


def _mount_paths(backup: Backup) -> Iterator[Problem]:
    """VolSync calls the volume `u-` and the path, with '-' for '/': two of one name make the Job invalid."""
    first: dict[str, str] = {}
    for volume in volume_nodes(backup):
        path, before = volume.text("mountPath") or "", len(first)
        other = first.setdefault(path.replace("/", "-"), path)
        if len(first) > before:
            continue
        what = f"'{path[:60]}' is mounted twice"
        if other != path:
            what = f"VolSync cannot tell mountPath '{path[:60]}' from '{other[:60]}', it writes '-' for '/'"
        yield Problem(volume.nearest("mountPath").place, f"{what}; choose another mountPath", "repository")


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


def copy_trigger_problems(backups: tuple[Backup, ...]) -> Iterator[Problem]:
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
