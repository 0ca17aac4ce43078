"""The names of rendered objects: the user's patterns, or `{app}[-{volume}][-{target}]` and what the kind needs.

A second volume or target never renames the first: the volume `data` and the target `default` add nothing.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple

from renderer.layers import KNOWN, unknown_placeholders
from renderer.policy.effective import DEFAULT_TARGET
from renderer.policy.model import Backup
from renderer.problem import Place, Problem
from renderer.source import Node

DEFAULT_VOLUME = "data"
SUFFIXES = {
    "replicationSource": "",
    "replicationDestination": "-dst",
    "restore": "-{restore}",
    "cronJob": "-backup",
    "job": "-{operation}",
    "drill": "-drill",
    "cache": "-backup-cache",
    "maintenance": "-maintenance",
    "init": "-init",
    "secret": "-restic",
    "externalSecret": "-restic",
    "customCA": "-restic-ca",
    "configMap": "-mover",
    "serviceAccount": "-mover",
    "networkPolicy": "-mover",
}
OF_APP = frozenset(("configMap", "serviceAccount", "networkPolicy"))
"""What an app has once."""
OF_TARGET = frozenset(("maintenance", "init", "secret", "externalSecret", "customCA"))
"""What all volumes of a target share."""
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST = 253
_MAINTENANCE = "-maintenance"
"""What the Secret of the maintenance is called after that of the backups."""
_VARIABLE = re.compile(r"\$\{[^{}]*\}")


class Name(NamedTuple):
    """An object's name and the place that decided it."""

    text: str
    place: Place

    def at(self, node: Node) -> "Name":
        """The same, decided by the value of a node."""
        return Name(self.text, node.place)


def object_name(backup: Backup, key: str, **words: str) -> Name:
    """The name of an object of one backup; `key` is the one under `names`, `words` what only this kind fills in."""
    pattern = backup.node.get("names", key)
    if pattern is not None and isinstance(pattern.value, str):
        return Name(_filled(pattern.value, words), pattern.place)
    parts = [backup.app.name]
    if key not in OF_APP and key not in OF_TARGET and backup.volume != DEFAULT_VOLUME:
        parts.append(backup.volume)
    if key not in OF_APP and backup.target != DEFAULT_TARGET:
        parts.append(backup.target)
    return Name("-".join(parts) + _filled(SUFFIXES[key], words), backup.node.key)


def secret_name(backup: Backup) -> Name:
    """The Secret that a rendered source makes: `names.secret`, else what its own words call it, else our default.

    A SealedSecret is called what its Secret is, and one that was sealed for a name has no other; nor has what sops
    encrypted.
    """
    credential = backup.repository.credential
    if backup.node.get("names", credential.name_key) is not None:
        return object_name(backup, credential.name_key)
    if (own := credential.own_name) is not None:
        return Name(str(own.value), own.place)
    of_backups = object_name(backup, "secret")
    return of_backups if credential.name_key == "secret" else Name(of_backups.text + _MAINTENANCE, of_backups.place)


def external_secret_name(backup: Backup) -> Name:
    """The ExternalSecret itself: where no pattern is set it is called what its Secret is, as that of maintenance is."""
    if backup.repository.credential.name_key == "secret" and backup.node.get("names", "externalSecret") is not None:
        return object_name(backup, "externalSecret")
    return secret_name(backup)


def marked(name: Name, what: str) -> Name:
    """A name that another `what` changes, whatever the user's pattern is: 8 hex digits of its SHA-256 are added."""
    return Name(name.text + mark(what), name.place)


def mark(what: str) -> str:
    """The end of such a name, with its dash."""
    return f"-{hashlib.sha256(what.encode()).hexdigest()[:8]}"


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    for word, text in words.items():
        pattern = pattern.replace(f"{{{word}}}", text)
    return pattern


def name_problem(name: Name, kind: str) -> Problem | None:
    """What Kubernetes has against a name."""
    if unknown := unknown_placeholders(name.text):
        known = f"{KNOWN}, {{restore}} for restores and {{operation}} for Jobs"
        return Problem(name.place, f"unknown placeholder '{unknown[0][:40]}'; known are {known}", "placeholder")
    shown = name.text if len(name.text) <= 60 else name.text[:57] + "..."
    if len(name.text) > _LONGEST:
        return Problem(
            name.place, f"the {kind} name '{shown}' is longer than {_LONGEST} characters; shorten it", "names"
        )
    # what Flux will put there is not known; whether it may is the rule `substitution`
    if not _NAME.fullmatch(_VARIABLE.sub("x", name.text)):
        article = "an" if kind[0] in "AEIOU" else "a"
        message = (
            f"'{shown}' is no name for {article} {kind}: lower-case letters, digits, '-' and '.' only; see spec.names"
        )
        return Problem(name.place, message, "names")
    return None
