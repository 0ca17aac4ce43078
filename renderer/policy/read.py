"""Typed readings of a node: the schema has accepted it, so the types are known and only absence is a question."""

from typing import Any

from renderer.source import Node, plain


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
