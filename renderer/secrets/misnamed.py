"""Keys of a Secret that were meant for restic and do not reach it: misspelt, or dropped by VolSync.

A key of which a template or `repository.keys` makes use may have any name.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from renderer.policy import Backup
from renderer.problem import Place, Problem, Severity
from renderer.secrets.environment import misnamed
from renderer.secrets.gotemplate import reads
from renderer.secrets.template import merge_policy

_ENOUGH = 20
_DATA = (("spec", "encryptedData"), ("data",), ("stringData",))
"""Of a SealedSecret, and of a Secret that sops encrypted."""


def name_problems(backup: Backup) -> Iterator[Problem]:
    """One warning for each such key that the policy or its file names."""
    templated = backup.repository.credential.own_templates
    read = [reads(str(node.value)) for node in templated.values()]
    used = frozenset().union(*(keys for keys in read if keys is not None), backup.repository.keys.values())
    named = {name: node.key for name, node in templated.items()}
    if None not in read:  # else any of them may be of use
        named = {**{name: place for name, place in _brought(backup).items() if name not in used}, **named}
    if backup.engine == "cronjob":  # VolSync drops those that it does not know, which is said elsewhere
        named |= {name: backup.node.nearest("repository", "env", name).key for name in backup.repository.env}
        named |= {name: backup.node.nearest("repository", "keys", name).key for name in backup.repository.keys}
    said = ((place, misnamed(backup.engine, name)) for name, place in named.items())
    found = (Problem(place, message, "no-effect", Severity.WARNING) for place, message in said if message)
    yield from islice(found, _ENOUGH)


def _brought(backup: Backup) -> Mapping[str, Place]:
    """The keys that come from a store, or are in a file."""
    credential = backup.repository.credential
    if (secret := credential.external_secret) is not None:
        fetched = secret.node.get("data")
        if fetched is None or (credential.own_templates and merge_policy(secret) == "Replace"):
            return {}
        return {item.text("secretKey") or "": item.nearest("secretKey").place for item in fetched.items}
    held = [
        document.get(*path) for document in (credential.sealed_secret, credential.sops) if document for path in _DATA
    ]
    return {name: node.key for one in held if one is not None for name, node in one.mapping.items()}
