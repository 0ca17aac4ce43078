"""Our schemas of objects against those that an API server publishes: what we let through, it must know.

Only one direction: that our schemas have every field which a policy can reach is asked elsewhere. Patterns and lengths
are not compared, as the server publishes none for its own kinds; it checks them when an object comes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.cluster.api import Api, Raw
from tests.schemas import ours

DOCUMENTS = ("api/v1", "apis/batch/v1", "apis/networking.k8s.io/v1")
"""Groups whose types have definitions of ours by the same name."""


@dataclass(frozen=True, slots=True)
class Published:
    """Schemas by the names of their Go types, such as `io.k8s.api.core.v1.PodSpec`."""

    schemas: Raw

    def of_kind(self, kind: str) -> Raw:
        """The schema of a kind; the document is that of its group and version."""
        for schema in self.schemas.values():
            for known in schema.get("x-kubernetes-group-version-kind", ()):
                if known["kind"] == kind:
                    return dict(schema)
        raise LookupError(f"the server publishes no {kind}")

    def named(self, name: str) -> Raw | None:
        """The schema whose name ends in `.name`."""
        found = {full: schema for full, schema in self.schemas.items() if full.rpartition(".")[2] == name}
        assert len(found) <= 1, f"{name} may be any of {', '.join(found)}"
        return next(iter(found.values()), None)

    def resolved(self, schema: Raw) -> Raw:
        """The schema behind a reference, which stands in an `allOf` of its own where something stands beside it."""
        while True:
            if "$ref" in schema:
                schema = self.schemas[schema["$ref"].rpartition("/")[2]]
            elif len(schema.get("allOf", ())) == 1:
                schema = schema["allOf"][0]
            else:
                return schema


def published(api: Api, *documents: str) -> Published:
    """What the server publishes in these documents together."""
    answers = [api.get(f"/openapi/v3/{document}") for document in documents]
    return Published({name: one for answer in answers for name, one in answer.body["components"]["schemas"].items()})


def document_of(api_version: str) -> str:
    """`v1` → `api/v1`, `batch/v1` → `apis/batch/v1`."""
    return f"apis/{api_version}" if "/" in api_version else f"api/{api_version}"


@dataclass(slots=True)
class Comparison:
    """A walk through two schemas side by side; it remembers which of ours it has seen."""

    server: Published
    seen: set[int] = field(default_factory=set)

    def differences(self, node: ours.Node, theirs: Raw, path: str) -> Iterator[str]:
        """One line for each thing that ours lets through and theirs does not."""
        node, theirs = node.resolved(), self.server.resolved(theirs)
        self.seen.add(id(node.schema))
        types, known = types_of(node.schema), types_of(theirs)
        if known and not types <= known:
            yield f"{path}: {sorted(types)} where the server knows {sorted(known)}"
        if "enum" in theirs and not values_of(node.schema) <= set(theirs["enum"]):
            yield f"{path}: {sorted(values_of(node.schema))} where the server knows {sorted(theirs['enum'])}"
        for name in sorted(set(theirs.get("required", ())) - set(node.schema.get("required", ()))):
            yield f"{path}.{name}: required by the server alone"
        yield from self._below(node, theirs, path)

    def _below(self, node: ours.Node, theirs: Raw, path: str) -> Iterator[str]:
        for name, child in node.properties().items():
            if "x-since" in child.schema:  # of a VolSync newer than the CRDs at hand
                self.seen.add(id(child.resolved().schema))
            elif (there := theirs.get("properties", {}).get(name, theirs.get("additionalProperties"))) is None:
                yield f"{path}.{name}: unknown to the server"
            else:
                yield from self.differences(child, there, f"{path}.{name}")
        for keyword, step in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(node.schema.get(keyword), dict):
                there = theirs.get(keyword, {})
                yield from self.differences(node.child(node.schema[keyword]), there, f"{path}{step}")


def types_of(schema: Raw) -> set[str]:
    """JSON types that a schema lets through; none where it says nothing."""
    if schema.get("x-kubernetes-int-or-string"):
        return {"integer", "string"}
    types = schema.get("type", [])
    found = {types} if isinstance(types, str) else set(types)
    found |= {one["type"] for one in schema.get("oneOf", ()) if "type" in one}
    return found | {"integer"} if "number" in found else found


def values_of(schema: Raw) -> set[Any]:
    """What a schema enumerates; a set with one odd value where it takes any."""
    return set(schema.get("enum", [schema.get("const", "(any)")]))


def closed_mappings(schema: Any, path: str) -> Iterator[tuple[str, int]]:
    """Every schema of ours that names properties, by its place."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("additionalProperties") is False:
            yield path, id(schema)
        for key, value in schema.items():
            yield from closed_mappings(value, f"{path}/{key}")
