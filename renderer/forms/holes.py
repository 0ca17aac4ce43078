"""Cutting the holes out of a form's text; what they mean is Jinja's business, what is around them YAML's.

Jinja's own lexer finds where a hole ends: `}}` may stand in a string, braces and quotes may nest. In the text
that YAML reads, each hole is a plain scalar of the same length, so every line and column stays true.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError

from renderer.errors import FormError

JINJA = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  (no HTML comes of a form)
# Jinja's globals would stand in for forgotten data: `namespace` is one of them.
JINJA.globals.clear()

_REFUSED = {"block_begin": "block", "raw_begin": "block", "comment_begin": "Jinja comment"}
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_MASKED = re.compile(r"[^ \n]")


class Token(NamedTuple):
    """What Jinja's lexer finds, with its offset in the form."""

    offset: int
    kind: str
    value: str


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


def cut(source: Source) -> list[Hole]:
    """The holes of a form in their order."""
    holes = []
    inside: list[Token] | None = None
    for token in _tokens(source):
        if reason := _REFUSED.get(token.kind):
            raise source.error(token.offset, f"no {reason} in a form; a hole is one {{{{ expression }}}}")
        if token.kind == "variable_begin":
            inside = [token]
        elif inside is not None:
            inside.append(token)
            if token.kind == "variable_end":
                holes.append(_hole(source, inside))
                inside = None
    if inside is not None:
        raise source.error(inside[0].offset, "this hole is never closed; end it with }}")
    return holes


def masked(text: str, holes: Sequence[Hole]) -> str:
    """The text with a plain scalar in place of each hole; a hole of several lines keeps them."""
    pieces = []
    end = 0
    for hole in holes:
        pieces += [text[end : hole.start], _MASKED.sub("_", text[hole.start : hole.end])]
        end = hole.end
    return "".join(pieces) + text[end:]


def _tokens(source: Source) -> Iterator[Token]:
    offset = 0
    try:
        for _, kind, value in JINJA.lex(source.text):
            # Found at once, but for `{{-`: then Jinja has dropped the white space before it.
            offset = source.text.index(value, offset)
            yield Token(offset, kind, value)
            offset += len(value)
    except TemplateSyntaxError as error:
        raise source.error(offset, re.sub(r" at \d+\Z", "", error.message or "no expression")) from error


def _hole(source: Source, tokens: Sequence[Token]) -> Hole:
    first, *inner, last = tokens
    for edge, plain in ((first, "{{"), (last, "}}")):
        if edge.value != plain:
            raise source.error(edge.offset, f"no white space control in a form; write {plain}")
    _check_single(source, inner)
    expression = source.text[first.offset + 2 : last.offset].strip()
    if not expression:
        raise source.error(first.offset, "this hole is empty; write one expression")
    return Hole(first.offset, last.offset + 2, expression)


def _check_single(source: Source, tokens: Sequence[Token]) -> None:
    """All holes are compiled as one list: a comma outside of brackets would make two entries of one hole."""
    depth = 0
    for token in tokens:
        if token.kind == "operator":
            depth += _DEPTH.get(token.value, 0)
            if token.value == "," and not depth:
                raise source.error(token.offset, "a hole is one expression; write a list as [a, b]")
