"""Whether a document is valid, where the answer is plainly yes: in microseconds, without importing a library.

Knows the few keywords that the files of `schemas/` use. What it does not know it does not accept, so a yes is certain
(a property test holds it against jsonschema), and a no means that jsonschema has to look. Nulls count as not set.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from renderer.schema.bundle import Strictness, required, takes_placeholder
from renderer.schema.key import Key, key_of
from renderer.source import Node

_Check = Callable[[Any], bool]

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_ANY = frozenset((dict, list, str, int, float, bool))
_SCALARS = frozenset((str, int, float, bool))
_KNOWN = frozenset(
    (
        "type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "pattern", "items", "minItems",
        "maxItems", "properties", "additionalProperties", "propertyNames", "required", "minProperties", "maxProperties",
        # these say nothing about validity
        "$schema", "$id", "$defs", "$comment", "title", "description", "default", "examples", "format",
    )
)  # fmt: skip


class Rule:
    """What a schema asks of the values at one place. Rules below are made when a document first needs them."""

    __slots__ = ("_checks", "_key", "_members", "_parts", "_required", "_sizes", "_strictness", "_types")

    def __init__(self, key: Key, strictness: Strictness) -> None:
        self._key = key
        self._strictness = strictness
        self._types = _types(key.schema)
        self._checks = tuple(_checks(key.schema, strictness))
        self._sizes = _sizes(key.schema)
        self._required = required(key.schema, strictness)
        self._members: dict[str, Rule] = {}
        self._parts: dict[str, Rule | None] = {}

    def accepts(self, node: Node) -> bool:
        """Whether the value is certainly valid."""
        value = node.value
        if type(value) not in self._types:
            return False
        if type(value) is dict:
            return self._accepts_mapping(value)
        if type(value) is list:
            return self._accepts_list(value)
        for check in self._checks:  # noqa: SIM110 - all() over a generator costs more than most checks
            if not check(value):
                return False
        return True

    def accepts_name(self, name: str) -> bool:
        """Whether the key of a mapping is valid."""
        return str in self._types and all(check(name) for check in self._checks)

    def _accepts_mapping(self, mapping: Mapping[str, Node]) -> bool:
        count = 0
        for name, node in mapping.items():
            if node.value is None:
                continue
            count += 1
            rule = self._members.get(name) or self._rule(name)
            if rule is None or not rule.accepts(node):
                return False
        least, most = self._sizes
        if not least <= count <= most:
            return False
        return not self._required or all(name in mapping and mapping[name].value is not None for name in self._required)

    def _accepts_list(self, items: Sequence[Node]) -> bool:
        least, most = self._sizes
        item = self._part("items")
        return least <= len(items) <= most and (item is None or all(item.accepts(node) for node in items))

    def _rule(self, name: str) -> "Rule | None":
        """The rule for a key of a mapping; None where that key is not allowed."""
        if (key := self._key.properties.get(name)) is not None:
            self._members[name] = Rule(key, self._strictness)
            return self._members[name]
        names = self._part("propertyNames")
        if not self._key.is_open or (names is not None and not names.accepts_name(name)):
            return None
        return self._part("additionalProperties") or _whatever()

    def _part(self, keyword: str) -> "Rule | None":
        if keyword not in self._parts:
            key = self._key.under(keyword)
            self._parts[keyword] = Rule(key, self._strictness) if key is not None else None
        return self._parts[keyword]


@cache
def rule_of(name: str, strictness: Strictness) -> Rule:
    """The root of a schema file."""
    return Rule(key_of(name), strictness)


@cache
def _whatever() -> Rule:
    return Rule(Key({}, ""), Strictness.STRICT)


def _types(schema: Mapping[str, Any]) -> frozenset[type]:
    """The types of value of which this can decide; none at all where it does not know a keyword."""
    if any(keyword not in _KNOWN and not keyword.startswith("x-") for keyword in schema):
        return frozenset()
    names = schema.get("type", [])
    found = frozenset(kind for name in ([names] if isinstance(names, str) else names) for kind in _TYPES.get(name, ()))
    if "enum" in schema or "const" in schema:  # 1, 1.0 and true are equal in Python, so types have to be the same too
        found = (found or _ANY) & _SCALARS & {type(value) for value in _allowed(schema)}
    return found if "type" in schema or "enum" in schema or "const" in schema else _ANY


def _allowed(schema: Mapping[str, Any]) -> list[Any]:
    return list(schema["enum"]) if "enum" in schema else [schema["const"]]


def _sizes(schema: Mapping[str, Any]) -> tuple[float, float]:
    """Least and most members or items; no schema of ours has both mappings and lists with limits."""
    least = max(schema.get("minProperties", 0), schema.get("minItems", 0))
    most = min(schema.get("maxProperties", float("inf")), schema.get("maxItems", float("inf")))
    return least, most


def _checks(schema: Mapping[str, Any], strictness: Strictness) -> Iterator[_Check]:
    """What is asked of a scalar besides its type."""
    if "enum" in schema or "const" in schema:
        values = [value for value in _allowed(schema) if type(value) in _SCALARS]
        yield lambda value: value in values
    if "minimum" in schema or "maximum" in schema:
        low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
        yield lambda value: type(value) in (str, bool) or low <= value <= high
    if "minLength" in schema or "maxLength" in schema:
        shortest, longest = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
        yield lambda value: type(value) is not str or shortest <= len(value) <= longest
    if "pattern" in schema:
        search = re.compile(schema["pattern"]).search
        if not schema.get("x-literal"):  # one pattern for both: to compile it costs more than all else here
            mark = "{" if takes_placeholder(schema, strictness) else "${"
            yield lambda value: type(value) is not str or mark in value or search(value) is not None
        else:
            yield lambda value: type(value) is not str or search(value) is not None
