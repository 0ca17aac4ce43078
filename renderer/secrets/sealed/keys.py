"""The keys that the Secret of a SealedSecret will have: all are in the file and the policy, so all can be told."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from renderer.policy import Backup
from renderer.problem import Place, Problem
from renderer.secrets.keys import missing_keys, set_twice
from renderer.secrets.template import additions
from renderer.source import Node

_VALUE = re.compile(r'\{\{-? *(?:\.(\w+)|index +\. +"([^"]*)") *-?\}\}')
_ENOUGH = 20


def key_problems(backup: Backup, document: Node) -> Iterator[Problem]:
    """Keys that two places set, that are missing, or that would have no value."""
    templated = backup.repository.credential.own_templates
    sealed = document.nearest("spec", "encryptedData")
    added = additions(backup, {name: node.value for name, node in templated.items()})
    yield from set_twice(added, templated, {name: node.key for name, node in sealed.mapping.items()}, "sealed")
    advice = "seal it, or name the key that holds it under repository.keys"
    yield from missing_keys(backup, {*sealed.mapping, *templated, *added}, sealed.key, advice)
    yield from islice(_valueless(backup, set(sealed.mapping), templated), _ENOUGH)


def _valueless(backup: Backup, sealed: Collection[str], templated: Mapping[str, Node]) -> Iterator[Problem]:
    """The controller reports none: a Go template gives `<no value>` for a field that is missing, `index` nothing."""
    keys = backup.node.nearest("repository", "keys")
    for name, key in backup.repository.keys.items():
        if key not in sealed and key not in templated:
            yield _unknown(key, {*sealed, *templated}, keys.nearest(name).place)
    for node in templated.values():
        for field, key in _VALUE.findall(str(node.value)):
            if (field or key) not in sealed:
                yield _unknown(field or key, sealed, node.place)


def _unknown(key: str, known: Collection[str], place: Place) -> Problem:
    import difflib  # noqa: PLC0415 - only a mistake pays for it

    close = difflib.get_close_matches(key[:60], sorted(known), n=1)
    hint = f"did you mean '{close[0][:60]}'?" if close else "seal it"
    why = "is not among what is sealed, and the controller would put '<no value>' or nothing for it"
    return Problem(place, f"'{key[:60]}' {why}; {hint}", "complete")
