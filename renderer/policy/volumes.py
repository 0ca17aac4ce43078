"""Volumes: what is read of them, the copy that is read, restic's cache beside them, claims that we make, dumps."""

from typing import NamedTuple

from renderer.policy import read
from renderer.policy.extras import Extras, extras
from renderer.policy.read import Plain, default
from renderer.schema import Key
from renderer.source import Node


class Copy(NamedTuple):
    """The point-in-time copy of a volume, and the shape of claims made for it."""

    method: str | None
    capacity: str | int | float | None
    storage_class_name: str | None
    volume_snapshot_class_name: str | None
    access_modes: list[str] | None


class Cache(NamedTuple):
    """restic's metadata cache."""

    is_claim: bool
    """Whether it outlives a run; else an emptyDir."""
    capacity: str | int | float | None
    storage_class_name: str | None
    access_modes: list[str] | None


class Contents(NamedTuple):
    """Which files of a volume are backed up, and near whom they are read."""

    exclude: list[str]
    exclude_caches: bool | None
    exclude_larger_than: str | None
    colocate: dict[str, str] | None
    """Labels of the app's pods, whose node is preferred."""


class Dump(NamedTuple):
    """A container that writes a database dump, which is backed up with the data."""

    name: str
    image: str | None
    command: list[str]
    env: list[Plain]
    env_from: list[Plain]
    file: str
    node: Node


class NewClaim(NamedTuple):
    """A claim that we render."""

    capacity: str | int | float | None
    storage_class_name: str | None
    access_modes: list[str]
    volume_mode: str | None
    data_source_ref: bool | None
    extras: Extras
    node: Node


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
    node = read.part(spec, "cache")
    return Cache(
        is_claim=not isinstance(node.value, str),
        capacity=read.value(node, "capacity"),
        storage_class_name=read.text(node, "storageClassName"),
        access_modes=read.value(node, "accessModes"),
    )


def contents(spec: Node) -> Contents:
    """The files of a volume that matter."""
    return Contents(
        exclude=read.items(spec, "exclude"),
        exclude_caches=read.flag(spec, "excludeCaches"),
        exclude_larger_than=read.text(spec, "excludeLargerThan"),
        colocate=read.value(spec, "colocate", "matchLabels"),
    )


def dump(node: Node) -> Dump:
    """One entry of `dumps`."""
    name = read.text(node, "name") or ""
    return Dump(
        name=name,
        image=read.text(node, "image"),
        command=read.items(node, "command"),
        env=read.items(node, "env"),
        env_from=read.items(node, "envFrom"),
        file=read.text(node, "file") or name,
        node=node,
    )


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
