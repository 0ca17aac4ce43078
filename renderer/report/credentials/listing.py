"""The Secrets of each app: who reads them says which there are; the policy and the rendered sources say what they are.

A Secret that nothing rendered becomes is someone else's, whatever reads it: form `name`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from renderer.engines import Made
from renderer.manifest import identity
from renderer.policy import Backup, with_each_credential
from renderer.problem import Place
from renderer.rendered import FLEET_APP, RenderedApp
from renderer.report.credentials.users import User, users
from renderer.secrets.held import Held, held
from renderer.secrets.needed import Need, needed

EXISTING = "name"
"""The form of a Secret that someone else makes."""


class Opened(NamedTuple):
    """A repository that a Secret opens."""

    target: str
    volumes: tuple[str, ...]
    """None for the fleet's own part, which maintains a repository of many."""
    url: str | None
    ref: str | None
    """Its name in backplan.yaml."""


class Source(NamedTuple):
    """The rendered object that becomes a Secret."""

    kind: str
    name: str
    held: Held
    file: Place | None
    """Where the document begins that it is made of; None where that stands in the policy."""


class AppSecret(NamedTuple):
    """One Secret as one app uses it."""

    namespace: str
    name: str
    place: Place | None
    """Where the policy asks for it, or names it; None where a patch or a volume of its own words does."""
    source: Source | None
    repositories: tuple[Opened, ...]
    needs: tuple[Need, ...]
    users: tuple[User, ...]

    @property
    def form(self) -> str:
        """The key under `secret`."""
        return EXISTING if self.source is None else self.source.held.form

    @property
    def keys(self) -> tuple[str, ...]:
        """Those that are known."""
        return () if self.source is None else self.source.held.keys

    def has(self, need: Need) -> bool | None:
        """Whether it has what is needed; None where that is not known."""
        return need.met(self.keys, is_all=self.source is not None and self.source.held.is_all)


class Who(NamedTuple):
    """An app, or the part of a fleet that is no app's."""

    cluster: str | None
    """None where there is only one."""
    namespace: str
    name: str

    def __str__(self) -> str:
        app = self.name if self.name == FLEET_APP else f"{self.namespace}/{self.name}"
        return app if self.cluster is None else f"{self.cluster}:{app}"


class AppSecrets(NamedTuple):
    """An app with its Secrets, sorted."""

    who: Who
    place: Place
    """Where its policy begins, or a repository of the fleet."""
    secrets: tuple[AppSecret, ...]


def listing(apps: Sequence[RenderedApp]) -> list[AppSecrets]:
    """By cluster, namespace and app."""
    found = [AppSecrets(_who(one), one.policies[0].place, _secrets(one)) for one in apps]
    return sorted(found, key=lambda one: (str(one.who), one.place))


def _who(app: RenderedApp) -> Who:
    return Who(app.app.cluster if app.by_cluster else None, app.app.namespace, app.app.name)


def _secrets(app: RenderedApp) -> tuple[AppSecret, ...]:
    read: dict[tuple[str, str], list[User]] = {}
    for namespace, user in _users(app):
        read.setdefault((namespace, user.secret), []).append(user)
    made = {(identity(one.manifest).namespace, of.secret): (one, of) for one, of in _held(app)}
    opened: dict[tuple[str, str], list[Backup]] = {}
    for backup in (one for policy in app.policies for one in policy.backups):
        for way in with_each_credential(backup):
            opened.setdefault((way.app.namespace, way.repository.credential.name), []).append(way)
    return tuple(_secret(key, read.get(key, []), opened.get(key, []), made.get(key)) for key in sorted({*read, *made}))


def _users(app: RenderedApp) -> Iterator[tuple[str, User]]:
    """All of them with the namespace that they read in; the app's own objects get patches from us."""
    for one in app.objects:
        for user in users(one.manifest):
            yield identity(one.manifest).namespace, user
    for patch in app.component.values():
        if "spec" in patch:
            for user in users(patch, "bootstrap"):
                yield app.app.namespace, user


def _held(app: RenderedApp) -> Iterator[tuple[Made, Held]]:
    for one in app.objects:
        if (found := held(one.manifest)) is not None:
            yield one, found


def _secret(
    key: tuple[str, str], read: Sequence[User], backups: Sequence[Backup], made: tuple[Made, Held] | None
) -> AppSecret:
    place = next((backup.repository.credential.node.key for backup in backups), None)
    source = None
    if made is not None:
        one, of = made
        place = one.place
        source = Source(one.manifest["kind"], one.manifest["metadata"]["name"], of, _file(backups))
    return AppSecret(
        namespace=key[0],
        name=key[1],
        place=place,
        source=source,
        repositories=tuple(_repositories(backups)),
        needs=tuple(_needs(read, backups)),
        users=tuple(sorted(read, key=lambda user: (user.kind, user.name))),  # the readings of each are in order
    )


def _file(backups: Sequence[Backup]) -> Place | None:
    for backup in backups:
        credential = backup.repository.credential
        for key, document in (("sealedSecret", credential.sealed_secret), ("sops", credential.sops)):
            if document is not None and credential.node.text(key) is not None:
                return document.place
    return None


def _repositories(backups: Sequence[Backup]) -> Iterator[Opened]:
    volumes: dict[Opened, list[str]] = {}
    for backup in backups:
        repository = backup.repository
        name = repository.ref if backup.claim else backup.app.name
        one = Opened(backup.target, (), repository.url, name)
        volumes.setdefault(one, []).extend([backup.volume] if backup.claim else [])
    for one, names in volumes.items():
        yield one._replace(volumes=tuple(dict.fromkeys(names)))


def _needs(read: Sequence[User], backups: Sequence[Backup]) -> Iterator[Need]:
    """What restic needs, then what else objects name; a key that is certain for one is certain."""
    found: dict[str, Need] = {}
    for one in sorted((need for backup in backups for need in needed(backup)), key=lambda need: not need.is_certain):
        found.setdefault(one.key, one)
    for key in sorted({key for user in read for key in user.keys}):
        found.setdefault(key, Need(key, None))
    yield from found.values()
