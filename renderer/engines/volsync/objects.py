"""The objects of one plan under engine volsync."""

from collections.abc import Iterator
from typing import Any

from renderer import cron
from renderer.attachments import Attachments
from renderer.engines.certificates import certificates, config_map_name
from renderer.engines.claims import claim
from renderer.engines.draft import Draft, Role, dressed, own_labels
from renderer.forms import form
from renderer.manifest import Manifest
from renderer.plan import Plan, Planned
from renderer.policy import Backup, NewClaim, Restore
from renderer.policy.names import Name, object_name

GROUP = "volsync.backube"


def drafts(plan: Plan, attachments: Attachments) -> Iterator[Draft]:
    """Everything that the policy asks for."""
    for planned in plan.backups:
        yield from certificates(planned.backup, attachments)
        yield _replication_source(planned)
    restored: set[str] = set()
    for restore in (*plan.policy.bootstraps, *plan.policy.restores):
        yield replication_destination(restore)
        if restore.create is not None:
            restored.add(restore.claim)
            yield _filled_claim(restore, restore.create)
    for backup in plan.policy.backups:
        if backup.create is not None and backup.claim not in restored | plan.elsewhere:
            restored.add(backup.claim)
            yield claim(backup, backup.claim, backup.create, None)


def component(_: Plan) -> dict[str, Manifest]:
    """None: VolSync's volume populator restores before the app's pod can start."""
    return {}


def destination_name(restore: Restore) -> Name:
    """The ReplicationDestination's name."""
    if restore.name is None:
        return object_name(restore.backup, "replicationDestination")
    return object_name(restore.backup, "restore", restore=restore.name)


def destination_claim(restore: Restore) -> str | None:
    """The claim that is filled in place; None where VolSync makes one of its own and a snapshot of it."""
    if restore.name is None:
        return restore.claim if restore.copy.method == "Direct" else None
    return None if restore.fills_new_claim else restore.claim


def copy_method(restore: Restore) -> str | None:
    """A declared restore into a claim that is there needs no copy, whatever the volume's backups use."""
    in_place = restore.name is not None and not restore.fills_new_claim
    said = "copyMethod" in restore.node.mapping
    return "Direct" if in_place and not said else restore.copy.method


def _replication_source(planned: Planned) -> Draft:
    backup = planned.backup
    name = object_name(backup, "replicationSource")
    schedule = None
    if planned.effective is not None:
        schedule = cron.for_volsync(planned.effective.cron, backup.schedule.time_zone)
    manifest = form("volsync", "ReplicationSource").fill(
        app=backup.app,
        backup=backup,
        name=name.text,
        schedule=schedule,
        last=None if backup.retain.last is None else str(backup.retain.last),
        custom_ca=_custom_ca(backup),
        mover_volumes=_mover_volumes(backup),
        **dressed(backup.extras, own_labels(backup, "backup")),
    )
    return Draft(manifest=manifest, role=Role.BACKUP, place=name.place, extras=backup.extras)


def replication_destination(restore: Restore) -> Draft:
    """The object that restores."""
    backup = restore.backup
    name = destination_name(restore)
    destination = destination_claim(restore)
    said = restore.node.mapping
    manifest = form("volsync", "ReplicationDestination").fill(
        app=backup.app,
        backup=backup,
        restore=restore,
        name=name.text,
        destination=destination,
        copy_method=copy_method(restore),
        # a claim that is there has its own size; what the user says is rendered all the same
        capacity=restore.copy.capacity if destination is None or "capacity" in said else None,
        access_modes=restore.copy.access_modes if destination is None or "accessModes" in said else None,
        snapshot_class=_snapshot_class(restore),
        custom_ca=_custom_ca(backup),
        mover_volumes=_mover_volumes(backup),
        **dressed(restore.extras, own_labels(backup, "bootstrap" if restore.name is None else "restore")),
    )
    return Draft(manifest=manifest, role=Role.RESTORE, place=name.place, extras=restore.extras)


def _snapshot_class(restore: Restore) -> str | None:
    """Direct makes no snapshot: the volume's class would be noise, the restore's own is rendered all the same."""
    own = copy_method(restore) == "Snapshot" or "volumeSnapshotClassName" in restore.node.mapping
    return restore.copy.volume_snapshot_class_name if own else None


def _filled_claim(restore: Restore, create: NewClaim) -> Draft:
    source = None
    if restore.fills_new_claim:
        source = {"apiGroup": GROUP, "kind": "ReplicationDestination", "name": destination_name(restore).text}
    return claim(restore.backup, restore.claim, create, restore, source)


def _custom_ca(backup: Backup) -> dict[str, Any] | None:
    custom_ca = backup.repository.custom_ca
    if custom_ca is None:
        return None
    said = {"secretName": custom_ca.secret_name, "configMapName": config_map_name(backup), "key": custom_ca.key}
    return {key: value for key, value in said.items() if value is not None}


def _mover_volumes(backup: Backup) -> list[dict[str, Any]] | None:
    repository = backup.repository.volume
    return [*([repository] if repository else []), *backup.mover.volumes] or None
