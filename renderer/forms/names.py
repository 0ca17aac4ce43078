"""Holes that are dotted names, such as `{{ backup.copy.method }}`: read and filled without Jinja.

Most forms have no others, and then a run does not import Jinja, which takes longer than all else that one policy
needs. Whatever is not plainly such a form is left to `renderer.forms.expressions`, and so is every mistake.
"""

import re
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from renderer.forms.holes import Hole

Get = Callable[[Any], Any]

_NAMES = re.compile(r"\{\{ *([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*) *\}\}", re.ASCII)
# Words that mean something else to Jinja where an expression may stand.
_WORDS = frozenset(("true", "false", "none", "True", "False", "None", "not", "and", "or", "is", "in", "if", "self"))


def cut(text: str) -> list[Hole] | None:
    """The holes of a form in their order; None where anything in it needs Jinja."""
    if "{%" in text or "{#" in text:
        return None
    holes = []
    start = text.find("{{")
    while start >= 0:
        found = _NAMES.match(text, start)
        if found is None or not _WORDS.isdisjoint(found[1].split(".")):
            return None
        holes.append(Hole(start, found.end(), found[1]))
        start = text.find("{{", found.end())
    return holes


def values(holes: Sequence[Hole]) -> Callable[[dict[str, Any]], list[Any]]:
    """What reads all holes from the data; KeyError or AttributeError where a name is not an attribute there."""
    getters = [_getter(hole.expression) for hole in holes]
    return lambda data: [get(data[name]) if get is not None else data[name] for name, get in getters]


def _getter(expression: str) -> tuple[str, Get | None]:
    name, _, attributes = expression.partition(".")
    return name, attrgetter(attributes) if attributes else None
