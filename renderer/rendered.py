"""What a run gives: apps with their finished objects, and problems."""

from dataclasses import dataclass, field
from pathlib import Path

from renderer.engines import Made
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
    notes: tuple[str, ...]
    """Effective schedules, for the header of rendered files."""
    objects: tuple[Made, ...]


@dataclass(slots=True)
class Rendered:
    """Every app that could be rendered, and every problem, in order of place."""

    apps: list[RenderedApp] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
