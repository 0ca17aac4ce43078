"""One self-contained schema from the files of `schemas/`: every reference to another file becomes local.

So neither a registry nor a base address is needed, and `backplan schema` prints something that any editor reads.
"""

from collections.abc import Iterable, Mapping
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
        _prune(root, collected)
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
        return _loosened(rewritten) if strictness is Strictness.LOOSE else _with_variables(rewritten)

    def local(reference: str) -> str:
        file, _, pointer = reference.partition("#")
        if not file:
            return f"#{prefix}{pointer}"
        stem = PurePosixPath(file).stem
        if stem not in collected:
            collected[stem] = None  # stops a circle of files
            collected[stem] = _localized(resources.schema_beside(name, file), f"/$defs/{stem}", collected, strictness)
        return f"#/$defs/{stem}{pointer}"

    root = rewrite(resources.schema_file(name))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root} if not prefix else root


def _prune(root: dict[str, Any], collected: Mapping[str, Any]) -> None:
    """Take out what nothing leads to: a layer refers to a third of Kubernetes' definitions, an object to others."""
    reached: set[str] = set()
    own = {key: value for key, value in root["$defs"].items() if key not in collected}
    waiting: list[Any] = [{**root, "$defs": own}]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(reference := value.get("$ref"), str) and reference not in reached:
                reached.add(reference)
                waiting.append(_pointed(root, reference))
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    for stem, file in collected.items():
        if "$defs" in file and f"#/$defs/{stem}" not in reached:
            start = f"#/$defs/{stem}/$defs/"
            names = {reference[len(start) :].partition("/")[0] for reference in reached if reference.startswith(start)}
            file["$defs"] = {key: value for key, value in file["$defs"].items() if key in names}
            _drop_root(file, f"#/$defs/{stem}/properties/", reached)


def _drop_root(file: dict[str, Any], properties: str, reached: Iterable[str]) -> None:
    """What a file says of itself, where only its definitions are meant: an object that others quote parts of."""
    if not any(reference.startswith(properties) for reference in reached):
        for keyword in ("type", "required", "properties", "additionalProperties"):
            file.pop(keyword, None)


def _pointed(root: Any, reference: str) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        root = root[step]
    return root


def required(schema: Mapping[str, Any], strictness: Strictness) -> list[str]:
    """The keys that a mapping must have; of a layer little is required."""
    names = schema.get("required", [])
    return [name for name in names if strictness is Strictness.STRICT or name in _ALWAYS_REQUIRED]


def takes_placeholder(schema: Mapping[str, Any], strictness: Strictness) -> bool:
    """Whether a text with a placeholder need not match the schema's pattern."""
    return strictness is Strictness.LOOSE and not schema.get("x-literal")


def _loosened(schema: dict[str, Any]) -> dict[str, Any]:
    loosened = dict(schema)
    if isinstance(pattern := schema.get("pattern"), str) and takes_placeholder(schema, Strictness.LOOSE):
        loosened["pattern"] = f"({pattern})|[{{]"
    if isinstance(schema.get("required"), list):
        loosened["required"] = required(schema, Strictness.LOOSE)
    return loosened


def _with_variables(schema: dict[str, Any]) -> dict[str, Any]:
    """Flux's `${VAR}` may stand for anything; which ones may stay is the rule `substitution`."""
    if isinstance(pattern := schema.get("pattern"), str) and not schema.get("x-literal"):
        return {**schema, "pattern": f"({pattern})|[$][{{]"}
    return schema


def _nullable(schema: Any) -> Any:
    """A copy in which each property of an object may be null, as a layer may say it."""
    if isinstance(schema, list):
        return [_nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {key: _nullable(value) for key, value in schema.items()}
    if isinstance(properties := copied.get("properties"), dict):
        copied["properties"] = {key: _or_null(value) for key, value in properties.items()}
    if isinstance(others := copied.get("additionalProperties"), dict):
        copied["additionalProperties"] = _or_null(others)
    return copied


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Only a reference is wrapped: other schemas must stay where references from elsewhere look for them."""
    if "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**beside, "anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}]}
    copied = dict(schema)
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        copied["type"] = [*types, "null"]
    if "enum" in schema:
        copied["enum"] = [*schema["enum"], None]
    return copied
