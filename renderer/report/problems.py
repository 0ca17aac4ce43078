"""Problems in the formats that their readers expect: a terminal, GitHub's annotations, a program."""

import json
from collections.abc import Callable, Sequence

from renderer.problem import Problem, Severity
from renderer.source.characters import printable

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def text(problems: Sequence[Problem], colour: bool = False) -> str:
    """`file:line:column: error: message [rule]`, one line each."""
    return "".join(f"{_line(problem, colour)}\n" for problem in problems)


def _line(problem: Problem, colour: bool) -> str:
    severity = f"\x1b[{_COLOURS[problem.severity]}m{problem.severity}\x1b[0m" if colour else problem.severity
    return f"{printable(str(problem.place))}: {severity}: {printable(problem.message)} [{problem.rule}]"


def github(problems: Sequence[Problem], colour: bool = False) -> str:  # noqa: ARG001 - one shape for all formats
    """GitHub Actions' workflow commands; errors first, because GitHub shows ten of a kind per step."""
    ordered = sorted(problems, key=lambda problem: list(Severity).index(problem.severity))
    return "".join(_annotation(problem) for problem in ordered)


def _annotation(problem: Problem) -> str:
    place = problem.place
    at = f"file={_property(place.file)},line={place.line},col={place.column}," if place.line else ""
    where = f"{at}title={_property(problem.rule)}"
    return f"::{_ANNOTATIONS[problem.severity]} {where}::{_data(f'{problem.message} [{problem.rule}]')}\n"


def _data(value: str) -> str:
    """Escapes of a workflow command's message (actions/toolkit, command.ts)."""
    return printable(value).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def as_json(problems: Sequence[Problem], colour: bool = False) -> str:  # noqa: ARG001 - one shape for all formats
    """A JSON list of objects with file, line, column, severity, rule and message."""
    listed = [
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "severity": problem.severity.value,
            "rule": problem.rule,
            "message": problem.message,
        }
        for problem in problems
    ]
    return json.dumps(listed, indent=2) + "\n"


FORMATS: dict[str, Callable[..., str]] = {"text": text, "github": github, "json": as_json}


def summary(problems: Sequence[Problem], what: str) -> str:
    """`3 policies: 1 error, 2 warnings`."""
    counted = [(severity, sum(problem.severity is severity for problem in problems)) for severity in Severity]
    said = [f"{count} {severity}{'s' if count != 1 else ''}" for severity, count in counted if count]
    return f"{what}: {', '.join(said) if said else 'no problems'}\n"
