"""The tree that all layers are made of: plain values, each with the place that set it."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from renderer.problem import Place

Scalar = str | int | float | bool | None
Value: TypeAlias = "Scalar | dict[str, Node] | list[Node]"


class Node:
    """A value and where it was written. Nodes are shared between layers and never changed.

    `place` is where the value starts, `key` where the key that names it starts (for items of a list and for
    roots the same as `place`). A node whose value is None is an explicit `null`: it removes what lower layers
    set, and it stops inheritance.
    """

    __slots__ = ("key", "place", "value")

    def __init__(self, value: "Value", place: Place, key: Place | None = None) -> None:
        self.value = value
        self.place = place
        self.key = place if key is None else key

    def __repr__(self) -> str:
        return f"Node({self.value!r}, {self.place})"

    def with_value(self, value: "Value") -> "Node":
        """Another value set at the same place."""
        return Node(value, self.place, self.key)

    @property
    def mapping(self) -> "dict[str, Node]":
        """The entries of a mapping; empty for anything else."""
        return self.value if type(self.value) is dict else {}

    @property
    def items(self) -> "list[Node]":
        """The items of a list; empty for anything else."""
        return self.value if type(self.value) is list else []

    def get(self, *path: str) -> "Node | None":
        """The node at a path of keys; None where it is absent or null."""
        node = self
        for key in path:
            if type(node.value) is not dict:
                return None
            found = node.value.get(key)
            if found is None or found.value is None:
                return None
            node = found
        return node

    def text(self, *path: str) -> str | None:
        """The string at a path of keys; None where there is none."""
        node = self.get(*path)
        return node.value if node is not None and isinstance(node.value, str) else None

    def nearest(self, *path: str | int) -> "Node":
        """The node at a path, or the deepest one on the way to it: where to point when something is missing."""
        node = self
        for step in path:
            below = node.mapping.get(step) if isinstance(step, str) else _item(node, step)
            if below is None:
                break
            node = below
        return node

    def walk(self) -> "Iterator[Node]":
        """The node itself and all below it, depth first."""
        waiting = [self]  # a generator in a generator would hand every node up through all levels
        while waiting:
            node = waiting.pop()
            yield node
            if type(node.value) is dict:
                waiting.extend(reversed(node.value.values()))
            elif type(node.value) is list:
                waiting.extend(reversed(node.value))


def _item(node: Node, index: int) -> Node | None:
    return node.items[index] if index < len(node.items) else None


def plain(node: Node) -> Any:
    """The value as plain data, entries that are null left out (they say "not set here")."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(below) for key, below in value.items() if below.value is not None}
    if isinstance(value, list):
        return [plain(below) for below in value]
    return value
