"""Layers on top of each other: what wins, what is appended, what a null and `$remove` take away."""

import pytest

from renderer.layers import Layer, fold
from renderer.schema import key_of
from renderer.source import plain, read

SCHEMA = key_of("layer.json")


def folded(*texts):
    layers = [Layer(read(text.encode(), f"{number}.yaml").documents[0], "x") for number, text in enumerate(texts)]
    return fold(layers, SCHEMA)


def merged(*texts):
    return plain(folded(*texts))


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (["{schedule: a}", "{schedule: b}"], {"schedule": "b"}),
        (["{mover: {image: a}}", "{mover: {compression: max}}"], {"mover": {"image": "a", "compression": "max"}}),
        (["{schedule: a}", "{schedule: null}"], {}),
        (["{schedule: a}", "{schedule: null}", "{schedule: b}"], {"schedule": "b"}),
        (["{retain: {daily: 7, weekly: 4}}", "{retain: {daily: 1}}"], {"retain": {"daily": 1}}),
        (["{exclude: [a]}", "{exclude: [b, a]}"], {"exclude": ["a", "b", "a"]}),
        (["{accessModes: [ReadWriteOnce]}", "{accessModes: [ReadOnlyMany]}"], {"accessModes": ["ReadOnlyMany"]}),
        (["{cache: emptyDir}", "{cache: {capacity: 1Gi}}"], {"cache": {"capacity": "1Gi"}}),
        (["{repository: {url: a}}", "{repository: {ref: b}}"], {"repository": {"ref": "b"}}),
        (["{repository: {url: a}}", "{repository: {ref: null}}"], {"repository": {"url": "a"}}),
        (
            ["{repository: {secret: {name: a, labels: {x: y}}}}", "{repository: {secret: {sops: b}}}"],
            {"repository": {"secret": {"labels": {"x": "y"}, "sops": "b"}}},
        ),
        (["{check: {subsets: 52}}", "{check: false}"], {"check": False}),
    ],
)  # fmt: skip
def test_layers_are_merged_by_the_rule_of_their_key(layers, expected):
    assert merged(*layers) == expected


def test_named_lists_are_merged_by_name_in_the_lower_order():
    low = "{volumes: [{name: a, claim: x, capacity: 1Gi}, {name: b, claim: y}]}"
    high = "{volumes: [{name: c, claim: z}, {name: a, claim: w}]}"
    assert merged(low, high) == {
        "volumes": [
            {"name": "a", "claim": "w", "capacity": "1Gi"},
            {"name": "b", "claim": "y"},
            {"name": "c", "claim": "z"},
        ]
    }


def test_remove_drops_an_entry_and_is_gone_where_there_is_none():
    low = "{volumes: [{name: a, claim: x}, {name: b, claim: y}]}"
    assert merged(low, "{volumes: [{name: a, $remove: true}]}") == {"volumes": [{"name": "b", "claim": "y"}]}
    assert merged("{volumes: [{name: a, $remove: true}]}") == {"volumes": []}


def test_removals_inside_a_target_wait_for_the_spec_that_it_is_merged_over():
    low = "{targets: [{name: nas, volumes: [{name: media, capacity: 1Gi}]}]}"
    high = "{targets: [{name: nas, volumes: [{name: media, $remove: true}]}]}"
    (target,) = merged(low, high)["targets"]
    assert target == {"name": "nas", "volumes": [{"name": "media", "$remove": True}]}
    assert merged(high)["targets"] == [target]
    assert merged(high, low)["targets"] == [{"name": "nas", "volumes": [{"name": "media", "capacity": "1Gi"}]}]


@pytest.mark.parametrize(
    ("layers", "names"),
    [
        (["{claim: x}"], ["data"]),
        (["{claim: x}", "{claim: y}"], ["data"]),
        (["{claim: x}", "{volumes: [{name: media, claim: y}]}"], ["media"]),
        (["{claim: x}", "{volumes: [{name: data, capacity: 1Gi}]}"], ["data"]),
        (["{claim: x}", "{schedule: a}", "{volumes: [{name: media, claim: y}]}"], ["media"]),
        (["{volumes: [{name: media, claim: y}]}", "{claim: x}"], ["media", "data"]),
    ],
)
def test_claim_is_short_for_the_volume_data(layers, names):
    assert [volume["name"] for volume in merged(*layers)["volumes"]] == names


def test_claim_of_null_removes_the_volume_of_a_lower_claim_alone():
    assert merged("{claim: x}", "{claim: null}") == {"volumes": []}
    beside = "{claim: null, volumes: [{name: config, claim: y}]}"
    assert merged("{claim: x}", beside) == {"volumes": [{"name": "config", "claim": "y"}]}
    listed = "{volumes: [{name: data, claim: x}]}"
    assert merged(listed, "{claim: null}") == {"volumes": [{"name": "data", "claim": "x"}]}


def test_claim_of_null_in_a_target_removes_the_claim_of_a_lower_layer_of_that_target_alone():
    low = "{targets: [{name: nas, claim: x}, {name: cloud, claim: x}]}"
    nas, cloud = merged(low, "{targets: [{name: nas, claim: null, volumes: [{name: config, claim: y}]}]}")["targets"]
    assert nas == {"name": "nas", "volumes": [{"name": "config", "claim": "y"}]}
    assert cloud == {"name": "cloud", "volumes": [{"name": "data", "claim": "x"}]}


def test_values_point_at_the_layer_that_set_them():
    spec = folded("a: 0\nretain: {daily: 1}\n", "schedule: b\n", "retain: {weekly: 2}\n")
    assert str(spec.nearest("schedule").place) == "1.yaml:1:11"
    assert str(spec.nearest("retain", "weekly").place) == "2.yaml:1:18"
    assert str(spec.nearest("a").key) == "0.yaml:1:1"


def test_layers_are_not_changed_by_folding():
    texts = ["{volumes: [{name: a, claim: x}]}", "{volumes: [{name: a, $remove: true}]}"]
    layers = [Layer(read(text.encode(), "a.yaml").documents[0], "x") for text in texts]
    fold(layers, SCHEMA)
    assert plain(layers[0].spec) == {"volumes": [{"name": "a", "claim": "x"}]}
    assert plain(layers[1].spec) == {"volumes": [{"name": "a", "$remove": True}]}


def test_no_layers_give_an_empty_spec():
    assert plain(fold([], SCHEMA)) == {}
