"""Two readers of our schemas: the quick one that says yes, and the thorough one that says why not. They must agree."""

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.schema import Strictness, check
from renderer.schema.bundle import bundle
from renderer.source import plain, read
from tests.properties.merging_nodes import node
from tests.properties.policies import mutated, policies, specs
from tests.tools import scale

CALM = settings(max_examples=scale(40))
EVERY = [Strictness.LOOSE, Strictness.STRICT]


def document(kind):
    return policies().map(lambda policy: {**policy, "kind": kind, "metadata": {"name": "x"}})


DOCUMENTS = {
    "policy.json": policies(),
    "overlay.json": document("BackupOverlay"),
    "fleet.json": specs().map(
        lambda spec: {"apiVersion": "backplan.dev/v1alpha1", "kind": "BackupFleet", "spec": {"defaults": spec}}
    ),
    "layer.json": specs(),
}


@pytest.mark.parametrize("strictness", EVERY)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_refused_exactly_where_there_is_a_reason(name, strictness):
    other = jsonschema_rs.Draft202012Validator(bundle(name, strictness))

    @CALM
    @given(DOCUMENTS[name] | mutated(DOCUMENTS[name]))
    def agree(value):
        root = node(value, "a.yaml")
        assert bool(check(root, name, strictness)) == (not other.is_valid(plain(root)))

    agree()


@CALM
@given(mutated(policies()), st.sampled_from(EVERY))
def test_every_problem_points_into_the_document(value, strictness):
    root = node(value, "a.yaml")
    places = {below.place for below in root.walk()} | {below.key for below in root.walk()}
    assert {problem.place for problem in check(root, "policy.json", strictness)} <= places


def test_reader_and_strategy_build_the_same_tree():
    assert plain(read(b"{a: [1, {b: c}]}", "a.yaml").documents[0]) == plain(node({"a": [1, {"b": "c"}]}, "a.yaml"))
