"""The listing for programs. docs/secrets.md describes it; a change that breaks its readers raises `version`."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from renderer.problem import Place
from renderer.report.credentials.listing import AppSecret, AppSecrets, Opened, Who
from renderer.report.credentials.shared import existing_secrets, sealed_values, store_entries
from renderer.report.credentials.users import User
from renderer.report.effective import without_credentials
from renderer.secrets.held import Store
from renderer.secrets.needed import Need

VERSION = 1
Object = dict[str, Any]


def as_json(apps: Sequence[AppSecrets]) -> str:
    """Every key is always there; what does not apply is null or empty."""
    found = {
        "version": VERSION,
        "apps": [
            {**_who(app.who), "place": _place(app.place), "secrets": [*map(_secret, app.secrets)]} for app in apps
        ],
        "sealedValues": [*_sealed_values(apps)],
        "storeEntries": [*_store_entries(apps)],
        "existingSecrets": [*_existing_secrets(apps)],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _who(who: Who) -> Object:
    return {"cluster": who.cluster, "namespace": who.namespace, "app": who.name}


def _secret(secret: AppSecret) -> Object:
    source = secret.source
    held = source.held if source is not None else None
    return {
        "namespace": secret.namespace,
        "name": secret.name,
        "form": secret.form,
        "place": _place(secret.place),
        "madeBy": {"kind": source.kind, "name": source.name} if source is not None else None,
        "file": _place(source.file) if source is not None else None,
        "scope": held.scope if held is not None else None,
        "entries": [
            {"store": _store(one.store), "key": one.key, "property": one.property, "version": one.version,
             "becomes": one.becomes}
            for one in (held.entries if held is not None else ())
        ],
        "keys": list(secret.keys),
        "allKeysKnown": held is not None and held.is_all,
        "needs": [_need(need, secret) for need in secret.needs],
        "opens": [*map(_opened, secret.repositories)],
        "users": [*map(_user, secret.users)],
    }  # fmt: skip


def _place(place: Place | None) -> Object | None:
    return {"file": place.file, "line": place.line, "column": place.column} if place is not None else None


def _store(store: Store) -> Object:
    return {"kind": store.kind, "namespace": store.namespace, "name": store.name}


def _need(need: Need, secret: AppSecret) -> Object:
    return {"key": need.key, "variable": need.variable, "certain": need.is_certain, "there": secret.has(need)}


def _opened(one: Opened) -> Object:
    url = without_credentials(one.url) if one.url is not None else None
    return {"target": one.target, "volumes": list(one.volumes), "repository": one.ref, "url": url}


def _user(user: User) -> Object:
    return {
        "kind": user.kind,
        "name": user.name,
        "operation": user.operation,
        "purpose": user.purpose,
        "container": user.container or None,
        "keys": list(user.keys),
        "whole": user.is_whole,
    }


def _sealed_values(apps: Sequence[AppSecrets]) -> Iterator[Object]:
    for one in sealed_values(apps):
        yield {
            "key": one.value.key,
            "sha256": one.value.shown,
            "scope": one.scope,
            "places": [*map(_place, one.places)],
            "apps": [*map(_who, one.apps)],
        }


def _store_entries(apps: Sequence[AppSecrets]) -> Iterator[Object]:
    for one in store_entries(apps):
        yield {
            "store": _store(one.store),
            "key": one.key,
            "properties": list(one.properties),
            "whole": one.is_whole,
            "apps": [*map(_who, one.apps)],
        }


def _existing_secrets(apps: Sequence[AppSecrets]) -> Iterator[Object]:
    for one in existing_secrets(apps):
        yield {"cluster": one.cluster, "namespace": one.namespace, "name": one.name, "apps": [*map(_who, one.apps)]}
