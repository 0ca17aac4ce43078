"""The algebra of layers: what may be relied on when fleets, overlays and policies are put on top of each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.engines.patches import merge_patch
from renderer.layers import Layer, fold, merge
from renderer.schema import Key, key_of
from renderer.source import plain
from tests.properties.merging_nodes import node
from tests.properties.policies import specs
from tests.tools import scale

pytestmark = pytest.mark.slow

CALM = settings(max_examples=scale(80))
WHOLE = settings(max_examples=scale(30))
"""For whole policies, which take longer to draw."""
SCHEMA = key_of("layer.json")
SCALARS = st.sampled_from(["a", "b", 0, 1, True, False, ""])
KEYS = st.sampled_from(["a", "b", "c", "d"])


def values(scalars):
    return st.recursive(
        scalars, lambda below: st.dictionaries(KEYS, below, max_size=3) | st.lists(below, max_size=2), max_leaves=10
    )


MAPPINGS = st.dictionaries(KEYS, values(SCALARS), max_size=4)
WITH_NULLS = st.recursive(
    st.dictionaries(KEYS, SCALARS | st.none() | st.lists(SCALARS, max_size=2), max_size=4),
    lambda below: st.dictionaries(KEYS, below | SCALARS | st.none(), max_size=4),
    max_leaves=6,
)
"""Nulls as values of mappings. In a list's item RFC 7386 keeps them; here they say "not set" there as well."""


def exact(found):
    """The tree with places and nulls, for comparison."""
    if isinstance(found.value, dict):
        return found.place, found.key, [(name, exact(below)) for name, below in found.value.items()]
    if isinstance(found.value, list):
        return found.place, found.key, [exact(below) for below in found.value]
    return found.place, found.key, found.value


def with_nulls(found):
    if isinstance(found.value, dict):
        return {name: with_nulls(below) for name, below in found.value.items()}
    return [with_nulls(below) for below in found.items] if isinstance(found.value, list) else found.value


def shaped(inner):
    """Mappings that meet at the same keys with the same types, some keys missing in each."""
    return st.fixed_dictionaries({}, optional={"a": inner, "b": inner, "c": inner, "s": SCALARS, "t": SCALARS})


SHAPED = shaped(shaped(st.fixed_dictionaries({}, optional={"s": SCALARS, "t": SCALARS})))


def layers(strategy, count):
    """So many layers, each as if from a file of its own."""
    return st.tuples(*(strategy.map(lambda value, file=f"{number}.yaml": node(value, file)) for number in range(count)))


NAMED = Key({"type": "array", "x-merge": "name", "items": {"type": "object"}}, {})
APPENDED = Key({"type": "array", "x-merge": "append"}, {})
ENTRIES = st.lists(st.fixed_dictionaries({"name": KEYS}, optional={"a": SCALARS, "b": SCALARS}), max_size=3,
                   unique_by=lambda entry: entry["name"])  # fmt: skip


def assert_associative(three, key):
    one, two, three = three
    assert exact(merge(merge(one, two, key), three, key)) == exact(merge(one, merge(two, three, key), key))


@CALM
@given(layers(SHAPED, 3))
def test_mappings_without_nulls_may_be_merged_in_any_grouping(three):
    """Not so with nulls, nor where a layer puts a scalar in place of a mapping: the upper two would forget it."""
    assert_associative(three, None)


@CALM
@given(layers(ENTRIES, 3))
def test_named_lists_without_removals_may_be_merged_in_any_grouping(three):
    """Not so with `$remove`, which has nothing to remove while the lower layer is not there yet."""
    assert_associative(three, NAMED)


@CALM
@given(layers(st.lists(SCALARS, max_size=3), 3))
def test_appended_lists_may_be_merged_in_any_grouping(three):
    assert_associative(three, APPENDED)


@WHOLE
@given(specs().map(lambda spec: node(spec, "a.yaml")))
def test_empty_layer_changes_no_value(spec):
    empty = node({}, "b.yaml")
    assert with_nulls(merge(spec, empty, SCHEMA)) == with_nulls(spec)
    assert exact(merge(empty, spec, SCHEMA)) == exact(spec)


def with_appended_twice(value):
    if isinstance(value, list):
        return [with_appended_twice(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: [*below, *below] if name in ("patches", "exclude") else with_appended_twice(below)
        for name, below in value.items()
    }


@WHOLE
@given(specs())
def test_layer_over_itself_changes_only_what_is_appended(spec):
    merged = with_nulls(merge(node(spec, "a.yaml"), node(spec, "b.yaml"), SCHEMA))
    assert merged == with_appended_twice(spec)


CLAIM = st.sampled_from([None, "x", "y"])
ENTRY = st.fixed_dictionaries(
    {"name": st.sampled_from(["data", "media"])},
    optional={"claim": CLAIM, "exclude": st.lists(SCALARS, max_size=2), "$remove": st.booleans()},
)
ENTRIES_OF_ALL_KINDS = st.lists(ENTRY, max_size=2, unique_by=lambda entry: entry["name"])
LAYER = st.fixed_dictionaries(
    {},
    optional={
        "claim": CLAIM,
        "volumes": st.none() | ENTRIES_OF_ALL_KINDS,
        "targets": st.none()
        | st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["default", "remote"])},
                optional={
                    "claim": CLAIM,
                    "volumes": ENTRIES_OF_ALL_KINDS,
                    "retain": st.none(),
                    "$remove": st.booleans(),
                },
            ),
            max_size=2,
            unique_by=lambda entry: entry["name"],
        ),
        "exclude": st.none() | st.lists(SCALARS, max_size=2),
        "retain": st.none() | st.dictionaries(st.sampled_from(["daily", "weekly"]), st.just(1), max_size=2),
        "repository": st.none()
        | st.fixed_dictionaries({}, optional={"url": st.none() | SCALARS, "ref": st.none() | SCALARS}),
    },
)
"""All that merges in a way of its own: claims, removals, nulls, targets, groups of which one member stands."""


@settings(max_examples=scale(400))
@given(layers(LAYER, 5), st.integers(0, 5))
def test_lower_layers_may_be_folded_once_for_all_that_lie_over_them(found, cut):
    """As a fleet's are for all its policies."""
    stack = [Layer(spec, spec.place.file) for spec in found]
    base = fold(stack[:cut], SCHEMA)
    before = exact(base)
    assert exact(fold(stack[cut:], SCHEMA, base)) == exact(fold(stack, SCHEMA))
    assert exact(base) == before


def every_scalar(found, path=()):
    if isinstance(found.value, dict):
        for name, below in found.value.items():
            yield from every_scalar(below, (*path, name))
    elif not isinstance(found.value, list):
        yield path, found


@CALM
@given(layers(WITH_NULLS, 3))
def test_every_value_points_at_the_last_layer_that_wrote_it(three):
    merged = merge(merge(three[0], three[1], None), three[2], None)
    written = [dict(every_scalar(layer)) for layer in three]
    for path, found in every_scalar(merged):
        last = [layer[path] for layer in written if path in layer][-1]
        assert (found.place, found.key, found.value) == (last.place, last.key, last.value)


@WHOLE
@given(layers(specs(), 2))
def test_no_value_of_a_merged_policy_lacks_a_place_in_a_layer(two):
    merged = fold([Layer(spec, spec.place.file) for spec in two], SCHEMA)
    known = {below.place for spec in two for below in spec.walk()} | {
        below.key for spec in two for below in spec.walk()
    }
    assert {below.place for below in merged.walk()} <= known


@CALM
@given(st.lists(WITH_NULLS, min_size=1, max_size=4))
def test_bottom_up_with_nulls_is_what_rfc_7386_says(documents):
    expected, merged = {}, node({}, "0.yaml")
    for number, document in enumerate(documents, start=1):
        expected = merge_patch(expected, document)
        merged = merge(merged, node(document, f"{number}.yaml"), None)
    assert plain(merged) == expected


@CALM
@given(layers(WITH_NULLS, 2))
def test_merging_changes_neither_layer(two):
    before = [exact(layer) for layer in two]
    merge(*two, None)
    assert [exact(layer) for layer in two] == before
