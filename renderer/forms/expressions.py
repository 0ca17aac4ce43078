"""Holes that are more than names: cut out by Jinja's lexer, compiled by Jinja. Imported only where a form has one.

Jinja's own lexer finds where a hole ends: `}}` may stand in a string, braces and quotes may nest.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined

from renderer.errors import FormError
from renderer.forms.holes import Hole, Source

JINJA = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  (no HTML comes of a form)
# Jinja's globals would stand in for forgotten data: `namespace` is one of them.
JINJA.globals.clear()

_REFUSED = {"block_begin": "block", "raw_begin": "block", "comment_begin": "Jinja comment"}
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
# Jinja gives the second for `{{ a if b }}` without an else, whatever the environment says.
_UNDEFINED = frozenset({StrictUndefined, Undefined})


class Token(NamedTuple):
    """What Jinja's lexer finds, with its offset in the form."""

    offset: int
    kind: str
    value: str


class Expressions:
    """The holes of one form, compiled. FormError, with its place, where one is wrong."""

    def __init__(self, source: Source, holes: Sequence[Hole]) -> None:
        self._source = source
        self._holes = holes
        self._together = self._compiled()

    def __call__(self, data: dict[str, Any]) -> list[Any]:
        """The values of all holes. FormError with the place of the first that the data cannot fill."""
        try:
            values: list[Any] = self._together(**data)
        except Exception as error:
            raise self._guilty(data) from error
        if not _UNDEFINED.isdisjoint(map(type, values)):
            raise self._guilty(data)
        return values

    def _compiled(self) -> Callable[..., Any]:
        """All holes as one expression: a call per hole would cost more than all the rest of filling."""
        together = ", ".join(f"({hole.expression})" for hole in self._holes)
        try:
            return JINJA.compile_expression(f"[{together}]", undefined_to_none=False)
        except TemplateError as error:
            for hole in self._holes:
                self._compiled_alone(hole)
            raise self._source.error(0, f"the holes do not compile together: {error.message}") from error

    def _compiled_alone(self, hole: Hole) -> Callable[..., Any]:
        try:
            return JINJA.compile_expression(hole.expression, undefined_to_none=False)
        except TemplateError as error:
            raise self._source.error(hole.start, f"'{hole}': {error.message}") from error

    def _guilty(self, data: dict[str, Any]) -> FormError:
        """The first hole that this data does not fill, and why."""
        for hole in self._holes:
            try:
                value = self._compiled_alone(hole)(**data)
                if isinstance(value, Undefined):
                    value()  # raises what Jinja has to say about it
            except Exception as error:
                return self._source.error(hole.start, f"'{hole}': {error}")
        return self._source.error(0, "the holes cannot be filled together")


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
