"""What is published for editors, and asked about mistakes, holds no definition that nothing leads to."""

from collections.abc import Iterator
from typing import Any

import pytest

from renderer.schema import bundle, published
from tests.schemas import ours


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    for below in value if isinstance(value, list) else ():
        yield from references(below)


def pointed(root: Any, reference: str) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        root = root[step]
    return root


@pytest.mark.parametrize("name", ["policy.json", "overlay.json", "fleet.json", "layer.json"])
def test_schema_of_our_language_holds_no_pods(name: str) -> None:
    schema = published(name)
    kubernetes = schema["$defs"]["kubernetes"]["$defs"]
    assert {"Affinity", "PodAffinityTerm", "Quantity"} <= kubernetes.keys()
    assert not {"PodSpec", "Container", "JobSpec"} & kubernetes.keys()
    assert {f"#/$defs/kubernetes/$defs/{definition}" for definition in kubernetes} <= set(references(schema))


@pytest.mark.parametrize("name", [name for name in ours.files() if name.startswith("objects/")])
def test_every_reference_of_an_object_leads_somewhere(name: str) -> None:
    schema = bundle(name)
    for reference in references(schema):
        assert pointed(schema, reference)["type"], reference
