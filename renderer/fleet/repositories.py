"""What backplan.yaml says of shared repositories, and what no repository of several apps can be."""

import re
from collections.abc import Iterator, Sequence

from renderer.problem import Problem
from renderer.source import Node

_ONE_EACH = re.compile(r"(?<!\{)\{(?:namespace|app|volume|claim|target)\}")
"""Placeholders that differ between the policies of a cluster."""


def repositories(items: Sequence[Node], problems: list[Problem]) -> dict[str, Node]:
    """The entries by name."""
    for item in items:
        problems.extend(_apart(item))
    return {item.text("name") or "": item for item in items}


def _apart(item: Node) -> Iterator[Problem]:
    """A repository for each app is nobody's: only one would be made, kept in order, and said to be maintained."""
    for part in (item.get("url"), item.get("volume")):
        for node in part.walk() if part is not None else ():
            if isinstance(node.value, str) and (found := _ONE_EACH.search(node.value)):
                message = (
                    f"'{found[0]}' makes many repositories of this one, and a single one would be maintained; "
                    "write it out, or set url in the policies instead of ref"
                )
                yield Problem(node.place, message, "placeholder")
