"""The policy reference in Markdown, generated from the schema so that it cannot say anything else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from renderer.report.keys import engines, facts
from renderer.schema import Key, key_of

_SPECIAL = re.compile(r"([\\*_\[\]<>|])")
_CODE = re.compile(r"(`[^`]*`)")


class _Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def _escaped(value: Any) -> str:
    """Plain text as Markdown: special characters escaped outside of `code`."""
    if isinstance(value, _Markdown):
        return value
    parts = _CODE.split(str(value))
    return "".join(part if part.startswith("`") else _SPECIAL.sub(r"\\\1", part) for part in parts)


def _code(value: str) -> _Markdown:
    """Code, also inside of a table."""
    return _Markdown("`" + value.replace("|", "\\|") + "`")


class _Row(NamedTuple):
    path: str
    type: str
    description: str


class _Section(NamedTuple):
    path: str
    description: str
    facts: list[tuple[str, str]]
    keys: list[_Row]
    shared: str


def reference() -> str:
    """The whole reference."""
    environment = Environment(  # noqa: S701 - Markdown, escaped by `finalize`
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        finalize=_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["code"] = _code
    root = key_of("layer.json")
    sections = [_section(name, key, root) for name, key in root.properties.items()]
    return environment.get_template("reference.md.j2").render(sections=sections)


def _section(name: str, key: Key, root: Key) -> _Section:
    shared: list[str] = []
    rows = list(_rows(name, key, root, shared))
    return _Section(name, _description(key), list(facts(key)), rows, _Markdown(", ".join(map(_code, shared))))


def _rows(prefix: str, key: Key, root: Key, shared: list[str]) -> Iterator[_Row]:
    """The keys below, nested ones too; those that mean the same directly under `spec` are only listed."""
    holder, mark = (key.item, "[]") if key.item is not None else (key, "")
    for name, below in holder.properties.items():
        path = f"{prefix}{mark}.{name}"
        if name in root.properties and root.properties[name].schema == below.schema:
            shared.append(path)
            continue
        yield _Row(path, dict(facts(below))["type"], _description(below))
        if "x-kubernetes" not in below.schema and "description" in below.schema:
            yield from _rows(path, below, root, shared) if _is_ours(below) else ()


def _is_ours(key: Key) -> bool:
    """Whether the keys below are ours to explain; Kubernetes explains its own."""
    holder = key.item if key.item is not None else key
    return bool(holder.properties) and all("title" in below.schema for below in holder.properties.values())


def _description(key: Key) -> str:
    text = str(key.schema.get("description", ""))
    return f"{text} Engines: {engines(key)}." if key.engines is not None else text
