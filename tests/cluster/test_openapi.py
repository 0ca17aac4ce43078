"""Our schemas of rendered objects agree with what a real API server publishes about its kinds."""

from dataclasses import dataclass

import pytest

from tests.cluster.openapi import DOCUMENTS, Comparison, Published, closed_mappings, document_of, published
from tests.schemas import ours

pytestmark = pytest.mark.cluster

KUSTOMIZE = "kustomize.config.k8s.io"


def api_version(kind):
    return ours.kinds()[kind]["properties"]["apiVersion"]["const"]


KINDS = [kind for kind in ours.kinds() if not api_version(kind).startswith(KUSTOMIZE)]


@dataclass(frozen=True)
class Compared:
    """All of our schemas beside the server's: what differs, by name, and which of ours were compared."""

    kinds: dict[str, list[str]]
    definitions: dict[str, list[str]]
    seen: set[int]


@pytest.fixture(scope="module")
def compared(api):
    result = Compared({}, {}, set())
    for kind in KINDS:
        server = published(api, document_of(api_version(kind)))
        comparison = Comparison(server, result.seen)
        result.kinds[kind] = list(comparison.differences(ours.of_kind(kind), server.of_kind(kind), kind))
    comparison = Comparison(published(api, *DOCUMENTS), result.seen)
    for name, node in shared_mappings().items():
        if theirs := comparison.server.named(name):
            result.definitions[name] = list(comparison.differences(node, theirs, name))
    return result


def shared_mappings():
    """The mappings among the definitions that kinds share; texts and numbers are compared where they are used."""
    parts = ours.files()["kubernetes.json"]
    nodes = {name: ours.Node(schema, parts["$id"]) for name, schema in parts["$defs"].items()}
    return {name: node for name, node in nodes.items() if "properties" in node.schema}


@pytest.mark.parametrize("kind", KINDS)
def test_server_knows_all_that_our_schema_of_a_kind_lets_through(kind, compared):
    assert compared.kinds[kind] == []


def test_server_knows_all_that_definitions_named_like_its_types_let_through(compared):
    assert {"Affinity", "EnvVar", "PodSecurityContext", "LabelSelector"} <= compared.definitions.keys()
    assert {name: lines for name, lines in compared.definitions.items() if lines} == {}


def test_no_closed_mapping_escapes_the_comparison(compared):
    files = {name: one for name, one in ours.files().items() if one["title"] in {*KINDS, "Kubernetes subtrees"}}
    places = [place for name, schema in files.items() for place in closed_mappings(schema, name)]
    assert len(places) > 50
    assert [path for path, schema in places if schema not in compared.seen] == []


THEIRS = {
    "a.Thing": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "default": ""},
            "mode": {"type": "string", "enum": ["On", "Off"]},
            "amount": {"oneOf": [{"type": "string"}, {"type": "number"}]},
            "below": {"default": {}, "allOf": [{"$ref": "#/components/schemas/a.Thing"}]},
            "words": {"type": "array", "items": {"type": "string"}},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
}


def compare(properties):
    server = Published(THEIRS)
    node = ours.Node({"type": "object", "required": ["name"], "properties": properties}, "")
    return list(Comparison(server).differences(node, server.named("Thing"), "Thing"))


def array_of(name):
    return {"type": "array", "items": {"type": name}}


def map_of(name):
    return {"type": "object", "additionalProperties": {"type": name}}


@pytest.mark.parametrize(
    "properties",
    [
        {"name": {"type": "string"}},
        {"amount": {"type": ["integer", "string"]}},
        {"mode": {"type": "string", "enum": ["On"]}},
        {"mode": {"type": "string", "const": "Off"}},
        {"later": {"type": "string", "x-since": "0.17"}},
        {"labels": {"type": "object", "properties": {"app": {"type": "string"}}}},
    ],
    ids=str,
)
def test_narrower_schema_is_fine(properties):
    assert compare(properties) == []


@pytest.mark.parametrize(
    ("properties", "line"),
    [
        ({"nome": {"type": "string"}}, "nome: unknown to the server"),
        ({"name": {"type": "integer"}}, "name: ['integer'] where the server knows ['string']"),
        ({"amount": {"type": "boolean"}}, "amount: ['boolean'] where the server knows ['integer', 'number', 'string']"),
        ({"mode": {"type": "string"}}, "mode: ['(any)'] where the server knows ['Off', 'On']"),
        ({"mode": {"type": "string", "enum": ["on"]}}, "mode: ['on'] where the server knows ['Off', 'On']"),
        ({"below": {"type": "object"}}, "below.name: required by the server alone"),
        ({"words": {"type": "string"}}, "words: ['string'] where the server knows ['array']"),
        ({"words": array_of("integer")}, "words[]: ['integer'] where the server knows ['string']"),
        ({"labels": map_of("integer")}, "labels{}: ['integer'] where the server knows ['string']"),
    ],
    ids=str,
)
def test_looser_schema_is_told(properties, line):
    assert compare(properties) == [f"Thing.{line}"]
