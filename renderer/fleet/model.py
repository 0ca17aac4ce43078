"""What a `backplan.yaml` says, typed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from renderer.fleet.globs import Glob
from renderer.layers import Layer
from renderer.problem import Place
from renderer.source import Node


class Cluster(NamedTuple):
    """A cluster: which policies are its, and what lies under all of them."""

    name: str | None
    """None where no fleet file names it, or where a glob captures it."""
    layers: tuple[Layer, ...]
    base: Node
    """The layers folded, once for all policies."""
    globs: tuple[Glob, ...] = ()


class Output(NamedTuple):
    """Where `render` writes if nothing else is said."""

    text: str
    place: Place
    folder: Path
    """What it counts from."""
    root: Path
    """What it does not leave."""


class Forbidden(NamedTuple):
    """A key that only the fleet may set."""

    text: str
    place: Place
    paths: tuple[tuple[str, ...], ...]
    """Where a layer could set it: under `spec` and its targets, and a volume's key under their volumes too."""


class Limits(NamedTuple):
    """What no policy may exceed."""

    hosts: tuple[str, ...] | None = None
    """What repositories may lie on; None for anything."""
    hosts_place: Place | None = None
    forbidden: tuple[Forbidden, ...] = ()

    def is_fleets(self, place: Place) -> bool:
        """Whether it is the file of the limits that says something, which may say what it likes."""
        return self.hosts_place is not None and place.file == self.hosts_place.file


class Fleet(NamedTuple):
    """What all policies share."""

    folder: Path | None
    """What its globs count from; None where there is no fleet file."""
    clusters: tuple[Cluster, ...]
    outside: Cluster
    """What holds for a policy that no glob matches."""
    substitution: frozenset[str] = frozenset()
    limits: Limits = Limits()
    output: Output | None = None
    repositories: Mapping[str, Node] = MappingProxyType({})
    """Shared ones, by name."""

    @property
    def globs(self) -> Iterator[Glob]:
        """Those of all clusters; none where every policy below the root is one of the fleet."""
        return (glob for cluster in self.clusters for glob in cluster.globs)

    @property
    def chooses(self) -> bool:
        """Whether globs say which policies are the fleet's."""
        return bool(self.clusters[0].globs)

    @property
    def by_cluster(self) -> bool:
        """Whether its policies may be of several clusters."""
        return self.chooses and self.outside.name is None and (len(self.clusters) > 1 or self._names_itself())

    def _names_itself(self) -> bool:
        only = self.clusters[0]
        return only.name is not None or any("cluster" in glob.captures for glob in only.globs)


_ALONE = Cluster(None, (), Node({}, Place("")))
NO_FLEET = Fleet(None, (_ALONE,), _ALONE)
"""Where there is no fleet file."""
