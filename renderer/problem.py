"""A user's mistake as data: where it stands, which rule it breaks, what to do about it.

Problems are collected, never raised, so that one run shows them all. Exceptions (`renderer.errors`) are for
what stops the run itself.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple


class Place(NamedTuple):
    """A position in a file that the user wrote. Line and column count from 1, columns in characters.

    Line 0 is a place without lines, such as an argument of the command.
    """

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Severity(StrEnum):
    """How bad it is: an error stops the rendering, a warning only under `--strict`, a note never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Problem(NamedTuple):
    """One finding. The message is lower case, has no full stop, and ends in the way out."""

    place: Place
    message: str
    rule: str
    """The rule's id, a key of `renderer.rules.RULES`."""
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether this alone prevents rendering."""
        return self.severity is Severity.ERROR


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort by place and drop repetitions (a layer used by fifty apps is wrong once, not fifty times)."""
    return sorted(set(problems))


class Told:
    """The problems of many policies. A line of a layer that they share does not say whose they are; messages do.

    `own` are at the lines of one policy's own file, `shared` elsewhere, with the apps that have them.
    """

    __slots__ = ("own", "shared")

    def __init__(self) -> None:
        self.own: list[Problem] = []
        self.shared: dict[Problem, dict[str, None]] = {}

    def add(self, problems: Iterable[Problem], app: str, file: str) -> None:
        """What is wrong with an app, whose policy is in this file."""
        for problem in problems:
            if problem.place.file == file:
                self.own.append(problem)
            else:
                self.shared.setdefault(problem, {})[app] = None

    def __iter__(self) -> Iterator[Problem]:
        yield from self.own
        for problem, apps in self.shared.items():
            first, rest = next(iter(apps)), f" and {len(apps) - 1} more" if len(apps) > 1 else ""
            yield problem._replace(message=f"{problem.message} (in {first}{rest})")
