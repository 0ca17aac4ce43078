"""The effective spec of each backup: one volume written to one target, everything inherited and filled in.

Volume keys may stand in four places, the nearest wins leaf by leaf:
`spec` < `volumes[v]` < `targets[t]` < `targets[t].volumes[v]`. All other keys: `spec` < `targets[t]`.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from renderer.layers import below_null_claims, expand, merge, merge_entries
from renderer.problem import Problem
from renderer.schema import Key
from renderer.source import Node

DEFAULT_TARGET = "default"
_LONGEST_CLAIM = 253
"""What is longer is no name and is refused; cut, so that a text full of `{claim}` cannot fill the memory."""


class App(NamedTuple):
    """Whose policy it is. `cluster` is None where no fleet file names it."""

    namespace: str
    name: str
    cluster: str | None

    def placeholders(self) -> dict[str, str]:
        """The values that every string of the policy may use."""
        values = {"namespace": self.namespace, "app": self.name}
        return values if self.cluster is None else {**values, "cluster": self.cluster}


class Pair(NamedTuple):
    """One volume written to one target, before it is typed: its effective spec, placeholders filled in."""

    volume: str
    target: str
    claim: str | None
    spec: Node
    shared: Node
    """The effective spec without its target: what objects get that belong to no target, such as a claim."""
    volume_node: Node
    target_node: Node | None


def pairs(spec: Node, key: Key, app: App, problems: list[Problem]) -> list[Pair]:
    """Every volume of every target of a merged spec, in their order."""
    shared = spec.with_value({name: node for name, node in spec.mapping.items() if name != "targets"})
    targets: list[Node | None] = [*spec.nearest("targets").items]
    found: list[Pair] = []
    empty: list[Node] = []
    for target in targets or [None]:
        made = list(_of_target(shared, target, key, (app, problems)))
        found.extend(made)
        if not made and target is not None:
            empty.append(target)
    if found or shared.nearest("volumes").items:  # else no target is to blame
        problems.extend(_backs_up_nothing(target) for target in empty)
    return found


def _backs_up_nothing(target: Node) -> Problem:
    message = f"target '{target.text('name')}' backs up nothing; give it a claim or volumes, or remove it"
    return Problem(target.key, message, "complete")


def _of_target(shared: Node, target: Node | None, key: Key, filling: tuple[App, list[Problem]]) -> Iterator[Pair]:
    app, problems = filling
    own = target if target is not None else shared.with_value({})
    name = own.text("name") or DEFAULT_TARGET
    shared = below_null_claims(shared, own)
    merged = merge(shared, own.with_value({key: node for key, node in own.mapping.items() if key != "name"}), key)
    for volume in merged.nearest("volumes").items:
        volume_name = volume.text("name") or ""
        values = {**app.placeholders(), "volume": volume_name, "target": name}
        claim = volume.get("claim")
        if claim is not None:
            claim = expand(claim, values, problems)
            values["claim"] = str(claim.value)[:_LONGEST_CLAIM]
        levels = (shared, _entry(shared, volume_name), own, _entry(own, volume_name))
        effective = _with_volume_keys(merged, levels, key)
        filled = expand(effective, values, problems)
        untargeted = filled if target is None else expand(_extras(shared), values, problems)
        yield Pair(volume_name, name, values.get("claim"), filled, untargeted, claim or volume, target)


def _extras(spec: Node) -> Node:
    kept = ("labels", "annotations", "patches")
    return spec.with_value({name: node for name, node in spec.mapping.items() if name in kept})


def _entry(spec: Node, volume: str) -> Node | None:
    return next((item for item in spec.nearest("volumes").items if item.text("name") == volume), None)


def _with_volume_keys(merged: Node, levels: tuple[Node | None, ...], key: Key) -> Node:
    names = volume_keys(key)
    inherited: dict[str, Node] = {}
    for level in levels:
        if level is not None:
            own = {name: node for name, node in level.mapping.items() if name in names}
            inherited = merge_entries(inherited, own, key)
    rest = {name: node for name, node in merged.mapping.items() if name not in names and name != "volumes"}
    return merged.with_value({**rest, **inherited})


@cache
def volume_keys(key: Key) -> frozenset[str]:
    """The keys of a volume that may also stand above it, as the schema says."""
    volume = key.properties["volumes"].item
    return frozenset(volume.properties if volume else ()) - {"name", "claim", "$remove"}
