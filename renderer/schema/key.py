"""One key of the language and what the schema's annotations say about it.

The annotations are `x-merge` (how a list or mapping is merged over layers: `name`, `append`, `replace`),
`x-either` (groups of keys of which a higher layer's member replaces a lower one's), `x-exclusive` (keys that one
layer may not set together), `x-one-of` (keys of which the merged policy has exactly one), `x-engines` (the
engines that honour a key; all where it is missing), `x-planned` (the engines that will), `x-layer` (a target, which
is a layer over the spec around it), `x-literal` (no placeholder
may stand there, not even in a layer) and `x-message`.
"""

from functools import cache, cached_property
from typing import Any

from renderer import resources


class Key:
    """A place in a schema, references followed. Compare by identity: there is one object per place."""

    def __init__(self, schema: Any, file: str) -> None:
        self.schema, self._file = _followed(schema, file)
        self.merge: str | None = self.schema.get("x-merge")
        """How lists and mappings here are merged; None for the rule of their type."""
        self.either: list[list[str]] = self.schema.get("x-either", [])
        """Groups of keys that exclude each other."""
        self.one_of: list[str] = self.schema.get("x-one-of", [])
        """Keys of which the merged policy must have one."""
        self.engines: list[str] | None = self.schema.get("x-engines")
        """The engines that honour this key; None for all."""
        self.is_layer: bool = self.schema.get("x-layer", False)
        """Whether it is a layer itself, over the spec around it."""

    @property
    def exclusive(self) -> list[list[str]]:
        """Groups of keys of which one layer may set only one."""
        together = self.schema.get("x-exclusive")
        return [*self.either, together] if together else self.either

    @property
    def planned(self) -> Any:
        """The engines that will honour it; true for a key of the fleet that nothing reads yet."""
        return self.schema.get("x-planned", [])

    @cached_property
    def properties(self) -> "dict[str, Key]":
        """The keys below, by name."""
        return {name: Key(schema, self._file) for name, schema in self.schema.get("properties", {}).items()}

    @cached_property
    def item(self) -> "Key | None":
        """The items of a list."""
        return self.under("items")

    def under(self, keyword: str) -> "Key | None":
        """The schema that stands under a keyword such as `items`; None where there is none."""
        schema = self.schema.get(keyword)
        return Key(schema, self._file) if isinstance(schema, dict) else None

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
    return Key(resources.schema_file(name), name)


def _followed(schema: dict[str, Any], file: str) -> tuple[dict[str, Any], str]:
    """A schema without reference, and the file it stands in. What stands beside a reference only annotates."""
    found = schema
    while isinstance(reference := found.get("$ref"), str):
        beside = {key: value for key, value in found.items() if key != "$ref"}
        other, _, pointer = reference.partition("#")
        file = resources.schema_beside(file, other) if other else file
        found = {**_pointed(resources.schema_file(file), pointer), **beside}
    return found, file


def _pointed(target: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        target = target[step.replace("~1", "/").replace("~0", "~")]
    return target
