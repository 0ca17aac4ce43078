"""The restores of a policy: the bootstrap of each volume, and the declared ones.

What a restore does not say it inherits from its volume; capacity and access modes first from the claim that is
created, because a restore has to fit into that one.
"""

from collections.abc import Iterator, Sequence

from renderer.policy import read
from renderer.policy.extras import extras
from renderer.policy.model import Backup, Restore, Workload
from renderer.policy.read import default
from renderer.policy.repository import Identity, identity
from renderer.policy.volumes import Cache, Copy, NewClaim, cache, copy, new_claim
from renderer.problem import Problem
from renderer.schema import Key
from renderer.source import Node


def bootstraps(backups: Sequence[Backup], key: Key, problems: list[Problem]) -> Iterator[Restore]:
    """One per volume that has a claim to create; one for every volume where none has."""
    asked = {}
    for volume, of_volume in _by_volume(backups).items():
        if asking := _asking(of_volume):
            asked[volume] = asking, of_volume, _create(of_volume)
    any_creates = any(create for _, _, create in asked.values())
    for volume, (asking, of_volume, create) in asked.items():
        if any_creates and create is None:
            continue
        node = asking.node.nearest("restore", "bootstrap")
        if chosen := _backup(node, volume, of_volume, problems, asking.target):
            own = chosen.node.get("restore", "bootstrap") or node
            yield _restore(own, chosen, chosen.create or create, key)


def declared(spec: Node, backups: Sequence[Backup], key: Key, problems: list[Problem]) -> Iterator[Restore]:
    """The entries of `restores`, those of spec and those that only a target has."""
    volumes = _by_volume(backups)
    held = {id(backup): _entries(backup.node) for backup in backups}
    for entry, owner in _all_entries(spec, backups):
        name = entry.text("name") or ""
        volume = _volume(entry, list(volumes), problems)
        chosen = _backup(entry, volume, volumes[volume], problems, owner) if volume else None
        if volume is None or chosen is None:
            continue
        holder = chosen if owner is None else _of_target(volumes[volume], owner)
        own = entry if holder is None else held[id(holder)].get(name)
        if own is None:  # its target removes it
            continue
        if own.text("to", "claim") is None:
            message = f"restore '{name}' has no claim to fill; set to.claim"
            problems.append(Problem(own.nearest("to").key, message, "complete"))
            continue
        to = own.nearest("to")
        yield _restore(own, chosen, _to_create(to, chosen, key), key)._replace(name=name, claim=to.text("claim") or "")


def _to_create(to: Node, backup: Backup, key: Key) -> NewClaim | None:
    """The claim that a restore fills, of the same shape as the volume's own where it does not say otherwise."""
    own, volume = new_claim(to, key), backup.create
    if own is None or volume is None:
        return own
    said = own.node.mapping
    return own._replace(
        capacity=own.capacity if "capacity" in said else volume.capacity,
        storage_class_name=own.storage_class_name if "storageClassName" in said else volume.storage_class_name,
        access_modes=own.access_modes if "accessModes" in said else volume.access_modes,
        volume_mode=own.volume_mode if "volumeMode" in said else volume.volume_mode,
    )


def _by_volume(backups: Sequence[Backup]) -> dict[str, list[Backup]]:
    found: dict[str, list[Backup]] = {}
    for backup in backups:
        found.setdefault(backup.volume, []).append(backup)
    return found


def _asking(of_volume: Sequence[Backup]) -> Backup | None:
    """The first whose bootstrap names a target, else the first that has a bootstrap."""
    asking = [backup for backup in of_volume if backup.node.get("restore", "bootstrap") is not None]
    naming = (backup for backup in asking if backup.node.text("restore", "bootstrap", "target") is not None)
    return next(naming, asking[0] if asking else None)


def _create(of_volume: Sequence[Backup]) -> NewClaim | None:
    return next((backup.create for backup in of_volume if backup.create is not None), None)


def _entries(spec: Node) -> dict[str, Node]:
    return {item.text("name") or "": item for item in spec.nearest("restores").items}


def _all_entries(spec: Node, backups: Sequence[Backup]) -> Iterator[tuple[Node, str | None]]:
    """Each entry once, and the target that alone has it; None for one of spec."""
    shared = _entries(spec)
    yield from ((entry, None) for entry in shared.values())
    first_of_target: dict[str, Backup] = {}
    for backup in backups:
        first_of_target.setdefault(backup.target, backup)
    for target, backup in first_of_target.items():
        yield from ((entry, target) for name, entry in _entries(backup.node).items() if name not in shared)


def _volume(entry: Node, volumes: Sequence[str], problems: list[Problem]) -> str | None:
    named = entry.text("volume")
    if named is None and len(volumes) == 1:
        return volumes[0]
    if named in volumes:
        return named
    wrong = f"no volume '{named[:60]}'" if named else "which volume to restore is not said"
    place = entry.nearest("volume").place
    problems.append(Problem(place, f"{wrong}; set volume to {listed(volumes)}", "restore"))
    return None


def _of_target(of_volume: Sequence[Backup], target: str) -> Backup | None:
    return next((backup for backup in of_volume if backup.target == target), None)


def _backup(
    node: Node, volume: str, of_volume: Sequence[Backup], problems: list[Problem], owner: str | None = None
) -> Backup | None:
    """The backup to restore from: of the target that is named, else of the owner, else the first."""
    named = node.text("target") or owner
    if named is None:
        return of_volume[0]
    found = _of_target(of_volume, named)
    if found is None:
        targets = listed([backup.target for backup in of_volume])
        message = f"no target '{named[:60]}' for volume '{volume}'; set target to {targets}"
        problems.append(Problem(node.nearest("target").place, message, "restore"))
    return found


def listed(names: Sequence[str]) -> str:
    """`a, b or c`, and not more than a line can hold."""
    few = [*names[:8], *(["another of the policy"] if len(names) > 8 else [])]
    return " or ".join([", ".join(few[:-1]), few[-1]] if len(few) > 1 else few)


def _restore(node: Node, backup: Backup, create: NewClaim | None, key: Key) -> Restore:
    return Restore(
        name=None,
        backup=backup,
        claim=backup.claim,
        create=create,
        on_missing=read.text(node, "onMissing"),
        as_of=read.text(node, "asOf"),
        previous=read.number(node, "previous"),
        snapshot=read.text(node, "snapshot"),
        identity=_identity(node, backup, key),
        overwrite=bool(read.flag(node, "overwrite")),
        workload=_workload(node, backup),
        token=read.text(node, "token") or default(key, "restore", "bootstrap", "token"),
        copy=_copy(copy(node), node, backup.copy, create),
        cache=_cache(cache(node), node, backup.cache),
        enable_file_deletion=read.flag(node, "enableFileDeletion"),
        cleanup_temp_pvc=read.flag(node, "cleanupTempPVC"),
        cleanup_cache_pvc=read.flag(node, "cleanupCachePVC"),
        extras=backup.extras.and_then(extras(node)),
        node=node,
    )


def only_reads(modes: Sequence[str] | None) -> bool:
    """Whether a claim of these access modes can never be written, such as a CephFS snapshot mounted as it is."""
    return bool(modes) and set(modes or ()) == {"ReadOnlyMany"}


def _copy(own: Copy, node: Node, volume: Copy, create: NewClaim | None) -> Copy:
    """Leaf by leaf; an explicit null in the restore stops the inheritance, and modes that only read are none."""
    said = node.mapping
    capacity = create.capacity if create is not None else volume.capacity
    modes = create.access_modes if create is not None else volume.access_modes
    return Copy(
        method=own.method if "copyMethod" in said else volume.method,
        capacity=own.capacity if "capacity" in said else capacity,
        storage_class_name=own.storage_class_name if "storageClassName" in said else volume.storage_class_name,
        volume_snapshot_class_name=own.volume_snapshot_class_name
        if "volumeSnapshotClassName" in said
        else volume.volume_snapshot_class_name,
        access_modes=own.access_modes if "accessModes" in said or only_reads(modes) else modes,
    )


def _identity(node: Node, backup: Backup, key: Key) -> Identity:
    """Whose snapshots are restored: the volume's own, leaf by leaf."""
    own, inherited = identity(node, key), backup.repository.identity
    said = node.nearest("identity").mapping
    return Identity(
        host=own.host,
        tags=own.tags if "tags" in said else [],  # tags of new snapshots say nothing of old ones
        path=own.path if "path" in said else inherited.path,
    )


def _workload(node: Node, backup: Backup) -> Workload | None:
    kind, name = read.text(node, "workload", "kind"), read.text(node, "workload", "name")
    if kind is None or name is None:
        return None
    return Workload(kind=kind, name=name, volume=read.text(node, "workload", "volume") or backup.volume)


def _cache(own: Cache, node: Node, volume: Cache) -> Cache:
    if "cache" in node.mapping and node.mapping["cache"].value is None:
        return own
    said = node.nearest("cache").mapping if "cache" in node.mapping else {}
    return Cache(
        is_claim=own.is_claim if "cache" in node.mapping else volume.is_claim,
        capacity=own.capacity if "capacity" in said else volume.capacity,
        storage_class_name=own.storage_class_name if "storageClassName" in said else volume.storage_class_name,
        access_modes=own.access_modes if "accessModes" in said else volume.access_modes,
    )
