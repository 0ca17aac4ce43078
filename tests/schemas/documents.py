"""Strategies of documents that one of our object schemas describes, and of the same with a single mistake."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.schemas.ours import Node

Path = tuple[str | int, ...]

MAX_OPTIONAL = 7
"""Optional properties drawn per mapping: enough to combine them, few enough to read a failing document."""

WRONG: dict[str, Any] = {
    "boolean": True,
    "integer": 7,
    "string": "wrong",
    "array": [True],
    "object": {"x": True},
}
"""A value of each JSON type, to be put where that type is not allowed."""


@cache  # a strategy is costly to build, and a whole one is drawn from many times
def documents(node: Node) -> st.SearchStrategy[Any]:
    """Values that the schema describes, without fields that an older CRD lacks (`x-since`)."""
    node = node.resolved()
    schema = node.schema
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return st.one_of([BY_TYPE[name](node) for name in types_of(node)])


def types_of(node: Node) -> list[str]:
    types = node.resolved().schema["type"]
    return [types] if isinstance(types, str) else list(types)


def _strings(node: Node) -> st.SearchStrategy[str]:
    schema = node.schema
    longest = schema.get("maxLength", 12)
    if "format" in schema:
        return st.sampled_from(schema["examples"])
    if "pattern" in schema:
        pattern: str = schema["pattern"]
        written = [example for example in schema["examples"] if isinstance(example, str)]
        drawn = st.from_regex(pattern).filter(lambda text: len(text) <= longest)
        return st.sampled_from(written) | drawn
    return st.text(min_size=schema.get("minLength", 0), max_size=longest)


def _integers(node: Node) -> st.SearchStrategy[int]:
    return st.integers(node.schema.get("minimum", -(2**31)), node.schema.get("maximum", 2**31 - 1))


def _booleans(_: Node) -> st.SearchStrategy[bool]:
    return st.booleans()


def _lists(node: Node) -> st.SearchStrategy[list[Any]]:
    items = documents(node.child(node.schema["items"]))
    unique = bool(node.schema.get("uniqueItems"))
    return st.lists(items, min_size=node.schema.get("minItems", 0), max_size=2, unique=unique)


def _mappings(node: Node) -> st.SearchStrategy[dict[str, Any]]:
    return _closed_mapping(node) if "properties" in node.schema else _map(node)


def _map(node: Node) -> st.SearchStrategy[dict[str, Any]]:
    names = node.schema.get("propertyNames")
    keys = documents(node.child(names)) if names else st.text(min_size=1, max_size=12)
    return st.dictionaries(keys, documents(node.child(node.schema["additionalProperties"])), max_size=3)


@st.composite
def _closed_mapping(draw: st.DrawFn, node: Node) -> dict[str, Any]:
    required = node.schema.get("required", [])
    properties = node.properties()
    optional = [k for k, child in properties.items() if k not in required and "x-since" not in child.schema]
    least = max(0, node.schema.get("minProperties", 0) - len(required))
    most = min(MAX_OPTIONAL, len(optional), node.schema.get("maxProperties", 10**6) - len(required))
    chosen = draw(st.lists(st.sampled_from(optional), min_size=least, max_size=most, unique=True)) if most else []
    return {name: draw(documents(properties[name])) for name in [*required, *chosen]}


BY_TYPE = {
    "string": _strings,
    "integer": _integers,
    "boolean": _booleans,
    "array": _lists,
    "object": _mappings,
}


@st.composite
def with_unknown_key(draw: st.DrawFn, node: Node) -> tuple[Any, str]:
    """A document with one key too many in one closed mapping, and where."""
    document = draw(documents(node))
    closed = [path for path, at in places(document, node) if at.schema.get("additionalProperties") is False]
    path = draw(st.sampled_from(closed))
    return changed(document, (*path, "unknownKey"), "x"), f"{path}"


@st.composite
def with_wrong_type(draw: st.DrawFn, node: Node) -> tuple[Any, str]:
    """A document with one value of a type that does not belong there, and where."""
    document = draw(documents(node))
    path, at = draw(st.sampled_from([place for place in places(document, node) if place[0]]))
    wrong = [value for name, value in WRONG.items() if name not in types_of(at)]
    return changed(document, path, draw(st.sampled_from(wrong))), f"{path}"


def places(value: Any, node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every value of a document with its schema."""
    node = node.resolved()
    yield path, node
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, node.child(node.schema["items"]), (*path, number))
    elif isinstance(value, dict):
        known = node.properties()
        for key, item in value.items():
            child = known[key] if key in known else node.child(node.schema["additionalProperties"])
            yield from places(item, child, (*path, key))


def changed(document: Any, path: Path, value: Any) -> Any:
    """A copy of a document with another value at one place."""
    result = deepcopy(document)
    parent = result
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return result
