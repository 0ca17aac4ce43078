"""What the schema says about a key, for `explain` and for the reference: the schema is the only source of both."""

import json
from collections.abc import Iterator
from typing import Any

from renderer.schema import Key

_TYPES = {
    "object": "mapping",
    "array": "list",
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}
_MERGED = {
    "name": "merged by name over all layers; `{name: …, $remove: true}` drops an entry",
    "append": "every layer's items are appended",
    "replace": "replaced whole by a higher layer",
}


def find(root: Key, path: str) -> Key | None:
    """The key at a dotted path such as `retain.daily` or `volumes.claim`; `spec.` in front is fine."""
    key: Key | None = root
    for step in path.removeprefix("spec.").split("."):
        key = key.below(step.removesuffix("[]")) if key is not None else None
    return key


def explanation(path: str, key: Key) -> str:
    """Everything about one key, and the names of the keys below."""
    schema = key.schema
    lines = [f"{path}: {schema.get('title', path)}", f"  {schema.get('description', '')}"]
    lines += [f"  {name}: {text}" for name, text in facts(key)]
    below = (key.item if key.item is not None else key).properties
    if below:
        lines.append("  keys:")
        width = max(map(len, below))
        lines += [f"    {name:{width}}  {inner.schema.get('title', '')}" for name, inner in below.items()]
    return "\n".join(lines) + "\n"


def facts(key: Key) -> Iterator[tuple[str, str]]:
    """Type, limits, default, examples and the rest, each as a name and a text."""
    schema = key.schema
    yield "type", _type(key)
    if "enum" in schema:
        yield "one of", ", ".join(map(str, schema["enum"]))
    if "minimum" in schema or "maximum" in schema:
        yield "range", _range(schema)
    if "default" in schema:
        yield "default", shown(schema["default"])
    for example in schema.get("examples", []):
        yield "example", shown(example)
    if key.merge is not None:
        yield "layers", _MERGED[key.merge]
    if key.engines is not None:
        yield "engines", engines(key)


def _range(schema: dict[str, Any]) -> str:
    if "maximum" not in schema:
        return f"{schema['minimum']} or more"
    return f"{schema.get('minimum', 'anything')} to {schema['maximum']}"


def _type(key: Key) -> str:
    kinds = key.schema.get("type", "any")
    text = " or ".join(_TYPES.get(kind, str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds]))
    return f"{text} of {_type(key.item)}" if key.item is not None else text


def engines(key: Key) -> str:
    """Which engines honour a key, and which will."""
    now = ", ".join(key.engines or []) or "none yet"
    planned = [name for name in (key.planned or []) if name not in (key.engines or [])]
    return f"{now}; not supported yet by {', '.join(planned)}" if planned else now


def shown(value: Any) -> str:
    """A value as YAML flow text, which for plain data is JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
