"""Who writes which repository, and with what identity: restic knows a history by its host and nothing else.

VolSync writes every snapshot with host `volsync`, so two of its volumes in one repository are one history, where
forget deletes the other's snapshots and a restore yields the other's files. Our own movers have hosts of their own
and may share a repository, within one policy; over several policies somebody has to maintain it, and that is the fleet.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from renderer import secrets
from renderer.plan.locations import location
from renderer.policy import Backup, Policy
from renderer.problem import Place, Problem, Severity
from renderer.source import Node

_APART = "give each a repository and a Secret of its own"
_WHY = {
    "volsync": f"and VolSync cannot tell their snapshots apart; {_APART}",
    "mixed": f"and VolSync prunes it while the other writes; {_APART}",
    "host": "and restic cannot tell their snapshots apart; give each its own repository, or its own identity.host",
    "owner": "and both would maintain it; list it under repositories in backplan.yaml, and set repository.ref here",
}


class Known(NamedTuple):
    """Something that tells one repository from another."""

    by: Hashable
    what: str
    """How messages call it. Never the URL, which may hold a password."""
    place: Place
    proven: bool = True
    """Whether it is surely one repository; one entry of a store need not be."""
    is_made: bool = False
    """Whether it is a Secret that we have made, and name."""


class Writer(NamedTuple):
    """A backup that writes a repository."""

    app: str
    volume: str
    target: str
    engine: str
    host: str
    shares: bool
    """Whether the repository is the fleet's, which maintains it."""
    repository: tuple[Known, ...]


class _Met(NamedTuple):
    """Two writers of one repository."""

    one: Writer
    place: Place
    other: Writer
    its: Place
    known: Known


def writers(policy: Policy) -> tuple[Writer, ...]:
    """The backups of a policy as writers."""
    app = f"{policy.app.namespace}/{policy.app.name}"
    return tuple(
        Writer(
            app=app,
            volume=backup.volume,
            target=backup.target,
            engine=backup.engine,
            host=backup.host,
            shares=backup.repository.ref is not None,
            repository=tuple(_known(backup)),
        )
        for backup in policy.backups
    )


def in_one_policy(policy: Policy) -> Iterator[Problem]:
    """Backups of one policy that write one repository and must not."""
    for met in _meetings(writers(policy)):
        if (why := _why(met.one, met.other)) is None:
            continue
        who = f"{_called(met.other, met.one)} both write {met.known.what}"
        hint = _apart(met) if why in ("volsync", "mixed") else ""
        severity = Severity.WARNING if why == "mixed" or not met.known.proven else Severity.ERROR
        yield Problem(met.place, f"{who}, {_WHY[why]}{hint}", "one-writer", severity)


def _apart(met: _Met) -> str:
    if not met.known.is_made:
        return ", with {volume} or {target} in their names"
    word = "{target}" if met.one.volume == met.other.volume else "{volume}"
    return f", with {word} in url and in names.secret: '{{app}}-{word}-restic'"


def in_several_policies(found: Iterable[Writer]) -> Iterator[Problem]:
    """Policies of one run that write one repository and must not, at both places; each alone has no such problem."""
    told: set[Place] = set()
    for met in _meetings(found):
        if met.one.app == met.other.app:
            continue
        why = _why(met.one, met.other) or ("owner" if not (met.one.shares and met.other.shares) else None)
        for here, there in ((met.place, met.its), (met.its, met.place)) if why is not None else ():
            if here not in told or here is met.place:
                told.add(here)
                elsewhere = f" (see {there})" if there != here else ""
                where = "their names" if met.known.proven else "repository.url"
                hint = f", with {{app}} in {where}" if why in ("volsync", "mixed") else ""
                who = f"{met.other.app} and {met.one.app} both write {met.known.what}{elsewhere}"
                severity = Severity.ERROR if met.known.proven else Severity.WARNING
                yield Problem(here, f"{who}, {_WHY[str(why)]}{hint}", "one-writer", severity)


def _why(one: Writer, other: Writer) -> str | None:
    """What is wrong with two writers of one repository, if anything is."""
    if one.engine != other.engine:
        return "host" if one.host == other.host else "mixed"
    if one.host != other.host:
        return None
    return "volsync" if one.engine == "volsync" else "host"


def _meetings(found: Iterable[Writer]) -> Iterator[_Met]:
    """Each writer with the first other one of its repository: of its host if there is one, else of any.

    So a repository of a thousand writers costs a thousand looks, not a million.
    """
    first: dict[Hashable, tuple[Writer, Known]] = {}
    for writer in found:
        met = None
        for known in writer.repository:
            same = first.setdefault((known.by, writer.host), (writer, known))
            other, its = same if same[0] is not writer else first.setdefault(known.by, (writer, known))
            first.setdefault(known.by, (writer, known))
            if other is not writer and met is None:
                met = _Met(writer, known.place, other, its.place, known)
        if met is not None:
            yield met


def _known(backup: Backup) -> Iterator[Known]:
    repository = backup.repository
    if repository.ref is not None:
        said = backup.node.get("repository", "identity", "host") or backup.node.nearest("repository", "ref")
        yield Known(("ref", repository.ref), f"repository '{repository.ref}'", said.place)
        return
    where = location(backup)
    if where is not None:
        yield Known(where, "one repository", backup.node.nearest("repository", "url").place)
    secret = repository.credential.node
    if where is None or backup.engine == "volsync":  # VolSync takes the URL from the Secret, whatever a policy says
        name, is_made = repository.credential.name, repository.credential.is_made
        place = _form(secret).key if is_made else secret.nearest("name").place
        yield Known((backup.app.namespace, name), f"the repository of secret '{name}'", place, is_made=is_made)
    if (entry := secrets.entry(backup)) is not None:
        what = "one repository" if entry.proven else "the repository of one entry of a store"
        yield Known(("entry", entry.by), what, _form(secret).key, entry.proven)


def _form(secret: Node) -> Node:
    return secret.get("sealedSecret") or secret.get("sops") or secret.nearest("externalSecret")


def _called(one: Writer, other: Writer) -> str:
    if one.target == other.target:
        return f"volumes '{one.volume}' and '{other.volume}'"
    if one.volume == other.volume:
        return f"targets '{one.target}' and '{other.target}'"
    return f"volume '{one.volume}' to target '{one.target}' and '{other.volume}' to '{other.target}'"
