"""Who is affected when something is rotated: the apps of each sealed value, store entry and existing Secret."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from renderer.policy.sealing import Scope
from renderer.problem import Place
from renderer.report.credentials.listing import EXISTING, AppSecret, AppSecrets, Who
from renderer.secrets.held import SealedValue, Store


class SealedUse(NamedTuple):
    """One ciphertext, wherever it stands."""

    value: SealedValue
    scope: Scope
    places: tuple[Place, ...]
    """Of the documents that hold it."""
    apps: tuple[Who, ...]


class EntryUse(NamedTuple):
    """One entry of a store."""

    store: Store
    key: str | None
    properties: tuple[str, ...]
    """Those that are fetched alone."""
    is_whole: bool
    """Whether anyone fetches all of it."""
    apps: tuple[Who, ...]


class SecretUse(NamedTuple):
    """A Secret that someone else makes."""

    cluster: str | None
    namespace: str
    name: str
    apps: tuple[Who, ...]


def sealed_values(apps: Sequence[AppSecrets]) -> list[SealedUse]:
    """Those that may be unsealed under several names, and any other that stands in several apps."""
    found: dict[tuple[str, SealedValue], list[tuple[Who, AppSecret]]] = {}
    for who, secret in _of_all(apps):
        for value in secret.source.held.sealed if secret.source is not None else ():
            found.setdefault((value.digest, value), []).append((who, secret))
    uses = [_sealed(value, its) for (_, value), its in found.items()]
    wanted = [one for one in uses if one.scope is not Scope.STRICT or len(one.apps) > 1]
    return sorted(wanted, key=lambda one: (one.places, [*map(str, one.apps)], one.value))


def _sealed(value: SealedValue, uses: Sequence[tuple[Who, AppSecret]]) -> SealedUse:
    scopes, places = set(), set()
    for _, secret in uses:
        if secret.source is not None and secret.source.held.scope is not None:
            scopes.add(secret.source.held.scope)
            places.add(secret.source.file or secret.place)
    order = list(Scope)
    return SealedUse(
        value,
        max(scopes, key=order.index),
        tuple(sorted(place for place in places if place is not None)),
        _sorted(who for who, _ in uses),
    )


def store_entries(apps: Sequence[AppSecrets]) -> list[EntryUse]:
    """Every entry, also of one app."""
    found: dict[tuple[Store, str | None], list[tuple[Who, str | None]]] = {}
    for who, secret in _of_all(apps):
        for entry in secret.source.held.entries if secret.source is not None else ():
            found.setdefault((entry.store, entry.key), []).append((who, entry.property))
    uses = [
        EntryUse(
            store,
            key,
            properties=tuple(sorted({name for _, name in its if name is not None})),
            is_whole=any(name is None for _, name in its),
            apps=_sorted(who for who, _ in its),
        )
        for (store, key), its in found.items()
    ]
    return sorted(uses, key=lambda one: (one.store.kind, one.store.namespace or "", one.store.name, one.key or ""))


def existing_secrets(apps: Sequence[AppSecrets]) -> list[SecretUse]:
    """Those that several apps read."""
    found: dict[tuple[str | None, str, str], list[Who]] = {}
    for who, secret in _of_all(apps):
        if secret.form == EXISTING:
            found.setdefault((who.cluster, secret.namespace, secret.name), []).append(who)
    uses = [SecretUse(*key, _sorted(whose)) for key, whose in found.items()]
    return sorted((one for one in uses if len(one.apps) > 1), key=lambda one: (one.cluster or "", *one[1:3]))


def _of_all(apps: Sequence[AppSecrets]) -> Iterator[tuple[Who, AppSecret]]:
    for app in apps:
        for secret in app.secrets:
            yield app.who, secret


def _sorted(apps: Iterable[Who]) -> tuple[Who, ...]:
    return tuple(sorted(set(apps), key=str))
