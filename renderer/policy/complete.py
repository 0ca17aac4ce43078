"""What a policy must have once all its layers are merged, and where to add what is missing.

No layer alone must have any of it: a fleet's `defaults` may give the retention, an overlay the schedule.
"""

from collections.abc import Iterator

from renderer.policy.effective import Pair
from renderer.problem import Place, Problem
from renderer.schema import Key
from renderer.source import Node

_WHERE = "here or under defaults in backplan.yaml"


def missing(pair: Pair, key: Key) -> Iterator[Problem]:
    """What the effective spec of one backup lacks."""
    spec = pair.spec
    if pair.claim is None:
        place = pair.volume_node.key
        yield _problem(place, f"no claim for volume '{pair.volume}'; set claim beside its name")
    if spec.get("schedule") is None and spec.get("manual") is None:
        yield _absent(pair, "schedule", "no schedule")
    if spec.get("retain") is None:
        yield _absent(pair, "retain", "no retention, and VolSync would keep a single snapshot")
    if spec.get("repository") is None:
        yield _absent(pair, "repository", "no repository")
    elif spec.get("repository", "secret") is None and spec.get("repository", "ref") is None:
        yield _problem(spec.nearest("repository").key, "no secret for the repository; set repository.secret")
    yield from formless(spec, key)


def no_volumes(spec: Node) -> Problem:
    """There is nothing to back up."""
    return _problem(spec.key, "nothing to back up; set spec.claim or spec.volumes")


def _absent(pair: Pair, key: str, what: str) -> Problem:
    """What no layer sets, or what a null took away: then the null is the place to look at."""
    if (removed := pair.spec.mapping.get(key)) is not None:
        return _problem(removed.key, f"{what}: null here takes it away; set {key}, or remove the null")
    return _problem(_place(pair), f"{what}; set spec.{key} {_WHERE}")


def formless(node: Node, key: Key) -> Iterator[Problem]:
    """Groups of which the merged policy needs exactly one member (`x-one-of`)."""
    if key.one_of and not any(node.get(name) for name in key.one_of):
        yield _problem(node.key, f"set one of {', '.join(key.one_of)} here")
    for name, below in node.mapping.items():
        if isinstance(below.value, dict) and (inner := key.properties.get(name)) is not None:
            yield from formless(below, inner)


def _place(pair: Pair) -> Place:
    return pair.target_node.key if pair.target_node is not None else pair.spec.key


def _problem(place: Place, message: str) -> Problem:
    return Problem(place, message, "complete")
