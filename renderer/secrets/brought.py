"""Keys that come into a Secret from a store or from a file, besides what templates and the policy add."""

from collections.abc import Mapping
from typing import NamedTuple

from renderer.policy import Backup
from renderer.problem import Place
from renderer.secrets.sops.readable import readable
from renderer.secrets.template import merge_policy


class Brought(NamedTuple):
    """One such key."""

    key: Place
    place: Place
    """Of the value, or of what names it."""
    text: str | None = None
    """What sops left readable; None for all that the cluster alone knows."""


def brought(backup: Backup) -> Mapping[str, Brought]:
    """Those that the policy or its file names, and that the Secret will hold."""
    credential = backup.repository.credential
    if credential.external_secret is not None:
        return _fetched(backup)
    if credential.sealed_secret is not None:
        sealed = credential.sealed_secret.nearest("spec", "encryptedData").mapping
        return {name: Brought(node.key, node.place) for name, node in sealed.items()}
    if credential.sops is None:
        return {}
    return {name: Brought(node.key, node.place, text) for name, (node, text) in readable(credential.sops).items()}


def _fetched(backup: Backup) -> Mapping[str, Brought]:
    secret = backup.repository.credential.external_secret
    if secret is None or (backup.repository.credential.own_templates and merge_policy(secret) == "Replace"):
        return {}
    named = [item.nearest("secretKey") for item in secret.node.nearest("data").items]
    rewritten = [
        found
        for item in secret.node.nearest("dataFrom").items
        for one in item.nearest("rewrite").items
        for path in (("regexp", "target"), ("transform", "template"))
        if (found := one.get(*path)) is not None
    ]
    return {str(node.value): Brought(node.place, node.place) for node in named + rewritten if node.value}
