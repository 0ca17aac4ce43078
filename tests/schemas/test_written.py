"""Whole objects of the kinds of engine cronjob: accepted without jsonschema, and what is said about one mistake."""

import json
from typing import Any

import pytest
import yaml

from renderer.schema import Strictness, check
from renderer.schema.fit import rule_of
from renderer.source import Node, read
from tests.schemas import crd, ours
from tests.schemas.documents import WRONG, Path, changed, places, types_of
from tests.tools import ROOT

FOLDER = ROOT / "tests/schemas"
WRITTEN: dict[str, Any] = {
    document["kind"]: document
    for document in yaml.load_all((FOLDER / "written.yaml").read_text("utf-8"), yaml.CSafeLoader)
}
MISTAKES: list[dict[str, Any]] = yaml.load((FOLDER / "mistakes.yaml").read_text("utf-8"), yaml.CSafeLoader)
MANY = 60
"""So many places of an object are changed, spread over all of it: one change costs about 10 ms."""


def node(document: Any) -> Node:
    return read(json.dumps(document).encode(), "a.yaml").documents[0]


def messages(kind: str, document: Any) -> list[str]:
    return [problem.message for problem in check(node(document), f"objects/{kind}.json", Strictness.STRICT)]


def path_of(dotted: str) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in dotted.split("."))


def some(found: list[Any]) -> list[Any]:
    return found[:: -(-len(found) // MANY)]


def test_every_kind_of_engine_cronjob_is_here() -> None:
    others = {"ConfigMap", "Kustomization", "PersistentVolumeClaim", "ReplicationDestination", "ReplicationSource"}
    assert ours.kinds().keys() - others == WRITTEN.keys()


@pytest.mark.parametrize("kind", WRITTEN)
def test_whole_object_is_accepted_without_asking_jsonschema(kind: str) -> None:
    assert messages(kind, WRITTEN[kind]) == []
    assert rule_of(f"objects/{kind}.json", Strictness.STRICT).accepts(node(WRITTEN[kind]))


@pytest.mark.parametrize("kind", WRITTEN)
def test_whole_object_has_no_errors_by_our_schema_and_the_crd(kind: str) -> None:
    assert crd.errors_in(WRITTEN[kind]) == []


def test_the_objects_use_every_field_of_a_pod_and_a_container() -> None:
    pods = [WRITTEN["CronJob"]["spec"]["jobTemplate"]["spec"]["template"], WRITTEN["Job"]["spec"]["template"]]
    containers = [one for pod in pods for key in ("containers", "initContainers") for one in pod["spec"].get(key, [])]
    definitions = ours.files()["kubernetes.json"]["$defs"]
    assert {key for pod in pods for key in pod["spec"]} == definitions["PodSpec"]["properties"].keys()
    assert {key for one in containers for key in one} == definitions["Container"]["properties"].keys()
    assert {key for pod in pods for one in pod["spec"]["volumes"] for key in one} == (
        definitions["Volume"]["properties"].keys()
    )


@pytest.mark.parametrize("kind", WRITTEN)
def test_an_unknown_key_anywhere_is_one_problem_that_names_it(kind: str) -> None:
    document = WRITTEN[kind]
    closed = [
        path for path, at in places(document, ours.of_kind(kind)) if at.schema.get("additionalProperties") is False
    ]
    for path in some(closed):
        (message,) = messages(kind, changed(document, (*path, "zzz"), "x"))
        assert message.startswith("unknown key 'zzz'"), path


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_wrong_type_anywhere_is_one_problem_about_the_type(kind: str) -> None:
    document = WRITTEN[kind]
    found = [(path, at) for path, at in places(document, ours.of_kind(kind)) if path]
    for path, at in some(found):
        wrong = next(value for name, value in WRONG.items() if name not in types_of(at))
        (message,) = messages(kind, changed(document, path, wrong))
        assert message.startswith(("true is not ", "7 is not ", "must be ")), (path, message)


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{one['kind']}-{one['at']}" for one in MISTAKES])
def test_a_mistake_is_one_message(mistake: dict[str, Any]) -> None:
    document = changed(WRITTEN[mistake["kind"]], path_of(mistake["at"]), mistake["put"])
    assert messages(mistake["kind"], document) == [mistake["says"]]
