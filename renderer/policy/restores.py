"""The restores of a policy: the bootstrap of each volume, and the declared ones.

What a restore does not say it inherits from its volume; capacity and access modes first from the claim that is
created, because a restore has to fit into that one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from renderer.policy import parts, read
from renderer.policy.model import Backup, Cache, Copy, NewClaim, Restore
from renderer.problem import Problem
from renderer.schema import Key
from renderer.source import Node


def bootstraps(backups: Sequence[Backup], key: Key, problems: list[Problem]) -> Iterator[Restore]:
    """One per volume, from the target that the bootstrap names (the first one where it names none)."""
    first_of: dict[str, Backup] = {}
    for backup in backups:
        first_of.setdefault(backup.volume, backup)
    for first in first_of.values():
        node = first.node.get("restore", "bootstrap")
        if node is not None and (chosen := _backup(node, first.volume, backups, problems)):
            own = chosen.node.get("restore", "bootstrap") or node
            yield _restore(own, chosen, chosen.create, key)


def declared(spec: Node, backups: Sequence[Backup], key: Key, problems: list[Problem]) -> Iterator[Restore]:
    """The entries of `restores`."""
    entries: dict[int, dict[str | None, Node]] = {}
    for entry in spec.nearest("restores").items if spec.get("restores") else ():
        name = entry.text("name") or ""
        volume = _volume(entry, backups, problems)
        chosen = _backup(entry, volume, backups, problems) if volume else None
        if chosen is None:
            continue
        if id(chosen) not in entries:
            entries[id(chosen)] = {item.text("name"): item for item in chosen.node.nearest("restores").items}
        own = entries[id(chosen)].get(name, entry)
        if own.text("to", "claim") is None:
            message = f"restore '{name}' has no claim to fill; set to.claim"
            problems.append(Problem(own.nearest("to").key, message, "complete"))
            continue
        to = own.nearest("to")
        yield replace(_restore(own, chosen, parts.new_claim(to, key), key), name=name, claim=to.text("claim") or "")


def _volume(entry: Node, backups: Sequence[Backup], problems: list[Problem]) -> str | None:
    volumes = list(dict.fromkeys(backup.volume for backup in backups))
    named = entry.text("volume")
    if named is None and len(volumes) == 1:
        return volumes[0]
    if named in volumes:
        return named
    wrong = f"no volume '{named[:60]}'" if named else "which volume to restore is not said"
    place = entry.nearest("volume").place
    problems.append(Problem(place, f"{wrong}; set volume to {listed(volumes)}", "restore"))
    return None


def _backup(node: Node, volume: str, backups: Sequence[Backup], problems: list[Problem]) -> Backup | None:
    of_volume = [backup for backup in backups if backup.volume == volume]
    named = node.text("target")
    if named is None:
        return of_volume[0]
    found = next((backup for backup in of_volume if backup.target == named), None)
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
        token=read.text(node, "token") or parts.default(key, "restore", "bootstrap", "token"),
        copy=_copy(parts.copy(node), node, backup.copy, create),
        cache=_cache(parts.cache(node), node, backup.cache),
        enable_file_deletion=read.flag(node, "enableFileDeletion"),
        cleanup_temp_pvc=read.flag(node, "cleanupTempPVC"),
        cleanup_cache_pvc=read.flag(node, "cleanupCachePVC"),
        extras=backup.extras.and_then(parts.extras(node)),
        node=node,
    )


def _copy(own: Copy, node: Node, volume: Copy, create: NewClaim | None) -> Copy:
    """Leaf by leaf; an explicit null in the restore stops the inheritance."""
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
        access_modes=own.access_modes if "accessModes" in said else modes,
    )


def _cache(own: Cache, node: Node, volume: Cache) -> Cache:
    if "cache" in node.mapping and node.mapping["cache"].value is None:
        return own
    said = node.nearest("cache").mapping if "cache" in node.mapping else {}
    return Cache(
        capacity=own.capacity if "capacity" in said else volume.capacity,
        storage_class_name=own.storage_class_name if "storageClassName" in said else volume.storage_class_name,
        access_modes=own.access_modes if "accessModes" in said else volume.access_modes,
    )
