"""`limits.forbid`: keys that only the fleet's own layers may set, whatever policies, overlays and targets say."""

from collections.abc import Iterator, Sequence

from renderer.fleet.model import Forbidden
from renderer.layers import Layer
from renderer.problem import Problem
from renderer.schema import Key, key_of
from renderer.source import Node


def forbidden(items: Sequence[Node], problems: list[Problem]) -> Iterator[Forbidden]:
    """What a fleet forbids; a key that does not exist is a problem."""
    for item in items:
        text = str(item.value)
        steps = text.removeprefix("spec.").replace("[]", "").split(".")
        if message := _unknown(steps):
            problems.append(Problem(item.place, message, "limits"))
        else:
            yield Forbidden(text, item.place, tuple(_ways(tuple(steps))))


def _unknown(steps: Sequence[str]) -> str | None:
    key: Key | None = key_of("layer.json")
    for number, step in enumerate(steps):
        holder = (key.item or key) if key is not None else None
        if holder is None or "object" not in holder.schema.get("type", "object"):
            return f"unknown key '{step[:40]}': '{'.'.join(steps[:number])[:80]}' holds no keys; name that itself"
        if holder.is_open:
            return None  # a mapping that takes any key, such as labels
        if (below := holder.properties.get(step)) is None:
            from renderer.schema.unknown import unknown_key  # noqa: PLC0415 - difflib, paid only by mistakes

            return unknown_key(step, list(holder.properties), ".".join(steps[:number]))
        key = below
    return None


def _ways(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Volume keys may stand in four places, of which any is as good as the others; other keys in two."""
    if path[0] == "volumes" and _is_of_volumes(path[1:]):
        path = path[1:]
    for way in (path, ("volumes", *path)) if _is_of_volumes(path) else (path,):
        yield from (way, ("targets", *way))


def _is_of_volumes(path: Sequence[str]) -> bool:
    volume = key_of("layer.json").properties["volumes"].item
    return volume is not None and path[:1] not in ((), ("name",), ("claim",)) and path[0] in volume.properties


def forbidden_problems(layers: Sequence[Layer], keys: Sequence[Forbidden]) -> Iterator[Problem]:
    """One problem for each place at which a layer sets or takes away what it may not."""
    for key in keys:
        for layer in layers:
            for path in key.paths:
                for node in _said(layer.spec, path):
                    message = f"'{key.text[:80]}' is for the fleet alone to set (limits.forbid, {key.place}); remove it"
                    yield Problem(node.key, message, "limits")


def _said(node: Node, path: Sequence[str]) -> Iterator[Node]:
    """Where the key stands, in every entry of a list; a null above it would take the fleet's value away."""
    for holder in [node] if node.mapping else node.items:
        below = holder.mapping.get(path[0])
        if below is None:
            continue
        if len(path) == 1 or below.value is None:
            yield below
        else:
            yield from _said(below, path[1:])
