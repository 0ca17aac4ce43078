"""What the Secret that a rendered object becomes will hold: which keys, and where they come from. Never a value.

Read from the object as it is rendered, patches and all, so that it cannot differ from what the cluster gets. A new
form needs one function here.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from renderer.manifest import Manifest
from renderer.policy.read import Plain
from renderer.policy.sealing import ANNOTATIONS, Scope
from renderer.secrets.external.lifetime import OTHERS

_SHOWN = 8
"""Hex digits of a ciphertext's hash."""


class Store(NamedTuple):
    """Where the External Secrets Operator fetches from; a generator counts as one."""

    kind: str
    name: str
    namespace: str | None
    """None for one of the whole cluster."""


class StoreEntry(NamedTuple):
    """What it fetches there."""

    store: Store
    key: str | None
    """None where it looks for entries, or lets one be generated."""
    property: str | None
    """None for all that the entry has."""
    version: str | None
    becomes: str | None
    """The key that holds it; None for as many as the entry has."""


class SealedValue(NamedTuple):
    """One ciphertext, known by its hash."""

    key: str
    digest: str
    """SHA-256 in hexadecimal."""

    @property
    def shown(self) -> str:
        """Enough to tell two apart."""
        return self.digest[:_SHOWN]


class Held(NamedTuple):
    """The contents of one Secret."""

    form: str
    """The key under `secret`."""
    secret: str
    """The Secret's name."""
    keys: tuple[str, ...]
    is_all: bool
    """Whether it holds no other keys than these."""
    scope: Scope | None = None
    entries: tuple[StoreEntry, ...] = ()
    sealed: tuple[SealedValue, ...] = ()


def held(manifest: Manifest) -> Held | None:
    """None for an object of which no Secret is made."""
    form = _BY_KIND.get(manifest["kind"])
    return form(manifest) if form is not None else None


def _external_secret(manifest: Manifest) -> Held:
    spec = manifest["spec"]
    target = spec.get("target", {})
    template = target.get("template", {})
    templated, fetched = template.get("data", {}), [item["secretKey"] for item in spec.get("data", [])]
    only_templated = bool(templated) and template.get("mergePolicy", "Replace") == "Replace"
    open_ended = bool(template.get("templateFrom")) or target.get("creationPolicy") in OTHERS
    return Held(
        form="externalSecret",
        secret=target.get("name", manifest["metadata"]["name"]),
        keys=tuple(sorted({*templated, *([] if only_templated else fetched)})),
        is_all=not open_ended and (only_templated or not spec.get("dataFrom")),
        entries=tuple(dict.fromkeys(_entries(spec, manifest["metadata"]["namespace"]))),
    )


def _entries(spec: Plain, namespace: str) -> Iterator[StoreEntry]:
    for item in spec.get("data", []):
        yield _entry(_store(spec, item, namespace), item.get("remoteRef", {}), item["secretKey"])
    for item in spec.get("dataFrom", []):
        yield _entry(_store(spec, item, namespace), item.get("extract", {}), None)


def _entry(store: Store, remote: Plain, becomes: str | None) -> StoreEntry:
    return StoreEntry(store, remote.get("key"), remote.get("property"), remote.get("version"), becomes)


def _store(spec: Plain, item: Plain, namespace: str) -> Store:
    """An item may name another store than the rest, or a generator."""
    own = item.get("sourceRef", {})
    if (generator := own.get("generatorRef")) is not None:
        kind, name = generator.get("kind", "generator"), generator.get("name", "")
        return Store(kind, name, None if kind == "ClusterGenerator" else namespace)
    said = own.get("storeRef") or spec.get("secretStoreRef", {})
    kind = said.get("kind", "SecretStore")
    return Store(kind, said.get("name", ""), None if kind == "ClusterSecretStore" else namespace)


def _sealed_secret(manifest: Manifest) -> Held:
    spec, said = manifest["spec"], manifest["metadata"].get("annotations", {})
    sealed = spec.get("encryptedData", {})
    return Held(
        form="sealedSecret",
        secret=manifest["metadata"]["name"],
        keys=tuple(sorted({*sealed, *spec.get("template", {}).get("data", {})})),
        is_all=True,
        scope=next((scope for key, scope in ANNOTATIONS.items() if said.get(key) == "true"), Scope.STRICT),
        sealed=tuple(
            SealedValue(key, hashlib.sha256(text.encode()).hexdigest()) for key, text in sorted(sealed.items())
        ),
    )


def _sops(manifest: Manifest) -> Held:
    """A Secret among rendered objects is one that sops encrypted: we render no other."""
    keys = {*manifest.get("data", {}), *manifest.get("stringData", {})}
    return Held("sops", manifest["metadata"]["name"], tuple(sorted(keys)), is_all=True)


_BY_KIND: dict[str, Callable[[Manifest], Held]] = {
    "ExternalSecret": _external_secret,
    "SealedSecret": _sealed_secret,
    "Secret": _sops,
}
