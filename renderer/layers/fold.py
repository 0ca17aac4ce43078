"""The layers of one policy in their order, folded bottom up."""

from collections.abc import Sequence
from dataclasses import dataclass

from renderer.layers.merge import merge
from renderer.problem import Place
from renderer.schema import Key
from renderer.source import Node


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: what stands under `spec` of a policy or overlay, or under `defaults` of the fleet."""

    spec: Node
    title: str
    """What to call it in `explain --effective`, such as `overlay standard`."""


def fold(layers: Sequence[Layer], key: Key) -> Node:
    """One tree from layers, lowest first; no layer gives an empty one."""
    merged = Node({}, layers[-1].spec.place, layers[-1].spec.key) if layers else Node({}, Place(""))
    by_shorthand = False
    for layer in layers:
        upper = with_volumes(layer.spec)
        if by_shorthand and "volumes" in layer.spec.mapping and not _lists_data(upper):
            merged = _without_data(merged)
        by_shorthand = "claim" in layer.spec.mapping or (by_shorthand and not _lists_data(upper))
        merged = merge(merged, upper, key)
    return merged


def with_volumes(spec: Node) -> Node:
    """`claim: X` written out as `volumes: [{name: data, claim: X}]`, under targets too."""
    entries = spec.mapping
    if "targets" in entries and isinstance(entries["targets"].value, list):
        targets = entries["targets"]
        entries = {
            **entries,
            "targets": targets.with_value([with_volumes(target) for target in targets.items]),
        }
    if (claim := entries.get("claim")) is not None:
        entries = {name: node for name, node in entries.items() if name != "claim"}
        if claim.value is not None:
            data = {"name": Node("data", claim.key), "claim": claim}
            entries["volumes"] = Node([Node(data, claim.key)], claim.key)
        else:
            entries["volumes"] = claim
    return Node(entries, spec.place, spec.key) if entries is not spec.mapping else spec


def _lists_data(spec: Node) -> bool:
    return any(item.text("name") == "data" for item in spec.nearest("volumes").items)


def _without_data(spec: Node) -> Node:
    volumes = spec.mapping.get("volumes")
    if volumes is None or not isinstance(volumes.value, list):
        return spec
    kept = [item for item in volumes.value if item.text("name") != "data"]
    return spec.with_value({**spec.mapping, "volumes": volumes.with_value(kept)})
