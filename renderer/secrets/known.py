"""Which keys of a Secret hold a credential, whatever they are called."""

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple

from renderer.policy import Backup, ExternalSecret
from renderer.secrets.external.generated import password_keys
from renderer.secrets.external.made import long
from renderer.secrets.goactions import reads
from renderer.secrets.settings import held_settings
from renderer.secrets.variables import PASSWORD, REPOSITORY, is_credential
from renderer.source import Node, plain


class _Entry(NamedTuple):
    """A value of a store."""

    key: str | None
    property: str | None
    where: str


class Known(NamedTuple):
    """Names of keys, before any template is filled in."""

    passwords: frozenset[str]
    """Of the repository: what encrypts it."""
    called_password: frozenset[str]
    """Names of the key that restic's password comes from, in the end."""
    others: frozenset[str]
    """Credentials that are not called as restic calls them."""

    def holds_password(self, keys: Collection[str]) -> bool:
        """Whether one of these keys is the password that encrypts the repository."""
        return not self.passwords.isdisjoint(keys)

    def holds_credential(self, keys: Collection[str]) -> bool:
        """Whether one of these keys is any credential."""
        return any(key in self.passwords or key in self.others or is_credential(key) for key in keys)


def known(backup: Backup) -> Known:
    """As far as the policy and its files tell. What is fetched twice is the same under both names."""
    repository, secret = backup.repository, backup.repository.credential.external_secret
    passwords = (password_keys(backup, secret) if secret is not None else _sealed_password(backup)) or frozenset()
    others = frozenset(key for name, key in repository.keys.items() if is_credential(name))
    called = frozenset((PASSWORD, repository.keys.get(PASSWORD, PASSWORD)))
    if secret is None:
        return Known(passwords, called, others)
    entries = {item.text("secretKey") or "": _entry(item, secret) for item in secret.node.nearest("data").items}
    by_name = frozenset(key for key in entries if is_credential(key))
    return Known(
        passwords | _same(entries, passwords, secret),
        called,
        others | _same(entries, others | by_name, secret),
    )


def tells_credential(opened: Iterable[Backup], secret: str, key: str) -> bool:
    """Whether a key of a Secret is a credential to any of these, or the URL, or could have one in it."""
    return any(one.repository.credential.name == secret and _tells(one, key) for one in opened)


def _tells(backup: Backup, key: str) -> bool:
    found = held_settings(backup).get(key)
    meant = {of_secret: name for name, of_secret in backup.repository.keys.items()}.get(key, key)
    if meant == REPOSITORY or is_credential(meant) or (found is not None and found.reads is None):
        return True
    return known(backup).holds_credential(found.reads or () if found is not None else (key,))


def _sealed_password(backup: Backup) -> frozenset[str] | None:
    key = backup.repository.keys.get(PASSWORD, PASSWORD)
    node = backup.repository.credential.own_templates.get(key)
    return frozenset((key,)) if node is None else reads(str(node.value))


def _same(entries: dict[str, _Entry], keys: frozenset[str], secret: ExternalSecret) -> frozenset[str]:
    """All keys with the value of one of these: fetched once more, or with all else that its entry has."""
    wanted = {entries[key] for key in keys if key in entries}
    whole = {item.text("extract", "key") for item in secret.node.nearest("dataFrom").items}
    whole |= {secret.node.text("key")}
    properties = {one.property for one in wanted if one.property and one.key in whole}
    return frozenset(key for key, entry in entries.items() if entry in wanted) | properties


def _entry(item: Node, secret: ExternalSecret) -> _Entry:
    """Which value of a store it fetches, whatever its version; without a store of its own from that of the rest."""
    source = item.get("sourceRef")
    own = source.get("storeRef") if source is not None else None
    said = plain(source) if source is not None and own is None else {}
    store = plain(own) if own is not None else long(secret.spec).get("secretStoreRef", {})
    where = json.dumps([said, store.get("name"), store.get("kind", "SecretStore")], sort_keys=True)
    return _Entry(item.text("remoteRef", "key"), item.text("remoteRef", "property"), where)
