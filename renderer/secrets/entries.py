"""Which entry of a store a repository's URL comes from: two policies that read it from one entry write one repository.

For a URL that the policy says in full this is `renderer.plan.locations`'s business.
"""

import json
from typing import Any, NamedTuple

from renderer.policy import Backup, ExternalSecret
from renderer.secrets.external.made import long
from renderer.secrets.template import additions, own_data, own_template
from renderer.secrets.variables import REPOSITORY
from renderer.source import Node, plain


class Entry(NamedTuple):
    """Where a URL comes from."""

    by: str
    """Equal for two backups whose URL comes from one place."""
    proven: bool
    """Whether the URL is surely the same then; else a template or the store could still make a difference."""


def entry(backup: Backup) -> Entry | None:
    """None where the policy says the URL, or nothing says where it comes from."""
    credential, url = backup.repository.credential, backup.repository.url
    if url is not None and not backup.repository.is_template:
        return None
    if credential.sealed_secret is not None:
        return _sealed(credential.sealed_secret)
    if credential.sops is not None:
        return _encrypted(credential.sops)
    return _fetched(backup, credential.external_secret) if credential.external_secret is not None else None


def _fetched(backup: Backup, secret: ExternalSecret) -> Entry | None:
    spec = long(secret.spec)
    added = additions(backup, own_data(secret)).get(REPOSITORY)
    text = own_data(secret).get(REPOSITORY, added.text if added is not None else None)
    if text is not None:
        fetched = [spec.get("data"), spec.get("dataFrom")] if "{{" in text else []
        return Entry(_canonical(backup, spec, [text, *fetched]), proven=True)
    single = [item for item in spec.get("data", []) if item["secretKey"] == REPOSITORY]
    found = single or spec.get("dataFrom")
    if not found or own_template(secret).get("templateFrom"):
        return None
    return Entry(_canonical(backup, spec, found), proven=False)


def _sealed(document: Node) -> Entry | None:
    """No two texts are sealed alike, and one is the same wherever it is unsealed."""
    values = plain(document.nearest("spec", "encryptedData"))
    text = document.text("spec", "template", "data", REPOSITORY)
    if text is not None:
        return Entry(json.dumps([text, values if "{{" in text else None], sort_keys=True), proven=True)
    return Entry(values[REPOSITORY], proven=True) if REPOSITORY in values else None


def _encrypted(document: Node) -> Entry | None:
    """No two texts are encrypted alike."""
    text = document.text("data", REPOSITORY) or document.text("stringData", REPOSITORY)
    return Entry(text, proven=True) if text is not None else None


def _canonical(backup: Backup, spec: dict[str, Any], found: list[Any]) -> str:
    """A ClusterSecretStore is the same to every namespace; a store of a namespace, and its generators, are not."""
    store = spec.get("secretStoreRef", {})
    shared = store.get("kind") == "ClusterSecretStore" and "sourceRef" not in json.dumps(found)
    return json.dumps([None if shared else backup.app.namespace, store, found], sort_keys=True)
