"""What holds for every policy, from its text to its manifests."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.manifest import identity
from renderer.rules import RULES
from tests.properties.policies import mutated, policies
from tests.properties.rendering import outcome
from tests.schemas import ours
from tests.schemas.crd import errors_in
from tests.tools import crds, scale

pytestmark = pytest.mark.slow

CALM = settings(max_examples=scale(40))
RATE = 0.9
"""So many of the policies must render, or the properties below say little."""


def test_nine_of_ten_policies_render():
    seen = []

    @settings(max_examples=scale(300), database=None)
    @given(policies())
    def count(policy):
        seen.append(outcome(policy).rendered)

    count()
    assert sum(seen) >= RATE * len(seen), f"{sum(seen)} of {len(seen)}"


@CALM
@given(policies())
def test_same_policy_gives_the_same_bytes(policy):
    assert outcome(policy).text == outcome(policy).text


def assert_valid(objects):
    for manifest in objects:
        assert [error.message for error in ours.validator(manifest["kind"]).iter_errors(manifest)] == []


@CALM
@given(policies())
def test_every_object_is_valid_against_our_schemas(policy):
    assert_valid(outcome(policy).objects)


def test_every_object_is_valid_against_the_closed_definitions_of_the_cluster():
    crds()

    @CALM
    @given(policies())
    def valid(policy):
        for manifest in outcome(policy).objects:
            assert errors_in(manifest) == []

    valid()


def turned(value):
    """The same value with the keys of every mapping but a patch's in another order."""
    if isinstance(value, dict):
        return {key: turned(below) if key != "patch" else below for key, below in reversed(value.items())}
    return [turned(item) for item in value] if isinstance(value, list) else value


@CALM
@given(policies())
def test_order_of_keys_does_not_matter(policy):
    def by_name(found):
        return {identity(manifest): manifest for manifest in found.objects}

    assert by_name(outcome(policy)) == by_name(outcome(turned(policy)))


def names(found):
    return {identity(manifest) for manifest in found.objects}


@CALM
@given(policies(), st.sampled_from(["volume", "target"]))
def test_another_volume_or_target_renames_nothing(policy, what):
    spec = policy["spec"]
    before = outcome(policy)
    if what == "volume":
        claim = spec.pop("claim", None)
        volumes = spec.setdefault("volumes", [{"name": "data", "claim": claim}])
        volumes.append({"name": "another9", "claim": "another9"})
    else:
        targets = spec.setdefault("targets", [{"name": "default"}])
        targets.append({"name": "another9"})
    after = outcome(policy)
    if before.rendered and after.rendered:
        assert names(before) <= names(after)


def assert_calm(content):
    """A render, or problems that point into the file."""
    found = outcome(content)
    for problem in found.problems:
        assert problem.rule in RULES
        assert problem.place.file == "backup-policy.yaml"
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert problem.message
    if not found.rendered:
        assert found.objects == []
    assert_valid(found.objects)


@settings(max_examples=scale(150))
@given(mutated(policies()))
def test_broken_policies_give_problems_and_never_an_exception(policy):
    assert_calm(policy if isinstance(policy, dict) else str(policy))


@CALM
@given(st.text(max_size=200) | st.text(string.punctuation + " \n\tab1", max_size=80))
def test_random_text_gives_problems_and_never_an_exception(text):
    assert_calm(text)


@CALM
@given(st.binary(max_size=200))
def test_random_bytes_give_problems_and_never_an_exception(content):
    assert_calm(content)


@CALM
@given(policies(), st.data())
def test_cut_policies_give_problems_and_never_an_exception(policy, data):
    import yaml

    text = yaml.safe_dump(policy, sort_keys=False)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert_calm(text[:start] + text[end:])
