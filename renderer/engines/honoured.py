"""Keys that an engine does not honour are errors where somebody set them: a dead knob is never silent."""

from collections.abc import Iterator

from renderer.policy import Policy
from renderer.problem import Problem
from renderer.schema import Key, key_of
from renderer.source import Node


def engine_problems(policy: Policy) -> Iterator[Problem]:
    """Problems of all backups of a policy."""
    key = key_of("layer.json")
    for backup in policy.backups:
        yield from _refused(backup.node, key, backup.engine)


def _refused(node: Node, key: Key, engine: str) -> Iterator[Problem]:
    for name, below in node.mapping.items():
        inner = key.properties.get(name)
        if inner is None or below.value is None:
            continue
        if inner.engines is not None and engine not in inner.engines:
            yield Problem(below.key, _message(name, inner, engine), "engine")
        elif isinstance(below.value, dict | list):
            yield from _refused(below, inner, engine)
    if key.item is not None:
        for item in node.items:
            yield from _refused(item, key.item, engine)


def _message(name: str, key: Key, engine: str) -> str:
    if engine in key.planned:
        return f"'{name}' is not supported yet by engine {engine}; remove it"
    others = f", only under {', '.join(key.engines)}" if key.engines else ""
    advice = "remove it, or set it to null in a higher layer"
    return f"'{name}' has no effect under engine {engine}{others}; {advice}"
