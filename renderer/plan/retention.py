"""What a retention keeps, as far as its text alone tells."""

import re
from collections.abc import Iterator

from renderer.policy import Backup
from renderer.problem import Problem
from renderer.source import Node

_DURATION = re.compile(r"(?:[0-9]{1,6}[ymdh])+")
_UNITS = "years (y), months (m), days (d) and hours (h)"


def retain_problems(backup: Backup) -> Iterator[Problem]:
    """A retention must keep something, in durations that restic reads (`restic forget --keep-within`)."""
    yield from kept_problems(backup.node.nearest("retain"))


def kept_problems(node: Node) -> Iterator[Problem]:
    """What is wrong with one `retain`, wherever it stands."""
    broken = False
    for name, below in node.mapping.items():
        text = below.value
        if not isinstance(text, str) or not name.startswith("within"):
            continue
        if not _DURATION.fullmatch(text):
            broken = True
            yield Problem(
                below.place,
                f"'{text[:40]}' is not a duration that restic reads: {_UNITS}{_hint(text)}",
                "retain",
            )
    if not broken and not any(_positive(below.value) for below in node.mapping.values()):
        message = "'retain' keeps nothing, and forget fails then; give one of its keys a positive number"
        yield Problem(node.key, message, "retain")


def _positive(value: object) -> bool:
    if isinstance(value, str):
        return any(digit in value for digit in "123456789")
    return isinstance(value, int) and value > 0


def _hint(text: str) -> str:
    weeks = re.fullmatch(r"([0-9]{1,4})w", text)
    return f"; write {int(weeks[1]) * 7}d" if weeks else ', such as "3d12h"'
