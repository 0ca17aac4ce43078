"""What JSON Schema cannot say about a layer: keys that exclude each other, names used twice, unknown keys with null."""

from collections.abc import Iterator

from renderer.problem import Place, Problem
from renderer.schema.key import Key
from renderer.source import Node


def layer_problems(node: Node, key: Key) -> Iterator[Problem]:
    """Problems of one layer, at its own lines."""
    yield from _exclusive(node, key)
    for name, below in node.mapping.items():
        inner = key.properties.get(name)
        if inner is not None:
            if isinstance(below.value, dict | list):
                yield from layer_problems(below, inner)
        elif below.value is None and not key.is_open:
            yield _unknown(name, below, key)
    if key.item is not None:
        if key.merge == "name":
            yield from _named_twice(node)
        for item in node.items:
            yield from layer_problems(item, key.item)


def _exclusive(node: Node, key: Key) -> Iterator[Problem]:
    for group in key.exclusive:
        said = [name for name in group if node.get(name) is not None]
        for name in said[1:]:
            message = f"'{name}' and '{said[0]}' exclude each other; keep one"
            yield Problem(node.mapping[name].key, message, "exclusive")


def _named_twice(node: Node) -> Iterator[Problem]:
    """Entries of a list that is merged by name: of two in one layer the second would win in silence."""
    first: dict[str, Place] = {}
    for item in node.items:
        name = item.text("name")
        if name is None:
            continue
        place = item.nearest("name").place
        if name in first:
            message = f"a second entry with the name '{name[:63]}', the first is in line {first[name].line}; rename one"
            yield Problem(place, message, "yaml-duplicate")
        first.setdefault(name, place)


def _unknown(name: str, node: Node, key: Key) -> Problem:
    from renderer.schema.unknown import unknown_key  # noqa: PLC0415 - difflib, paid only by mistakes

    return Problem(node.key, unknown_key(name, list(key.properties)), "schema")
