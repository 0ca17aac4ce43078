"""The schema files of this repository as the tests read them, apart from the renderer's own loader."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urldefrag, urljoin

import jsonschema_rs
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.tools import ROOT

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A schema and the file it stands in, from which its references count; equal by place, not by content."""

    schema: Schema
    base: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.schema is other.schema

    def __hash__(self) -> int:
        return id(self.schema)

    def resolved(self) -> "Node":
        """The schema behind `$ref`; what stands beside a `$ref` is annotation only."""
        node = self
        while "$ref" in node.schema:
            target = urljoin(node.base, node.schema["$ref"])
            node = Node(registry().resolver().lookup(target).contents, urldefrag(target).url)
        return node

    def child(self, schema: Schema) -> "Node":
        return Node(schema, self.base)

    def properties(self) -> dict[str, "Node"]:
        return {name: self.child(schema) for name, schema in self.schema.get("properties", {}).items()}


def of_kind(kind: str) -> Node:
    """Our schema of one kind of object."""
    schema = kinds()[kind]
    return Node(schema, schema["$id"])


def api_version(kind: str) -> str:
    """What objects of a kind say as their apiVersion."""
    return str(kinds()[kind]["properties"]["apiVersion"]["const"])


@cache
def files() -> dict[str, Schema]:
    """`kubernetes.json` and `objects/*.json`, by path from schemas/."""
    folder = ROOT / "schemas"
    paths = [folder / "kubernetes.json", *sorted((folder / "objects").glob("*.json"))]
    return {str(path.relative_to(folder)): json.loads(path.read_text(encoding="utf-8")) for path in paths}


@cache
def kinds() -> dict[str, Schema]:
    return {schema["title"]: schema for name, schema in files().items() if name.startswith("objects/")}


@cache
def registry() -> Registry[Any]:
    return Registry().with_resources(
        (schema["$id"], DRAFT202012.create_resource(schema)) for schema in files().values()
    )


@cache
def validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    known = jsonschema_rs.Registry([(schema["$id"], schema) for schema in files().values()])
    return jsonschema_rs.Draft202012Validator(kinds()[kind], registry=known, validate_formats=True)
