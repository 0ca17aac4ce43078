"""Manifest forms: a YAML file whose every hole is one `{{ expression }}` for a whole scalar or subtree.

A form has shape and no logic: a null drops its key or list item, a list in a list item is spliced, a mapping
or list that nulls emptied goes too, `{}` and `[]` stay as written. It is parsed once and filled with plain
data: nothing is quoted or indented by hand, `renderer.emit` writes the result. Text templates live elsewhere.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, Undefined

from renderer.errors import FormError
from renderer.forms import tree
from renderer.forms.holes import JINJA, Hole, Source, cut

_MANIFESTS = Path(__file__).parent.parent / "manifests"

# Jinja gives the second for `{{ a if b }}` without an else, whatever the environment says.
_UNDEFINED = frozenset({StrictUndefined, Undefined})

_Expression = Callable[..., Any]


class Form:
    """One form, ready to be filled any number of times. FormError, with its place, where it is wrong."""

    def __init__(self, file: str, text: str) -> None:
        self._source = Source(file, text)
        if "\r" in text:
            raise self._source.error(text.index("\r"), "a carriage return in a form; end lines with LF")
        self._holes = cut(self._source)
        self._tree = tree.build(self._source, self._holes)
        self._values = self._compiled()

    def fill(self, **data: Any) -> dict[str, Any]:
        """The manifest for this data. FormError with the place of a hole that the data cannot fill.

        Mappings and lists written in the form are new in each manifest; those that come out of a hole are the
        caller's own, not copies: copy before you change one.
        """
        try:
            values = self._values(**data)
        except Exception as error:
            raise self._guilty(data) from error
        if not _UNDEFINED.isdisjoint(map(type, values)):
            raise self._guilty(data)
        return tree.fill(self._tree, values)

    def _compiled(self) -> _Expression:
        """All holes as one expression: a call per hole would cost more than all the rest of filling."""
        together = ", ".join(f"({hole.expression})" for hole in self._holes)
        try:
            return JINJA.compile_expression(f"[{together}]", undefined_to_none=False)
        except TemplateError as error:
            for hole in self._holes:
                self._compiled_alone(hole)
            raise self._source.error(0, f"the holes do not compile together: {error.message}") from error

    def _compiled_alone(self, hole: Hole) -> _Expression:
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


@cache
def form(engine: str, kind: str) -> Form:
    """The form `renderer/manifests/<engine>/<Kind>.yaml.j2`, read and compiled once."""
    file = _MANIFESTS / engine / f"{kind}.yaml.j2"
    shown = f"renderer/manifests/{engine}/{file.name}"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"{shown}:1:1: no such form; add it or correct its name"
        raise FormError(message) from error
    return Form(shown, text)
