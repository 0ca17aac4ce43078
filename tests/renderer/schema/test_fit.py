"""The quick yes to a document against jsonschema: it may be silent, it may not be wrong."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from renderer.problem import Place
from renderer.resources import SCHEMAS
from renderer.schema import Key, Strictness, bundle
from renderer.schema.fit import Rule, rule_of
from renderer.source import Node, plain, read
from tests.tools import ROOT, scale

POLICIES = sorted((ROOT / "examples").glob("*/**/backup-policy.yaml"))
OVERLAYS = sorted((ROOT / "overlays").glob("*.yaml"))
ODD = [None, True, False, 0, 1, -1, 1.0, 1.5, 10**17, "", "x", "{app}", "x\n", "7Gi", "-", "é", "@daily", "a" * 300]
KEYS = ["name", "spec", "x", "", "a/b", "a b", "last", "claim", "mover", "secretName", "1"]


def node_of(value) -> Node:
    place = Place("f")
    match value:
        case dict():
            return Node({key: node_of(below) for key, below in value.items()}, place)
        case list():
            return Node([node_of(below) for below in value], place)
        case _:
            return Node(value, place)


def documents(paths, schema):
    return [(schema, plain(document)) for path in paths for document in read(path.read_bytes(), "f").documents]


SEEDS = [*documents(POLICIES, "policy.json"), *documents(OVERLAYS, "overlay.json")]
VALIDATORS = {
    (name, strictness): Draft202012Validator(bundle(name, strictness))
    for name in ("policy.json", "overlay.json", "layer.json", *(f"objects/{p.name}" for p in SCHEMAS.glob("objects/*")))
    for strictness in Strictness
}


def test_there_are_seeds():
    assert len(SEEDS) > 5


@pytest.mark.parametrize(("schema", "document"), SEEDS)
def test_what_people_write_needs_no_second_look(schema, document):
    assert rule_of(schema, Strictness.LOOSE).accepts(node_of(document))


def places(value, path=()):
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in entries:
        yield from places(below, (*path, step))


odd = st.recursive(
    st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=2),
    max_leaves=3,
)


def spoilt(document, path, change, value):
    """A copy with one place of it changed, removed, or given another key."""
    if not path:
        return {**document, "x": value} if change == "add" else document
    changed = copy.deepcopy(document)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    if change == "remove":
        del holder[path[-1]]
    elif change == "add" and isinstance(holder[path[-1]], dict):
        holder[path[-1]][value if isinstance(value, str) else "x"] = value
    elif change == "add" and isinstance(holder[path[-1]], list):
        holder[path[-1]].append(value)
    else:
        holder[path[-1]] = value
    return changed


@given(st.data())
@settings(max_examples=scale(600))
def test_a_yes_is_certain(data):
    schema, document = data.draw(st.sampled_from(SEEDS))
    for _ in range(data.draw(st.integers(0, 3))):
        path = data.draw(st.sampled_from(list(places(document))))
        document = spoilt(document, path, data.draw(st.sampled_from(["put", "add", "remove"])), data.draw(odd))
    node = node_of(document)
    strictness = data.draw(st.sampled_from(Strictness))
    layer = node.get("spec")
    for name, part in ((schema, node), ("layer.json", layer)):
        if part is not None and rule_of(name, strictness).accepts(part):
            assert VALIDATORS[name, strictness].is_valid(plain(part))


@given(st.sampled_from([name for name, _ in VALIDATORS]), st.sampled_from(Strictness), odd)
@settings(max_examples=scale(300))
def test_a_yes_to_nonsense_is_certain(name, strictness, value):
    if rule_of(name, strictness).accepts(node_of(value)):
        assert VALIDATORS[name, strictness].is_valid(plain(node_of(value)))


SMALL = [
    {"enum": [1, "a"]}, {"enum": [True]}, {"enum": [[1], {}]}, {"const": 0}, {"type": "integer"}, {"type": "number"},
    {"type": ["object", "string"], "pattern": "^a$"}, {"type": "boolean"}, {"minimum": 1}, {"maximum": 1, "minimum": 0},
    {"minLength": 1, "maxLength": 2}, {"minItems": 1}, {"maxItems": 1, "items": {"type": "string"}},
    {"required": ["x"]},
    {"properties": {"x": {"type": "string"}}, "additionalProperties": False}, {"additionalProperties": {"const": 1}},
    {"propertyNames": {"pattern": "^[a-z]$"}}, {"minProperties": 1, "maxProperties": 1}, {"not": {"type": "string"}},
    {"uniqueItems": True}, {"anyOf": [{"type": "string"}]}, {"exclusiveMinimum": 0}, {"x-engines": []}, {},
]  # fmt: skip
"""Each keyword alone, and keywords that it does not know."""


@pytest.mark.parametrize("schema", SMALL, ids=str)
@given(odd)
@settings(max_examples=scale(60))
def test_a_yes_is_certain_for_each_keyword(schema, value):
    if Rule(Key(schema, ""), Strictness.STRICT).accepts(node_of(value)):
        assert Draft202012Validator(schema).is_valid(plain(node_of(value)))
