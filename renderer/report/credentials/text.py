"""The listing for people: a section for each app, then what several share. Fits 120 columns unless a name does not."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from renderer.problem import Place
from renderer.report.credentials.listing import AppSecret, AppSecrets, Opened
from renderer.report.credentials.shared import (
    EntryUse,
    SealedUse,
    existing_secrets,
    sealed_values,
    store_entries,
)
from renderer.report.credentials.users import Purpose, User
from renderer.report.effective import without_credentials
from renderer.secrets.held import Store, StoreEntry
from renderer.secrets.needed import Need
from renderer.source.characters import printable

_WIDTH = 120
_LABEL = 14
Rows = Iterator[tuple[str, Iterable[str]]]
"""Labels, each with what stands behind it."""


def text(apps: Sequence[AppSecrets]) -> str:
    """All of it."""
    lines = [line for app in apps for line in _app(app)]
    lines += _section("Sealed values and who uses them", _sealed_rows(sealed_values(apps)))
    lines += _section("Entries of stores and who uses them", _entry_rows(store_entries(apps)))
    existing = ((f"{one.namespace}/{one.name}", map(str, one.apps)) for one in existing_secrets(apps))
    lines += _section("Secrets of others that several apps use", existing)
    return "".join(f"{printable(line)}\n" for line in lines).removesuffix("\n")


def _app(app: AppSecrets) -> Iterator[str]:
    yield f"{app.who} ({_line(app.place)})"
    if not app.secrets:
        yield "  no Secret"
    for secret in app.secrets:
        yield f"  Secret {secret.namespace}/{secret.name}"
        for label, parts in _rows(secret):
            yield from _wrapped(f"    {label:{_LABEL}}", parts)
    yield ""


def _rows(secret: AppSecret) -> Rows:
    source = secret.source
    yield "form", [_form(secret)]
    if source is not None and source.file is not None:
        yield "from", [_line(source.file)]
    if secret.place is not None:
        yield "asked for at", [_line(secret.place)]
    for entry in source.held.entries if source is not None else ():
        yield "fetches", [_entry(entry)]
    for one in secret.repositories:
        yield "opens", [_opened(one)]
    if source is not None:
        yield "keys", [*secret.keys, *([] if source.held.is_all else ["others that no file tells"])]
    yield from _missing(secret).items()
    yield "read by", map(_user, secret.users) if secret.users else ["nothing that is rendered"]


def _missing(secret: AppSecret) -> dict[str, list[str]]:
    """What a Secret must hold and, as far as is known, does not."""
    found: dict[str, list[str]] = {}
    for need in secret.needs:
        there = secret.has(need)
        if not there:
            label = "often needs" if not need.is_certain else "lacks" if there is False else "must hold"
            found.setdefault(label, []).append(_need(need))
    return found


def _form(secret: AppSecret) -> str:
    source = secret.source
    if source is None:
        return "name: someone else makes it"
    if source.kind == "Secret":
        return f"{secret.form}: decrypted by Flux"
    scope = f", {source.held.scope}" if source.held.scope is not None else ""
    return f"{secret.form}{scope}: made by {source.kind} {source.name}"


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _entry(entry: StoreEntry) -> str:
    what = _called(entry.key) if entry.property is None else f"{_called(entry.key)}, property {entry.property}"
    version = f", version {entry.version}" if entry.version is not None else ""
    becomes = f" as {entry.becomes}" if entry.becomes is not None else ""
    return f"{what}{version} of {_store(entry.store)}{becomes}"


def _called(key: str | None) -> str:
    return "what is found" if key is None else f"entry {key}"


def _store(store: Store) -> str:
    return f"{store.kind} {store.name if store.namespace is None else f'{store.namespace}/{store.name}'}"


def _opened(one: Opened) -> str:
    parts = [f"{', '.join(one.volumes)} to {one.target}"] if one.volumes else []
    parts += [f"repository {one.ref} of the fleet"] if one.ref is not None else []
    url = without_credentials(one.url) if one.url is not None else "the URL is in the Secret"
    return f"{', '.join(parts)}: {url}"


def _need(need: Need) -> str:
    return need.key if need.variable in (None, need.key) else f"{need.key} ({need.variable})"


def _user(user: User) -> str:
    said = [user.operation] if user.operation is not None else []
    said += [str(user.purpose)] if user.purpose is not Purpose.CREDENTIALS else []
    said += [f"of container {user.container}"] if user.container else []
    return f"{user.kind} {user.name}" + (f" ({' '.join(said)})" if said else "")


def _sealed_rows(uses: Sequence[SealedUse]) -> Rows:
    """Values of one document that the same apps use stand together."""
    for (places, scope, apps), group in groupby(uses, key=lambda one: (one.places, one.scope, one.apps)):
        yield f"{', '.join(map(_line, places))} ({scope})", map(str, apps)
        yield "", [f"{one.value.key} {one.value.shown}" for one in group]


def _entry_rows(uses: Sequence[EntryUse]) -> Rows:
    for one in uses:
        parts = [] if one.is_whole else [f"properties {', '.join(one.properties)}"]
        yield ", ".join([f"{_store(one.store)}: {_called(one.key)}", *parts]), map(str, one.apps)


def _section(title: str, rows: Rows) -> list[str]:
    lines = []
    for label, parts in rows:
        lines += [f"  {label}"] if label else []
        lines += _wrapped("    ", parts)
    return [title, *lines, ""] if lines else []


def _wrapped(head: str, parts: Iterable[str]) -> list[str]:
    """Parts after their label, broken between two of them."""
    lines: list[str] = []
    line = ""
    for part in parts:
        if line and len(head) + len(line) + len(part) + 3 > _WIDTH:
            lines.append(f"{line},")
            line = ""
        line = f"{line}, {part}" if line else part
    return textwrap.indent("\n".join([*lines, line]), " " * len(head)).replace(" " * len(head), head, 1).splitlines()
