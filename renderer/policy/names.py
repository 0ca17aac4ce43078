"""The names of rendered objects: the user's patterns, or `{app}[-{volume}][-{target}]` and what the kind needs.

A second volume or target never renames the first: the volume `data` and the target `default` add nothing.
"""

import re
from typing import NamedTuple

from renderer.layers import KNOWN, unknown_placeholders
from renderer.policy.effective import DEFAULT_TARGET
from renderer.policy.model import Backup
from renderer.problem import Place, Problem

DEFAULT_VOLUME = "data"
SUFFIXES = {
    "replicationSource": "",
    "replicationDestination": "-dst",
    "restore": "-{restore}",
    "customCA": "-restic-ca",
}
WITHOUT_VOLUME = frozenset(("customCA",))
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST = 253
_VARIABLE = re.compile(r"\$\{[^{}]*\}")


class Name(NamedTuple):
    """An object's name and the place that decided it."""

    text: str
    place: Place


def object_name(backup: Backup, key: str, restore: str = "") -> Name:
    """The name of an object of one backup; `key` is the one under `names`."""
    pattern = backup.node.get("names", key)
    if pattern is not None and isinstance(pattern.value, str):
        return Name(pattern.value.replace("{restore}", restore) if restore else pattern.value, pattern.place)
    parts = [backup.app.name]
    if key not in WITHOUT_VOLUME and backup.volume != DEFAULT_VOLUME:
        parts.append(backup.volume)
    if backup.target != DEFAULT_TARGET:
        parts.append(backup.target)
    return Name("-".join(parts) + SUFFIXES[key].replace("{restore}", restore), backup.node.key)


def name_problem(name: Name, kind: str) -> Problem | None:
    """What Kubernetes has against a name."""
    if unknown := unknown_placeholders(name.text):
        known = f"{KNOWN}, and {{restore}} for restores"
        return Problem(name.place, f"unknown placeholder '{unknown[0][:40]}'; known are {known}", "placeholder")
    shown = name.text if len(name.text) <= 60 else name.text[:57] + "..."
    if len(name.text) > _LONGEST:
        return Problem(
            name.place, f"the {kind} name '{shown}' is longer than {_LONGEST} characters; shorten it", "names"
        )
    # what Flux will put there is not known; whether it may is the rule `substitution`
    if not _NAME.fullmatch(_VARIABLE.sub("x", name.text)):
        message = f"'{shown}' is no name for a {kind}: lower-case letters, digits, '-' and '.' only; see spec.names"
        return Problem(name.place, message, "names")
    return None
