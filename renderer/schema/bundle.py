"""One self-contained schema from the files of `schemas/`: every reference to another file becomes local.

So neither a registry nor a base address is needed, and `backplan schema` prints something that any editor reads.
"""

from enum import StrEnum
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from renderer import resources

_ALWAYS_REQUIRED = ("name", "apiVersion", "kind")
"""What a layer must have even alone: without a name, named lists cannot be merged."""


class Strictness(StrEnum):
    """LOOSE is for one layer, STRICT for the merged policy after placeholders are filled in."""

    LOOSE = "loose"
    STRICT = "strict"


@cache
def bundle(name: str, strictness: Strictness = Strictness.STRICT) -> Any:
    """The schema file `name` with all that it refers to under `$defs`. Not to be changed by callers."""
    collected: dict[str, Any] = {}
    root = _localized(name, "", collected, strictness)
    if collected:
        root["$defs"] = {**root.get("$defs", {}), **{key: collected[key] for key in sorted(collected)}}
    return root


def published(name: str) -> Any:
    """The loose schema for editors: as `bundle`, and every value under `spec` may also be null."""
    return _nullable(bundle(name, Strictness.LOOSE))


def _localized(name: str, prefix: str, collected: dict[str, Any], strictness: Strictness) -> Any:
    """The file `name` with its references rewritten; `prefix` is where it will stand in the bundle."""

    def rewrite(schema: Any) -> Any:
        if isinstance(schema, list):
            return [rewrite(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        rewritten = {key: rewrite(value) for key, value in schema.items() if key not in ("$id", "$schema")}
        if isinstance(reference := schema.get("$ref"), str):
            rewritten["$ref"] = local(reference)
        return _loosened(rewritten) if strictness is Strictness.LOOSE else rewritten

    def local(reference: str) -> str:
        file, _, pointer = reference.partition("#")
        if not file:
            return f"#{prefix}{pointer}"
        stem = PurePosixPath(file).stem
        if stem not in collected:
            collected[stem] = None  # stops a circle of files
            collected[stem] = _localized(PurePosixPath(file).name, f"/$defs/{stem}", collected, strictness)
        return f"#/$defs/{stem}{pointer}"

    root = rewrite(resources.schema_file(name))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root} if not prefix else root


def _loosened(schema: dict[str, Any]) -> dict[str, Any]:
    loosened = dict(schema)
    if isinstance(pattern := schema.get("pattern"), str):
        loosened["pattern"] = f"({pattern})|[{{]"
    if isinstance(required := schema.get("required"), list):
        loosened["required"] = [key for key in required if key in _ALWAYS_REQUIRED]
    return loosened


def _nullable(schema: Any) -> Any:
    """A copy in which each property of an object may be null, as a layer may say it."""
    if isinstance(schema, list):
        return [_nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {key: _nullable(value) for key, value in schema.items()}
    if isinstance(properties := copied.get("properties"), dict):
        copied["properties"] = {key: _or_null(value) for key, value in properties.items()}
    return copied


def _or_null(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    notes = {key: schema[key] for key in ("title", "description", "default", "examples") if key in schema}
    return {
        **notes,
        "anyOf": [{key: value for key, value in schema.items() if key not in notes}, {"type": "null"}],
    }
