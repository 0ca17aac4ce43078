"""Our schemas as messages and as a file for editors."""

import json

import jsonschema
import jsonschema_rs
import pytest
import yaml

from renderer.rules import RULES
from renderer.schema import Strictness, check, key_of, published
from renderer.schema.bundle import required
from renderer.schema.explain import nearest, unknown_key
from renderer.source import read
from tests.tools import ROOT

FILES = ["policy.json", "overlay.json", "fleet.json"]
POLICIES = sorted(ROOT.glob("examples/**/backup-policy.yaml"))


def messages(text, strictness=Strictness.LOOSE, name="layer.json"):
    return [problem.message for problem in check(read(text.encode(), "a.yaml").documents[0], name, strictness)]


@pytest.mark.parametrize("name", FILES)
def test_published_schema_is_self_contained_and_a_schema(name):
    schema = published(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    references = set()

    def walk(value):
        if isinstance(value, dict):
            references.update(below for key, below in value.items() if key == "$ref" and isinstance(below, str))
            value = list(value.values())
        for below in value if isinstance(value, list) else ():
            walk(below)

    walk(schema)
    assert all(reference.startswith("#/") for reference in references)
    jsonschema_rs.Draft202012Validator(schema)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: str(path.relative_to(ROOT)))
def test_published_schema_accepts_the_examples(path):
    validator = jsonschema_rs.Draft202012Validator(published("policy.json"))
    for document in yaml.safe_load_all(path.read_text("utf-8")):
        assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "overlays").glob("*.yaml")), ids=lambda path: path.stem)
def test_published_schema_accepts_the_shipped_overlays(path):
    validator = jsonschema_rs.Draft202012Validator(published("overlay.json"))
    assert validator.is_valid(yaml.safe_load(path.read_text("utf-8")))


def every_key(key, path=()):
    yield path, key
    for name, below in key.properties.items():
        yield from every_key(below, (*path, name))


def could_stand_alone(path):
    """Whether even a layer needs nothing beside a key."""
    key = key_of("layer.json")
    for step in path[:-1]:
        key = key.properties[step]
    return not set(required(key.schema, Strictness.LOOSE)) - {*path[-1:]}


def test_published_schema_accepts_null_for_every_key_of_a_layer():
    validator = jsonschema_rs.Draft202012Validator(published("policy.json"))
    refused = []
    for path, key in every_key(key_of("layer.json")):
        if not could_stand_alone(path):
            continue
        document = None
        for step in reversed(path):
            document = {step: document}
        siblings = set(key.schema.get("required", ()))
        whole = {"apiVersion": "backplan.dev/v1alpha1", "kind": "BackupPolicy", "spec": document}
        if not siblings and not validator.is_valid(whole):
            refused.append(".".join(path))
    assert refused == []


def test_published_schema_still_refuses_mistakes():
    validator = jsonschema_rs.Draft202012Validator(published("policy.json"))
    head = {"apiVersion": "backplan.dev/v1alpha1", "kind": "BackupPolicy"}
    for spec in ({"retain": {"dayly": 7}}, {"retain": {"daily": "7"}}, {"copyMethod": "snapshot"}, {"claim": "A_b"}):
        assert not validator.is_valid({**head, "spec": spec})


def test_every_accepted_rule_of_the_schema_exists():
    example = key_of("layer.json").properties["accept"].schema["examples"][0][0]
    assert example["rule"] in RULES


def test_examples_of_every_key_are_valid():
    for path, key in every_key(key_of("layer.json")):
        for example in key.schema.get("examples", []) if path else ():
            document = example
            for step in reversed(path):
                document = {step: document}
            assert messages(json.dumps(document)) == [], path


@pytest.mark.parametrize(
    ("layer", "strict"),
    [
        ("claim: '{app}_data'", ["'{app}_data' is not valid here"]),
        ("claim: '${APP}-data'", []),
        ("labels: {a: '{app} x'}", ["'{app} x' is not valid here"]),
        ("capacity: ${SIZE}", []),
        ("repository: {volume: {nfs: {server: a, path: /b}}}", ["'mountPath' is missing here; add it"]),
    ],
)
def test_layer_may_leave_open_what_the_merged_policy_may_not(layer, strict):
    assert messages(layer) == []
    found = messages(layer, Strictness.STRICT)
    assert len(found) == len(strict)
    assert all(message.startswith(start) for message, start in zip(found, strict, strict=True))


@pytest.mark.parametrize(
    "layer", ["volumes: [{name: '{app}'}]", "targets: [{name: '{app}'}]", "restores: [{name: '{app}'}]"]
)
def test_names_of_entries_take_no_placeholders(layer):
    assert messages(layer) != []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("scheduel", "unknown key 'scheduel'; did you mean 'schedule'?"),
        ("SCHEDULE", "unknown key 'SCHEDULE'; did you mean 'schedule'?"),
        ("moverSecurityContext", "unknown key 'moverSecurityContext'; here it is 'mover.securityContext'"),
        ("zzz", "unknown key 'zzz'; known here: schedule, mover"),
        ("x" * 100, f"unknown key '{'x' * 57}...'; known here: schedule, mover"),
    ],
)
def test_unknown_key_says_what_was_meant(name, expected):
    assert unknown_key(name, ["schedule", "mover"]) == expected


def test_many_known_keys_are_not_listed():
    assert unknown_key("zzz", [f"key{n}" for n in range(40)], "a.b").endswith("`backplan explain a.b` lists the keys")


def test_nearest_is_bounded_for_endless_words():
    assert nearest("schedule" * 100_000, ["schedule"]) is None


def test_not_more_problems_are_reported_than_anybody_reads():
    assert len(messages("{" + ",".join(f"k{n}: 1" for n in range(1000)) + "}")) == 100
