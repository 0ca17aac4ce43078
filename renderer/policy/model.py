"""A policy as typed records: what the engines read. Built from an effective spec that the schema has accepted.

None always means "no layer sets it"; `""`, `0` and `False` are values. Fields that Kubernetes defines (security
context, affinity, …) stay plain data in Kubernetes' own words.
"""

from typing import NamedTuple

from renderer.policy.effective import App
from renderer.policy.extras import Extras
from renderer.policy.mover import Mover
from renderer.policy.repository import Identity, Repository
from renderer.policy.retention import Retain, Upkeep
from renderer.policy.volumes import Cache, Contents, Copy, Dump, NewClaim
from renderer.problem import Place
from renderer.source import Node

VOLSYNC_HOST = "volsync"
"""What VolSync's mover calls itself, whatever it backs up."""


class Schedule(NamedTuple):
    """When a backup runs: a schedule as the user wrote it, or a token for one run."""

    text: str | None
    manual: str | None
    time_zone: str
    window: str | None


class Guard(NamedTuple):
    """What makes a backup refuse its source."""

    allow_empty: bool
    max_shrink_percent: int | None
    acknowledge: str | None


class Drill(NamedTuple):
    """A restore into a throw-away volume, to see that it works."""

    schedule: str
    target: str | None
    volume: str | None
    capacity: str | int | float | None
    min_files: int | None
    max_age: int | None
    """Seconds."""
    sample: int | None
    node: Node


class Workload(NamedTuple):
    """The app's own object that gets the restoring init container."""

    kind: str
    name: str
    volume: str
    """What the claim is called in its pods."""


class Backup(NamedTuple):
    """One volume written to one target."""

    app: App
    engine: str
    volume: str
    target: str
    claim: str
    copy: Copy
    cache: Cache
    contents: Contents
    dumps: tuple[Dump, ...]
    guard: Guard
    create: NewClaim | None
    schedule: Schedule
    retain: Retain
    upkeep: Upkeep
    repository: Repository
    mover: Mover
    drill: Drill | None
    network_policy: bool
    paused: bool | None
    unlock: str | None
    volsync_version: tuple[int, int]
    extras: Extras
    shared: Extras
    """What `spec` adds to objects that belong to no target."""
    node: Node
    """The effective spec: where to point."""

    @property
    def host(self) -> str:
        """The host that restic records with each snapshot, by which it tells histories apart.

        `/` cannot occur in Kubernetes' names. Of a shared repository the cluster is part of it, else a fleet file
        would start every history anew.
        """
        if self.engine == "volsync":
            return VOLSYNC_HOST
        own = f"{self.app.namespace}/{self.app.name}/{self.volume}"
        shared = self.repository.ref is not None and self.app.cluster is not None
        return self.repository.identity.host or (f"{self.app.cluster}/{own}" if shared else own)

    def place(self, *path: str) -> Place:
        """Where the key at this path was set, or the nearest key above it."""
        return self.node.nearest(*path).key


class Restore(NamedTuple):
    """A restore of one volume from one target: the bootstrap of an app, or a declared one."""

    name: str | None
    """None for the bootstrap."""
    backup: Backup
    claim: str
    create: NewClaim | None
    on_missing: str | None
    as_of: str | None
    previous: int | None
    snapshot: str | None
    identity: Identity
    """`host` is None where it is the volume's own."""
    overwrite: bool
    workload: Workload | None
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


class Policy(NamedTuple):
    """Everything that one policy document asks for."""

    app: App
    place: Place
    backups: tuple[Backup, ...]
    bootstraps: tuple[Restore, ...]
    restores: tuple[Restore, ...]
    node: Node
    """The merged spec."""
