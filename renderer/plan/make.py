"""From a policy to its plan: each backup with its effective schedule, and what speaks against it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from renderer import cron
from renderer.plan.overridden import overridden
from renderer.plan.repositories import repository_problems
from renderer.plan.retention import retain_problems
from renderer.plan.spread import Effective, Subject, Window, effective, parse_window
from renderer.plan.writers import in_one_policy
from renderer.policy import Backup, Policy
from renderer.problem import Place, Problem, Severity
from renderer.source import Node


@dataclass(frozen=True, slots=True)
class Planned:
    """A backup and when it runs."""

    backup: Backup
    effective: Effective | None
    """None for a backup that runs by token only."""

    @property
    def note(self) -> str | None:
        """The effective schedule in one line, for a rendered file's header."""
        schedule = self.backup.schedule
        if self.effective is None or schedule.text is None:
            return None
        spread = schedule.text in cron.SPREAD_SHORTCUTS and schedule.text != "@hourly"
        window = f" in {schedule.window}" if schedule.window and spread else ""  # a cron is only checked against it
        what = f"{self.backup.volume} to {self.backup.target}"
        return f"{what}: {schedule.text}{window} runs at {cron.for_cronjob(self.effective.cron)} ({schedule.time_zone})"


@dataclass(frozen=True, slots=True)
class Plan:
    """A policy with everything settled that depends on time."""

    policy: Policy
    backups: tuple[Planned, ...]

    def only(self, engine: str) -> "Plan":
        """The part of the plan that one engine runs."""
        policy = replace(
            self.policy,
            backups=tuple(backup for backup in self.policy.backups if backup.engine == engine),
            bootstraps=tuple(restore for restore in self.policy.bootstraps if restore.backup.engine == engine),
            restores=tuple(restore for restore in self.policy.restores if restore.backup.engine == engine),
        )
        return Plan(policy, tuple(planned for planned in self.backups if planned.backup.engine == engine))


def make(policy: Policy) -> tuple[Plan, list[Problem]]:
    """The plan of one policy alone."""
    problems: list[Problem] = []
    backups = tuple(Planned(backup, _effective(backup, problems)) for backup in policy.backups)
    for backup in policy.backups:
        problems.extend(retain_problems(backup))
        problems.extend(repository_problems(backup))
    problems.extend(in_one_policy(policy))
    problems.extend(_twice(policy))
    problems.extend(overridden(policy))
    return Plan(policy, backups), problems


def _effective(backup: Backup, problems: list[Problem]) -> Effective | None:
    schedule = backup.schedule
    zone, window = _zone(backup, problems), _window(backup, problems)
    if schedule.text is None or zone is None or (window is None and schedule.window is not None):
        return None
    app = backup.app
    subject = Subject(namespace=app.namespace, app=app.name, volume=backup.volume, target=backup.target)
    try:
        found = effective(schedule.text, subject=subject, zone=zone, window=window)
    except cron.CronError as error:
        problems.append(_problem(backup, error, "schedule"))
        return None
    if found.outside and window is not None:
        minute = found.outside[0]
        message = (
            f"'{schedule.text}' runs at {minute // 60:02}:{minute % 60:02}, outside its window {window}; "
            "change one of them, write @daily, which stays inside it, or 'H H(1-4) * * *' with hours inside it"
        )
        place = backup.node.nearest("schedule").place
        problems.append(Problem(place, message, "window", Severity.WARNING))
    return found


def _zone(backup: Backup, problems: list[Problem]) -> str | None:
    try:
        cron.zone(backup.schedule.time_zone)
    except cron.CronError as error:
        problems.append(_problem(backup, error, "timeZone"))
        return None
    return backup.schedule.time_zone


def _window(backup: Backup, problems: list[Problem]) -> Window | None:
    if backup.schedule.window is None:
        return None
    try:
        return parse_window(backup.schedule.window)
    except cron.CronError as error:
        problems.append(_problem(backup, error, "window"))
        return None


def _problem(backup: Backup, error: cron.CronError, key: str) -> Problem:
    return Problem(backup.node.nearest(key).place, error.message, "schedule")


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
