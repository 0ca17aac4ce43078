"""How much one policy may ask for: volumes times targets grow faster than the file that lists them.

Each backup has a whole effective spec of its own, so a small file could otherwise fill the memory.
"""

from renderer.problem import Problem
from renderer.source import Node

MAX_BACKUPS = 1000
"""Volumes times targets of one policy; far above what any app has."""
MAX_EXPANDED = 1_000_000
"""Weight of all effective specs of one policy together: about 100 MB."""
_TEXT = 8
"""Characters that weigh as much as one value."""
_PLACEHOLDER = 32
"""What a placeholder may grow to, in values."""


def limit_problem(spec: Node) -> Problem | None:
    """What is too much in a merged spec."""
    place = spec.nearest("targets" if spec.get("targets") else "volumes").key
    backups = _backups(spec)
    if backups > MAX_BACKUPS:
        message = f"{backups:,} backups (volumes times targets), at most {MAX_BACKUPS:,} are allowed; split the policy"
        return Problem(place, message, "yaml-limits")
    weights = {name: sum(map(_weight, below.walk())) for name, below in spec.mapping.items() if name != "volumes"}
    if backups > 1 and backups * sum(weights.values()) > MAX_EXPANDED:
        largest = max(weights, key=lambda name: weights[name])
        message = (
            f"{backups:,} backups of a spec of this size are too much to hold; shorten '{largest}', the largest key"
        )
        return Problem(place, message, "yaml-limits")
    return None


def _backups(spec: Node) -> int:
    volumes, targets = _names(spec), spec.nearest("targets").items
    return sum(len(volumes | _names(target)) for target in targets) if targets else len(volumes)


def _names(spec: Node) -> set[str | None]:
    return {item.text("name") for item in spec.nearest("volumes").items}


def _weight(node: Node) -> int:
    if not isinstance(node.value, str):
        return 1
    return 1 + len(node.value) // _TEXT + _PLACEHOLDER * node.value.count("{")
