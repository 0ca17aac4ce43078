"""The parts of a backup, each from its own keys of the effective spec."""

from typing import Any

from renderer.policy import read
from renderer.policy.model import (
    Cache,
    Copy,
    CustomCA,
    Extras,
    Mover,
    NewClaim,
    Patch,
    Repository,
    Retain,
    Schedule,
)
from renderer.schema import Key
from renderer.source import Node, plain

CA_FILE_KEY = "ca.crt"


def default(key: Key, *path: str) -> Any:
    """What the schema says a key has where no layer sets it."""
    for name in path:
        found = key.below(name)
        if found is None:
            raise KeyError(f"the schema has no key '{name}'")
        key = found
    return key.schema["default"]


def _part(spec: Node, name: str) -> Node:
    """What stands under a key; an empty mapping where nothing does."""
    return spec.get(name) or spec.with_value({})


def copy(spec: Node) -> Copy:
    """The point-in-time copy keys of a spec, a bootstrap or a restore."""
    return Copy(
        method=read.text(spec, "copyMethod"),
        capacity=read.value(spec, "capacity"),
        storage_class_name=read.text(spec, "storageClassName"),
        volume_snapshot_class_name=read.text(spec, "volumeSnapshotClassName"),
        access_modes=read.value(spec, "accessModes"),
    )


def cache(spec: Node) -> Cache:
    """The cache keys of a spec, a bootstrap or a restore."""
    node = _part(spec, "cache")
    return Cache(
        capacity=read.value(node, "capacity"),
        storage_class_name=read.text(node, "storageClassName"),
        access_modes=read.value(node, "accessModes"),
    )


def schedule(spec: Node, key: Key) -> Schedule:
    """When the backup runs."""
    return Schedule(
        text=read.text(spec, "schedule"),
        manual=read.text(spec, "manual"),
        time_zone=read.text(spec, "timeZone") or default(key, "timeZone"),
        window=read.text(spec, "window"),
    )


def retain(spec: Node) -> Retain:
    """What is kept."""
    node = _part(spec, "retain")
    return Retain(
        last=read.number(node, "last"),
        hourly=read.number(node, "hourly"),
        daily=read.number(node, "daily"),
        weekly=read.number(node, "weekly"),
        monthly=read.number(node, "monthly"),
        yearly=read.number(node, "yearly"),
        within=read.text(node, "within"),
    )


def repository(spec: Node) -> Repository:
    """Where the backup goes."""
    return Repository(
        url=read.text(spec, "repository", "url"),
        secret_name=read.text(spec, "repository", "secret", "name") or "",
        custom_ca=_custom_ca(spec),
        volume=_repository_volume(spec),
    )


def _custom_ca(spec: Node) -> CustomCA | None:
    node = spec.get("repository", "customCA")
    if node is None:
        return None
    file = read.text(node, "file")
    return CustomCA(
        secret_name=read.text(node, "secretName"),
        config_map_name=read.text(node, "configMapName"),
        key=read.text(node, "key") or (CA_FILE_KEY if file else None),
        file=file,
    )


def _repository_volume(spec: Node) -> dict[str, Any] | None:
    node = spec.get("repository", "volume")
    if node is None:
        return None
    source = {kind: plain(below) for kind in ("nfs", "persistentVolumeClaim") if (below := node.get(kind))}
    return {"mountPath": read.text(node, "mountPath"), "volumeSource": source}


def mover(spec: Node) -> Mover:
    """The pod that runs restic."""
    node = _part(spec, "mover")
    return Mover(
        security_context=read.value(node, "securityContext"),
        resources=read.value(node, "resources"),
        affinity=read.value(node, "affinity"),
        tolerations=read.value(node, "tolerations"),
        service_account_name=read.text(node, "serviceAccountName"),
        pod_labels=read.value(node, "podLabels"),
        volumes=read.items(node, "moverVolumes"),
    )


def extras(node: Node) -> Extras:
    """The labels, annotations and patches that stand directly under a node."""
    return Extras(
        labels=read.mapping(node, "labels"),
        annotations=read.mapping(node, "annotations"),
        patches=tuple(_patch(item) for item in node.nearest("patches").items),
    )


def _patch(node: Node) -> Patch:
    return Patch(
        kind=read.text(node, "target", "kind"),
        name=read.text(node, "target", "name"),
        group=read.text(node, "target", "group"),
        labels=_selected(read.text(node, "target", "labelSelector")),
        patch=with_nulls(node.mapping["patch"]),
        place=node.mapping["patch"].key,
    )


def _selected(selector: str | None) -> tuple[tuple[str, str], ...]:
    """`"a=b,c=d"` → `(("a", "b"), ("c", "d"))`."""
    pairs = (one.partition("=") for one in selector.split(",")) if selector else ()
    return tuple((key, value) for key, _, value in pairs)


def with_nulls(node: Node) -> Any:
    """Plain data in which a null stays a null: in a merge patch it removes a key."""
    if isinstance(node.value, dict):
        return {key: with_nulls(below) for key, below in node.value.items()}
    if isinstance(node.value, list):
        return [with_nulls(below) for below in node.value]
    return node.value


def new_claim(spec: Node, key: Key) -> NewClaim | None:
    """The claim that `create` under a volume or under `to` asks for."""
    node = spec.get("create")
    if node is None:
        return None
    return NewClaim(
        capacity=read.value(node, "capacity"),
        storage_class_name=read.text(node, "storageClassName"),
        access_modes=read.value(node, "accessModes") or default(key, "create", "accessModes"),
        volume_mode=read.text(node, "volumeMode"),
        data_source_ref=read.flag(node, "dataSourceRef"),
        extras=extras(node),
        node=node,
    )


def version(text: str) -> tuple[int, int]:
    """`"0.16"` → `(0, 16)`."""
    major, _, minor = text.partition(".")
    return int(major), int(minor)
