"""Typed readings of a node: the schema has accepted it, so the types are known and only absence is a question."""

import re
from typing import Any

from renderer.schema import Key
from renderer.source import Node, plain

Plain = dict[str, Any]
"""Data in somebody else's words, such as Kubernetes' security context."""
_UNITS = {"h": 3600, "m": 60, "s": 1}
_PART = re.compile(r"([0-9]+)([hms])")


def value(node: Node, *path: str) -> Any:
    """The plain value at a path, None where nothing is set."""
    found = node.get(*path)
    return None if found is None else plain(found)


def text(node: Node, *path: str) -> str | None:
    """The string at a path."""
    return node.text(*path)


def number(node: Node, *path: str) -> int | None:
    """The whole number at a path."""
    found = value(node, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def flag(node: Node, *path: str) -> bool | None:
    """True or false at a path."""
    found = value(node, *path)
    return found if isinstance(found, bool) else None


def mapping(node: Node, *path: str) -> dict[str, Any]:
    """The mapping at a path, empty where nothing is set."""
    found = value(node, *path)
    return found if isinstance(found, dict) else {}


def items(node: Node, *path: str) -> list[Any]:
    """The list at a path, empty where nothing is set."""
    found = value(node, *path)
    return found if isinstance(found, list) else []


def part(spec: Node, name: str) -> Node:
    """What stands under a key; an empty mapping where nothing does."""
    return spec.get(name) or spec.with_value({})


def seconds(duration: str) -> int:
    """`"1h30m"` → 5400."""
    return sum(int(amount) * _UNITS[unit] for amount, unit in _PART.findall(duration))


def default(key: Key, *path: str) -> Any:
    """What the schema says a key has where no layer sets it."""
    for name in path:
        found = key.below(name)
        if found is None:
            raise KeyError(f"the schema has no key '{name}'")
        key = found
    return key.schema["default"]
