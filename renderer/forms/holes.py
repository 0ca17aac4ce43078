"""Holes in a form's text, and how to point at them; what they mean is `names`' and `expressions`' business.

In the text that YAML reads, each hole is a plain scalar of the same length, so every line and column stays true.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from renderer.errors import FormError

_MASKED = re.compile(r"[^ \n]")


class Hole(NamedTuple):
    """One `{{ expression }}`: where it starts and ends, in characters, and what is in it."""

    start: int
    end: int
    expression: str

    def __str__(self) -> str:
        return f"{{{{ {' '.join(self.expression.split())} }}}}"


class Source(NamedTuple):
    """The text of a form, and how to point into it."""

    file: str
    text: str

    def error(self, offset: int, message: str) -> FormError:
        """The error for what stands at this offset."""
        line = self.text.count("\n", 0, offset) + 1
        return self.error_at(line, offset - self.text.rfind("\n", 0, offset), message)

    def error_at(self, line: int, column: int, message: str) -> FormError:
        """The error for a place that counts from 1."""
        return FormError(f"{self.file}:{line}:{column}: {message}")


def masked(text: str, holes: Sequence[Hole]) -> str:
    """The text with a plain scalar in place of each hole; a hole of several lines keeps them."""
    pieces = []
    end = 0
    for hole in holes:
        pieces += [text[end : hole.start], _MASKED.sub("_", text[hole.start : hole.end])]
        end = hole.end
    return "".join(pieces) + text[end:]
