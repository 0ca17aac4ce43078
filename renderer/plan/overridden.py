"""Keys of spec that say nothing, because every target sets them anew.

Only those of the policy's own file: what a shared layer says still counts for apps without these targets.
"""

from collections.abc import Iterator, Sequence

from renderer.policy import Policy
from renderer.problem import Problem, Severity
from renderer.schema import Key, key_of
from renderer.source import Node

_ELSEWHERE = ("targets", "volumes", "accept")


def overridden(policy: Policy) -> Iterator[Problem]:
    """Notes at such keys: texts, numbers, and what is replaced whole. What is merged or appended always counts."""
    targets = policy.node.nearest("targets").items
    if targets:
        found = _overridden(policy.node, targets, key_of("layer.json"), "")
        yield from (problem for problem in found if problem.place.file == policy.place.file)


def _overridden(node: Node, targets: Sequence[Node], key: Key, above: str) -> Iterator[Problem]:
    for name, below in node.mapping.items():
        inner = key.below(name)
        if inner is None or below.value is None or name in _ELSEWHERE:
            continue
        if not all(name in target.mapping for target in targets):
            continue
        path = f"{above}{name}"
        if inner.merge == "replace" or not isinstance(below.value, dict | list):
            message = f"every target sets '{path}'; this one has no effect, remove it"
            yield Problem(below.key, message, "overridden", Severity.NOTE)
        elif isinstance(below.value, dict):
            yield from _overridden(below, [target.mapping[name] for target in targets], inner, f"{path}.")
