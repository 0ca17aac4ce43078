"""Keys of a Secret that were meant for restic and do not reach it: misspelt, or dropped by VolSync.

A key of which a template or `repository.keys` makes use may have any name.
"""

from collections.abc import Iterator
from itertools import islice

from renderer.policy import Backup
from renderer.problem import Problem, Severity
from renderer.secrets.brought import brought
from renderer.secrets.environment import misnamed
from renderer.secrets.goactions import reads

_ENOUGH = 20


def name_problems(backup: Backup) -> Iterator[Problem]:
    """One warning for each such key that the policy or its file names."""
    templated = backup.repository.credential.own_templates
    read = [reads(str(node.value)) for node in templated.values()]
    used = frozenset().union(*(keys for keys in read if keys is not None), backup.repository.keys.values())
    named = {name: node.key for name, node in templated.items()}
    if None not in read:  # else any of them may be of use
        named = {**{name: one.key for name, one in brought(backup).items() if name not in used}, **named}
    said = ((place, misnamed(backup.engine, name)) for name, place in named.items())
    found = (Problem(place, message, "no-effect", Severity.WARNING) for place, message in said if message)
    yield from islice(found, _ENOUGH)
