"""How an object that was read back is compared; the server itself is asked in the other files."""

import pytest

from tests.cluster.pod_templates import pods
from tests.cluster.readback import ALLOWED, amount, differences, unexplained

REQUESTS = {"resources": {"requests": {"memory": "1Gi", "cpu": 1}}}


def test_keys_that_the_server_adds_are_no_difference():
    assert list(differences({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "status": {}})) == []


@pytest.mark.parametrize(
    ("rendered", "live", "line"),
    [
        ({"a": {"b": "x"}}, {"a": {}}, "a.b: rendered 'x', read back None"),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, "a.b: rendered 'x', read back 'y'"),
        ({"a": {}}, {}, "a: rendered {}, read back None"),
        ({"a": []}, {}, "a: rendered [], read back None"),
        ({"a": [1, 2]}, {"a": [1]}, "a: rendered [1, 2], read back [1]"),
        ({"a": [1]}, {"a": [1, 2]}, "a: rendered [1], read back [1, 2]"),
        ({"a": [{"b": True}]}, {"a": [{"b": 1}]}, "a.0.b: rendered True, read back 1"),
        ({"a": 1}, {"a": "1"}, "a: rendered 1, read back '1'"),
        ({"a": "1Gi"}, {"a": "1024Mi"}, "a: rendered '1Gi', read back '1024Mi'"),
        (
            {"requests": {"memory": "1Gi"}},
            {"requests": {"memory": "1G"}},
            "requests.memory: rendered '1Gi', read back '1G'",
        ),
        ({"requests": {"memory": "x"}}, {"requests": {"memory": "y"}}, "requests.memory: rendered 'x', read back 'y'"),
    ],
)
def test_lost_or_changed_leaf_is_told(rendered, live, line):
    assert list(differences(rendered, live)) == [line]


def test_amounts_are_compared_as_amounts():
    assert list(differences(REQUESTS, {"resources": {"requests": {"memory": "1024Mi", "cpu": "1000m"}}})) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("1Gi", "1024Mi"), ("0.5", "500m"), (2, "2"), ("1e3", "1k"), ("1E", "1000P"), ("12E2", "1200"), (".5", "500000u")],
)
def test_one_amount_in_two_spellings(one, other):
    assert amount(one) == amount(other)


@pytest.mark.parametrize("text", ["", ".", "Gi", "1 Gi", "1GiB", "-1", "x", True, None])
def test_what_is_no_amount(text):
    assert amount(text) is None


def test_few_differences_are_allowed_and_each_has_its_reason():
    assert len(ALLOWED) <= 10
    assert all(ALLOWED.values())


def test_allowed_difference_counts_for_every_item_of_a_list():
    found = list(differences({"a": [{"b": 1, "c": 1}]}, {"a": [{}]}))
    assert unexplained(found, {"a[].b": "said why"}) == ["a.0.c: rendered 1, read back None"]


def test_pods_are_found_at_any_depth_of_any_kind():
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "x"}]}}
    metadata = {"name": "x" * 60, "namespace": "lab"}
    deployment = {"kind": "Deployment", "metadata": metadata, "spec": {"template": template}}
    cron_job = {"kind": "CronJob", "metadata": metadata, "spec": {"jobTemplate": {"spec": {"template": template}}}}
    for manifest in (deployment, cron_job):
        (pod,) = pods(manifest)
        assert pod["spec"] == template["spec"]
        assert pod["metadata"] == {"labels": {"a": "b"}, "generateName": "x" * 50 + "-", "namespace": "lab"}
