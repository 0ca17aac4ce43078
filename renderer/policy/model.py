"""A policy as typed records: what the engines read. Built from an effective spec that the schema has accepted.

None always means "no layer sets it"; `""`, `0` and `False` are values. Fields that Kubernetes defines (security
context, affinity, …) stay plain data in Kubernetes' own words.
"""

from dataclasses import dataclass
from typing import Any

from renderer.policy.effective import App
from renderer.problem import Place
from renderer.source import Node

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The point-in-time copy of a volume, and the shape of claims made for it."""

    method: str | None
    capacity: str | int | float | None
    storage_class_name: str | None
    volume_snapshot_class_name: str | None
    access_modes: list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """restic's metadata cache."""

    capacity: str | int | float | None
    storage_class_name: str | None
    access_modes: list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a backup runs: a schedule as the user wrote it, or a token for one run."""

    text: str | None
    manual: str | None
    time_zone: str
    window: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retain:
    """What `restic forget` keeps. Counts of snapshots, and restic durations such as `3d12h`."""

    last: int | None
    hourly: int | None
    daily: int | None
    weekly: int | None
    monthly: int | None
    yearly: int | None
    within: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomCA:
    """Where the server's certificate authority stands: in a Secret, a ConfigMap, or a file that we put into one."""

    secret_name: str | None
    config_map_name: str | None
    key: str | None
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A restic repository and how it is opened."""

    url: str | None
    secret_name: str
    custom_ca: CustomCA | None
    volume: Plain | None
    """A VolSync `moverVolumes` item for a mounted repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """The pod that runs restic."""

    security_context: Plain | None
    resources: Plain | None
    affinity: Plain | None
    tolerations: list[Plain] | None
    service_account_name: str | None
    pod_labels: Plain | None
    volumes: list[Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A change to rendered objects: a merge patch (mapping) or a JSON patch (list)."""

    kind: str | None
    name: str | None
    group: str | None
    labels: tuple[tuple[str, str], ...]
    """Labels that the object has, from `labelSelector`."""
    patch: Any
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What users add to an object: labels, annotations, patches."""

    labels: dict[str, str]
    annotations: dict[str, str]
    patches: tuple[Patch, ...]

    def and_then(self, more: "Extras") -> "Extras":
        """These, and nearer ones that win."""
        return Extras(
            labels={**self.labels, **more.labels},
            annotations={**self.annotations, **more.annotations},
            patches=(*self.patches, *more.patches),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A claim that we render."""

    capacity: str | int | float | None
    storage_class_name: str | None
    access_modes: list[str]
    volume_mode: str | None
    data_source_ref: bool | None
    extras: Extras
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One volume written to one target."""

    app: App
    engine: str
    volume: str
    target: str
    claim: str
    copy: Copy
    cache: Cache
    exclude_caches: bool | None
    create: NewClaim | None
    schedule: Schedule
    retain: Retain
    prune_interval_days: int | None
    repository: Repository
    mover: Mover
    paused: bool | None
    unlock: str | None
    volsync_version: tuple[int, int]
    extras: Extras
    shared: Extras
    """What `spec` adds to objects that belong to no target."""
    node: Node
    """The effective spec: where to point."""

    def place(self, *path: str) -> Place:
        """Where the key at this path was set, or the nearest key above it."""
        return self.node.nearest(*path).key


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """A restore of one volume from one target: the bootstrap of an app, or a declared one."""

    name: str | None
    """None for the bootstrap."""
    backup: Backup
    claim: str
    create: NewClaim | None
    on_missing: str | None
    as_of: str | None
    previous: int | None
    token: str
    copy: Copy
    """`method` is what the restore itself says or, for a bootstrap, inherits."""
    cache: Cache
    enable_file_deletion: bool | None
    cleanup_temp_pvc: bool | None
    cleanup_cache_pvc: bool | None
    extras: Extras
    node: Node

    @property
    def fills_new_claim(self) -> bool:
        """Whether the claim is rendered with this restore as its source."""
        return self.create is not None and self.create.data_source_ref is not False

    def place(self, *path: str) -> Place:
        """Where the key at this path was set, or the nearest key above it."""
        return self.node.nearest(*path).key


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that one policy document asks for."""

    app: App
    place: Place
    backups: tuple[Backup, ...]
    bootstraps: tuple[Restore, ...]
    restores: tuple[Restore, ...]
    node: Node
    """The merged spec."""
