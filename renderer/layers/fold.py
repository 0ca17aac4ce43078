"""The layers of one policy in their order, folded bottom up."""

from collections.abc import Sequence
from typing import NamedTuple

from renderer.layers.merge import merge
from renderer.problem import Place
from renderer.schema import Key
from renderer.source import Node

_DATA = "data"
"""The volume that `claim` is short for."""


class Layer(NamedTuple):
    """One layer: what stands under `spec` of a policy or overlay, or under `defaults` of the fleet."""

    spec: Node
    title: str
    """What to call it in `explain --effective`, such as `overlay standard`."""


def fold(layers: Sequence[Layer], key: Key, base: Node | None = None) -> Node:
    """One tree from layers, lowest first, over the tree of those below them; no layer gives an empty one.

    Bottom up, so that what many policies have below them needs to be folded only once.
    """
    merged = base if base is not None else Node({}, layers[-1].spec.place if layers else Place(""))
    for layer in layers:
        upper = _long(layer.spec)
        if layer.spec.get("volumes") is not None and not _lists_data(upper):
            merged = _without_claim(merged)
        merged = merge(below_null_claims(merged, upper), upper, key)
    return _said(merged)


def below_null_claims(lower: Node, upper: Node) -> Node:
    """What remains of a layer under one in which `claim: null` stands, at the top or in a target.

    Only the volume that a lower `claim` made goes; what `volumes` lists can be told to go by its name.
    """
    if "claim" in upper.mapping:
        lower = _without_claim(lower)
    targets = {item.text("name"): item for item in upper.nearest("targets").items if "claim" in item.mapping}
    if not targets or not isinstance(listed := lower.nearest("targets").value, list):
        return lower
    kept = [_without_claim(item) if item.text("name") in targets else item for item in listed]
    return lower.with_value({**lower.mapping, "targets": lower.mapping["targets"].with_value(kept)})


def _long(spec: Node) -> Node:
    """`claim: X` written out as `volumes: [{name: data, claim: X}]`, under targets too; a null stays."""
    entries = spec.mapping
    if isinstance(entries.get("targets", spec).value, list):
        targets = entries["targets"]
        entries = {**entries, "targets": targets.with_value([_long(target) for target in targets.items])}
    if (claim := spec.get("claim")) is not None:
        entries = {name: node for name, node in entries.items() if name != "claim"}
        data = {"name": Node(_DATA, claim.key), "claim": claim}
        entries["volumes"] = Node([Node(data, claim.key)], claim.key)
    return Node(entries, spec.place, spec.key) if entries is not spec.mapping else spec


def _said(merged: Node) -> Node:
    """The tree without a `claim: null` of its own, which has taken away what it could."""
    if "claim" not in merged.mapping:
        return merged
    return merged.with_value({name: node for name, node in merged.mapping.items() if name != "claim"})


def _lists_data(spec: Node) -> bool:
    return any(item.text("name") == _DATA for item in spec.nearest("volumes").items)


def _without_claim(spec: Node) -> Node:
    """A spec without the volume that `claim` made: no other has its name where its claim's key stands."""
    volumes = spec.get("volumes")
    if volumes is None or not isinstance(volumes.value, list):
        return spec
    kept = [item for item in volumes.value if not _is_short(item)]
    return spec.with_value({**spec.mapping, "volumes": volumes.with_value(kept)})


def _is_short(volume: Node) -> bool:
    name, claim = volume.get("name"), volume.get("claim")
    return name is not None and claim is not None and name.place == claim.key
