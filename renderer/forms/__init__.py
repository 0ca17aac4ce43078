"""Manifest forms: a YAML file whose every hole is one `{{ expression }}` for a whole scalar or subtree.

A form has shape and no logic: a null drops its key or list item, a list in a list item is spliced, a mapping
or list that nulls emptied goes too, `{}` and `[]` stay as written. It is parsed once and filled with plain
data: nothing is quoted or indented by hand, `renderer.emit` writes the result. Text templates live elsewhere.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from renderer.errors import FormError
from renderer.forms import names, tree
from renderer.forms.holes import Hole, Source
from renderer.resources import MANIFESTS

_Values = Callable[[dict[str, Any]], list[Any]]


class Form:
    """One form, ready to be filled any number of times. FormError, with its place, where it is wrong."""

    def __init__(self, file: str, text: str) -> None:
        self._source = Source(file, text)
        if "\r" in text:
            raise self._source.error(text.index("\r"), "a carriage return in a form; end lines with LF")
        plain = names.cut(text)
        self._holes = plain if plain is not None else self._cut()
        self._tree = tree.build(self._source, self._holes)
        self._values = names.values(self._holes) if plain is not None else self._expressions()

    def fill(self, **data: Any) -> dict[str, Any]:
        """The manifest for this data. FormError with the place of a hole that the data cannot fill.

        Mappings and lists written in the form are new in each manifest; those that come out of a hole are the
        caller's own, not copies: copy before you change one.
        """
        try:
            values = self._values(data)
        except (KeyError, AttributeError):  # a name of a mapping's entry, or a mistake, which Jinja explains
            values = self._expressions()(data)
        return tree.fill(self._tree, values)

    def _cut(self) -> list[Hole]:
        from renderer.forms import expressions  # noqa: PLC0415 - Jinja costs 45 ms, paid only by forms that need it

        return expressions.cut(self._source)

    def _expressions(self) -> _Values:
        from renderer.forms import expressions  # noqa: PLC0415 - as above

        return expressions.Expressions(self._source, self._holes)


@cache
def form(engine: str, kind: str) -> Form:
    """The form `renderer/manifests/<engine>/<Kind>.yaml.j2`, read and compiled once."""
    file = MANIFESTS / engine / f"{kind}.yaml.j2"
    shown = f"renderer/manifests/{engine}/{file.name}"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"{shown}:1:1: no such form; add it or correct its name"
        raise FormError(message) from error
    return Form(shown, text)
