"""Who writes which repository. VolSync writes every snapshot with host `volsync` and path `/data`: two volumes in one
repository are one history, where forget deletes the other's snapshots and a restore yields the other's files.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from renderer.plan.locations import location
from renderer.policy import Backup, Policy
from renderer.problem import Place, Problem

_WHY = "and VolSync cannot tell their snapshots apart; give each a repository and a Secret of its own"


class Known(NamedTuple):
    """Something that tells one repository from another."""

    by: Hashable
    what: str
    """How messages call it. Never the URL, which may hold a password."""
    place: Place


class Writer(NamedTuple):
    """A backup that writes a repository."""

    app: str
    volume: str
    target: str
    repository: tuple[Known, ...]


def writers(policy: Policy) -> tuple[Writer, ...]:
    """The backups of a policy of which VolSync cannot tell one from another."""
    app = f"{policy.app.namespace}/{policy.app.name}"
    return tuple(
        Writer(app, backup.volume, backup.target, tuple(_known(backup)))
        for backup in policy.backups
        if backup.engine == "volsync"
    )


def in_one_policy(policy: Policy) -> Iterator[Problem]:
    """Backups of one policy that write one repository."""
    for writer, known, other, _ in _shared(writers(policy)):
        who = f"{_called(other, writer)} both write {known.what}"
        message = f"{who}, {_WHY}, with {{volume}} or {{target}} in their names"
        yield Problem(known.place, message, "one-writer")


def in_several_policies(found: Iterable[Writer]) -> Iterator[Problem]:
    """Policies of one run that write one repository, at both places; each policy alone has no such problem."""
    told: set[Place] = set()
    for writer, known, other, its in _shared(found):
        for one, there, place in ((writer, its.place, known.place), (other, known.place, its.place)):
            if place not in told or one is writer:
                told.add(place)
                elsewhere = f" (see {there})" if there != place else ""
                who = f"{other.app} and {writer.app} both write {known.what}{elsewhere}"
                yield Problem(place, f"{who}, {_WHY}, with {{app}} in their names", "one-writer")


def _shared(found: Iterable[Writer]) -> Iterator[tuple[Writer, Known, Writer, Known]]:
    """Each writer of a repository that has one already, and the first one."""
    first: dict[Hashable, tuple[Writer, Known]] = {}
    for writer in found:
        met = [(known, *first.setdefault(known.by, (writer, known))) for known in writer.repository]
        for known, other, its in [one for one in met if one[1] is not writer][:1]:
            yield writer, known, other, its


def _known(backup: Backup) -> Iterator[Known]:
    if (where := location(backup)) is not None:
        yield Known(where, "one repository", backup.node.nearest("repository", "url").place)
    name = backup.repository.secret_name
    place = backup.node.nearest("repository", "secret", "name").place
    yield Known((backup.app.namespace, name), f"the repository of secret '{name}'", place)


def _called(one: Writer, other: Writer) -> str:
    if one.target == other.target:
        return f"volumes '{one.volume}' and '{other.volume}'"
    if one.volume == other.volume:
        return f"targets '{one.target}' and '{other.target}'"
    return f"volume '{one.volume}' to target '{one.target}' and '{other.volume}' to '{other.target}'"
