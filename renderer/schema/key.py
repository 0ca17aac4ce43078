"""One key of the language and what the schema's annotations say about it.

The annotations are `x-merge` (how a list or mapping is merged over layers: `name`, `append`, `replace`),
`x-either` (groups of keys of which a higher layer's member replaces a lower one's), `x-exclusive` (keys that one
layer may not set together), `x-one-of` (keys of which the merged policy has exactly one), `x-engines` (the
engines that honour a key; all where it is missing), `x-planned` (the engines that will) and `x-message`.
"""

from functools import cache, cached_property
from typing import Any

from renderer.schema.bundle import Strictness, bundle


class Key:
    """A place in a schema, references followed. Compare by identity: there is one object per place."""

    def __init__(self, schema: Any, root: Any) -> None:
        self._root = root
        self.schema: dict[str, Any] = _followed(schema, root)

    @property
    def merge(self) -> str | None:
        """How lists and mappings here are merged; None for the rule of their type."""
        return self.schema.get("x-merge")

    @property
    def either(self) -> list[list[str]]:
        """Groups of keys that exclude each other."""
        groups: list[list[str]] = self.schema.get("x-either", [])
        return groups

    @property
    def exclusive(self) -> list[list[str]]:
        """Groups of keys of which one layer may set only one."""
        together = self.schema.get("x-exclusive")
        return [*self.either, together] if together else self.either

    @property
    def one_of(self) -> list[str]:
        """Keys of which the merged policy must have one."""
        names: list[str] = self.schema.get("x-one-of", [])
        return names

    @property
    def engines(self) -> list[str] | None:
        """The engines that honour this key; None for all."""
        return self.schema.get("x-engines")

    @property
    def planned(self) -> Any:
        """The engines that will honour it; true for a key of the fleet that nothing reads yet."""
        return self.schema.get("x-planned", [])

    @cached_property
    def properties(self) -> "dict[str, Key]":
        """The keys below, by name."""
        return {name: Key(schema, self._root) for name, schema in self.schema.get("properties", {}).items()}

    @cached_property
    def item(self) -> "Key | None":
        """The items of a list."""
        return Key(self.schema["items"], self._root) if "items" in self.schema else None

    @property
    def is_open(self) -> bool:
        """Whether it takes any key."""
        return self.schema.get("additionalProperties", True) is not False

    def below(self, name: str) -> "Key | None":
        """The key of this name below, or below the items of a list."""
        holder = self.item if self.item is not None else self
        return holder.properties.get(name)


@cache
def key_of(name: str) -> Key:
    """The root of a schema file."""
    root = bundle(name, Strictness.STRICT)
    return Key(root, root)


def _followed(schema: Any, root: Any) -> dict[str, Any]:
    found: dict[str, Any] = schema
    while isinstance(reference := found.get("$ref"), str):
        beside = {key: value for key, value in found.items() if key != "$ref"}
        found = {**_pointed(root, reference), **beside}
    return found


def _pointed(root: Any, reference: str) -> Any:
    target = root
    for step in reference.removeprefix("#/").split("/"):
        target = target[step.replace("~1", "/").replace("~0", "~")]
    return target
