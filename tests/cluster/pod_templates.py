"""Pods that an object would make one day: a CronJob is accepted whatever its pods would be."""

from collections.abc import Iterator
from typing import Any

from tests.cluster.api import Raw


def templates(value: Any) -> Iterator[Raw]:
    """Every pod template at any depth of an object, whatever its kind."""
    if isinstance(value, dict):
        if isinstance(value.get("spec"), dict) and "containers" in value["spec"] and value.get("kind") != "Pod":
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from templates(item)


def pods(manifest: Raw) -> list[Raw]:
    """The pods as a controller would send them."""
    name, namespace = manifest["metadata"]["name"], manifest["metadata"]["namespace"]
    return [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": template.get("metadata", {}) | {"generateName": f"{name[:50]}-", "namespace": namespace},
            "spec": template["spec"],
        }
        for template in templates(manifest)
    ]
