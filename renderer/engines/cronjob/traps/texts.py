"""Texts on their way into a pod's environment, where the kubelet would expand them, or a list would end too early."""

import re
from collections.abc import Iterator

from renderer.policy import Backup
from renderer.policy.expansion import expansion_problem
from renderer.problem import Problem
from renderer.source import Node

_ELSEWHERE = frozenset(
    ("labels", "annotations", "patches", "accept", "dumps", "names", "mover", "create", "volumes", "secret", "customCA",
     "url", "volume", "workload")
)  # fmt: skip
"""Keys whose texts reach no environment of ours; the URL has rules of its own, a dump is the user's own container."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def text_problems(backup: Backup) -> Iterator[Problem]:
    """One problem for each text that something would expand, or that is several lines."""
    yield from problems_below(backup.node)
    env = backup.node.get("repository", "env")
    for node in env.mapping.values() if env is not None else ():  # whatever they are called
        yield from problems_below(node)


def problems_below(top: Node) -> Iterator[Problem]:
    """The same for any texts that get there."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, str):
            yield from _expanded(node)
        for name, below in node.mapping.items():
            if name not in _ELSEWHERE:
                waiting.append(below)
        waiting.extend(node.items)


def _expanded(node: Node) -> Iterator[Problem]:
    text = str(node.value)
    if problem := expansion_problem(text, node.place):
        yield problem
    elif _CONTROL.search(text):
        message = "the text holds a line end or another control character, and lists have one item a line; remove it"
        yield Problem(node.place, message, "expansion")
