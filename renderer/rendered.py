"""What a run gives: apps with their finished objects, and problems, also those that no policy has alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from renderer.engines import Made
from renderer.manifest import Identity, identity
from renderer.plan import Writer, in_several_policies
from renderer.policy import App
from renderer.problem import Problem


@dataclass(frozen=True, slots=True)
class RenderedApp:
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


@dataclass(slots=True)
class Rendered:
    """Every app that could be rendered, and every problem, in order of place."""

    apps: list[RenderedApp] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def collisions(apps: Sequence[RenderedApp]) -> Iterator[Problem]:
    """What the policies of one cluster do to each other."""
    yield from _same_objects(apps)
    yield from in_several_policies(writer for app in apps for writer in app.writers)


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
    return Problem(made.place, message, "names")
