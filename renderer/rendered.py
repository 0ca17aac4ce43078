"""What a run gives: apps with their finished objects, and problems, also those that no policy has alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from renderer.engines import Made
from renderer.fleet import Output
from renderer.manifest import Identity, Manifest, identity
from renderer.plan import Planned, Writer, in_several_policies
from renderer.plan.locations import Location
from renderer.policy import App, Policy
from renderer.policy.sealing import Scope
from renderer.problem import Problem
from renderer.secrets.held import held

FLEET_APP = "_fleet"
"""What the part of a fleet is called that belongs to no app; no name of Kubernetes' begins like this."""


class RenderedApp(NamedTuple):
    """The objects of one policy."""

    app: App
    source: str
    """The policy's file from the root."""
    folder: Path
    """Where the policy lies."""
    root: Path
    """Where `source` starts."""
    notes: tuple[str, ...]
    """Effective schedules, for the header of rendered files."""
    objects: tuple[Made, ...]
    writers: tuple[Writer, ...]
    """What its backups write."""
    component: Mapping[str, Manifest] = MappingProxyType({})
    """The files of a kustomize Component with which the app restores itself, by name; no objects."""
    shared: tuple[Planned, ...] = ()
    """Its backups that write repositories of the fleet."""
    policies: tuple[Policy, ...] = ()
    """What it was made of, where that is asked for; of a fleet's part one for each repository."""
    is_wanted: bool = True
    """Whether its objects are asked for; of another cluster it only says what it writes."""
    by_cluster: bool = False
    """Whether other policies of its fleet may be of another cluster."""
    output: Output | None = None
    """Where its fleet wants its files."""

    @property
    def is_fleet(self) -> bool:
        """Whether it is what a fleet needs beside its apps."""
        return self.app.name == FLEET_APP


class Rendered:
    """Every app that could be rendered, and every problem, in order of place."""

    __slots__ = ("apps", "problems")

    def __init__(self) -> None:
        self.apps: list[RenderedApp] = []
        self.problems: list[Problem] = []


def collisions(apps: Sequence[RenderedApp]) -> Iterator[Problem]:
    """What the policies of one cluster do to each other."""
    yield from _same_objects(apps)
    yield from in_several_policies(writer for app in apps for writer in app.writers)


def between_clusters(apps: Iterable[RenderedApp]) -> Iterator[Problem]:
    """Repositories that two clusters of one fleet write: each would forget and prune what the other saved."""
    first: dict[Location, App] = {}
    for app in apps:
        for known in (known for writer in app.writers for known in writer.repository):
            where = known.by
            if not isinstance(where, Location) or _is_of_one_cluster(where):
                continue
            other = first.setdefault(where, app.app)
            if other.cluster != app.app.cluster:
                two = (f"{one.namespace}/{one.name} of cluster '{one.cluster}'" for one in (other, app.app))
                message = f"{' and '.join(two)} write one repository; put {{cluster}} into the URL"
                yield Problem(known.place, message, "one-writer")


def _is_of_one_cluster(where: Location) -> bool:
    """A folder of the mover, unless it is mounted by NFS."""
    return where.kind == "local" and not where.host.startswith("/")


def _same_objects(apps: Sequence[RenderedApp]) -> Iterator[Problem]:
    """Objects that two policies render: in the cluster one would overwrite the other."""
    first: dict[Identity, tuple[RenderedApp, Made]] = {}
    told: set[Identity] = set()
    for app in apps:
        for made in app.objects:
            what = identity(made.manifest)
            other, its = first.setdefault(what, (app, made))
            if other is not app:
                yield _rendered_twice(what, made, other, its)
                if what not in told:
                    yield _rendered_twice(what, its, app, made)
                told.add(what)


def _rendered_twice(what: Identity, made: Made, other: RenderedApp, its: Made) -> Problem:
    who = f"policy {other.app.namespace}/{other.app.name} ({its.place})"
    message = f"{who} renders {what} as well; rename one, with spec.names or its volume, target or claim"
    if made.copy is not None:
        message = f"{who} passes on {what} as well; in one of them write secret.name: {what.name}"
    elif (found := held(made.manifest)) is not None and found.scope is Scope.STRICT:
        way_out = f"in one of them write secret.name: {what.name}, or seal it with --scope {Scope.NAMESPACE_WIDE}"
        message = f"{who} renders {what} as well, and it was sealed for that name alone; {way_out}"
    return Problem(made.place, message, "names")
