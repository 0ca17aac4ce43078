"""From a policy to its plan: what runs when, in which repository, and what speaks against it."""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from renderer.plan.locations import repository_key
from renderer.plan.maintenance import History, Maintenance, maintenance
from renderer.plan.overridden import overridden
from renderer.plan.repositories import repository_problems
from renderer.plan.retention import retain_problems
from renderer.plan.schedules import note, settled, wanted
from renderer.plan.spread import Effective, Hashes, Subject
from renderer.plan.writers import in_one_policy
from renderer.policy import Backup, Drill, Policy
from renderer.problem import Place, Problem, Severity
from renderer.source import Node


class Planned(NamedTuple):
    """A backup and when it runs."""

    backup: Backup
    effective: Effective | None
    """None for a backup that runs by token only."""


class PlannedDrill(NamedTuple):
    """A restore drill and when it runs."""

    backup: Backup
    drill: Drill
    effective: Effective


class PlannedRepository(NamedTuple):
    """A repository that backups of engine cronjob write, and how it is kept in order."""

    owner: Backup
    """The first of them: its keys say how the repository is opened and maintained."""
    histories: tuple[History, ...]
    maintenance: Maintenance | None
    """None for a repository of the fleet, which is maintained with the fleet."""


class Plan(NamedTuple):
    """A policy with everything settled that depends on time."""

    policy: Policy
    backups: tuple[Planned, ...]
    repositories: tuple[PlannedRepository, ...]
    drills: tuple[PlannedDrill, ...]
    notes: tuple[str, ...]
    """The effective schedules, a line each, for the headers of rendered files."""
    elsewhere: frozenset[str] = frozenset()
    """Claims to be created that another engine fills, and so renders."""

    def only(self, engine: str) -> "Plan":
        """The part of the plan that one engine runs."""
        policy = self.policy._replace(
            backups=tuple(backup for backup in self.policy.backups if backup.engine == engine),
            bootstraps=tuple(restore for restore in self.policy.bootstraps if restore.backup.engine == engine),
            restores=tuple(restore for restore in self.policy.restores if restore.backup.engine == engine),
        )
        return Plan(
            policy=policy,
            backups=tuple(planned for planned in self.backups if planned.backup.engine == engine),
            repositories=tuple(one for one in self.repositories if one.owner.engine == engine),
            drills=tuple(one for one in self.drills if one.backup.engine == engine),
            notes=self.notes,
            elsewhere=frozenset(
                restore.claim
                for restore in self.policy.bootstraps
                if restore.backup.engine != engine and restore.backup.create is not None
            ),
        )


def make(policy: Policy) -> tuple[Plan, list[Problem]]:
    """The plan of one policy alone."""
    problems: list[Problem] = []
    notes: list[str] = []
    backups = tuple(Planned(backup, _effective(backup, notes, problems)) for backup in policy.backups)
    repositories = tuple(_repositories(backups, notes, problems))
    drills = tuple(_drills(policy, notes, problems))
    for backup in policy.backups:
        problems.extend(retain_problems(backup))
        problems.extend(repository_problems(backup))
    problems.extend(in_one_policy(policy))
    problems.extend(_twice(policy))
    problems.extend(overridden(policy))
    return Plan(policy, backups, repositories, drills, tuple(notes)), problems


def _subject(backup: Backup) -> Subject:
    app = backup.app
    return Subject(namespace=app.namespace, app=app.name, volume=backup.volume, target=backup.target)


def _effective(backup: Backup, notes: list[str], problems: list[Problem]) -> Effective | None:
    schedule = backup.schedule
    said = wanted(schedule.text or "@daily", schedule.window, schedule.time_zone, backup.node)
    found = settled(said, Hashes("backup", _subject(backup)), problems)
    if found is None or schedule.text is None:
        return None
    notes.append(note(f"{backup.volume} to {backup.target}", said, found))
    return found


def _repositories(backups: Sequence[Planned], notes: list[str], problems: list[Problem]) -> Iterator[PlannedRepository]:
    """VolSync maintains its own within each backup."""
    groups: dict[Hashable, list[Planned]] = {}
    for planned in backups:
        if planned.backup.engine != "volsync":
            groups.setdefault(repository_key(planned.backup), []).append(planned)
    for group in groups.values():
        owner = group[0].backup
        found = None
        if owner.repository.ref is None:
            met = [(planned.backup, planned.effective) for planned in group if planned.effective is not None]
            found = maintenance(owner, met, problems)
        if found is not None:
            notes.append(_maintenance_note(owner.target, found))
        histories = tuple(History(planned.backup.host, planned.backup.retain) for planned in group)
        yield PlannedRepository(owner, histories, found)


def fleet_repository(
    owner: Backup, histories: Sequence[History], met: Sequence[Planned], problems: list[Problem]
) -> tuple[PlannedRepository, tuple[str, ...]]:
    """A repository of the fleet, with the notes for the header; `met` are the backups of its own cluster."""
    running = [(planned.backup, planned.effective) for planned in met if planned.effective is not None]
    found = maintenance(owner, running, problems)
    notes = () if found is None else (_maintenance_note(owner.app.name, found),)
    return PlannedRepository(owner, tuple(histories), found), notes


def _maintenance_note(what: str, found: Maintenance) -> str:
    return f"{note(f'maintenance of {what}', found.wanted, found.effective)}, {found.note}"


def _drills(policy: Policy, notes: list[str], problems: list[Problem]) -> Iterator[PlannedDrill]:
    """One per `drill`: of the volume and target that it names, else of the first that have it."""
    drilled: set[Place] = set()
    for backup in policy.backups:
        drill = backup.drill
        if drill is None or drill.node.key in drilled:
            continue
        if drill.target not in (None, backup.target) or drill.volume not in (None, backup.volume):
            continue
        drilled.add(drill.node.key)
        said = wanted(drill.schedule, None, backup.schedule.time_zone, backup.node, ("drill",))
        found = settled(said, Hashes("drill", _subject(backup)), problems)
        if found is not None:
            notes.append(note(f"drill of {backup.volume} from {backup.target}", said, found))
            yield PlannedDrill(backup, drill, found)
    for backup in policy.backups:
        if backup.drill is not None and backup.drill.node.key not in drilled:
            drilled.add(backup.drill.node.key)
            message = "no backup has the volume and target of this drill; correct drill.volume and drill.target"
            problems.append(Problem(backup.drill.node.key, message, "restore"))


def _twice(policy: Policy) -> Iterator[Problem]:
    """One claim under two names is stored twice."""
    first: dict[tuple[str, str], str] = {}
    again = [one for one in policy.backups if first.setdefault((one.target, one.claim), one.volume) != one.volume]
    places = _claims(policy.node) if again else {}
    for backup in again:
        message = (
            f"volumes '{first[backup.target, backup.claim]}' and '{backup.volume}' are one claim, '{backup.claim}', "
            f"and target '{backup.target}' gets it twice; remove one"
        )
        place = places.get((backup.target, backup.volume)) or places.get(("", backup.volume)) or backup.node.key
        yield Problem(place, message, "identity", Severity.WARNING)


def _claims(spec: Node) -> dict[tuple[str, str], Place]:
    """Where claims are set, by target (empty in spec itself) and volume."""
    return {
        (layer.text("name") or "", volume.text("name") or ""): claim.place
        for layer in (spec, *spec.nearest("targets").items)
        for volume in layer.nearest("volumes").items
        if (claim := volume.get("claim")) is not None
    }
