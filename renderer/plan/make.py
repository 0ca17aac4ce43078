"""From a policy to its plan: each backup with its effective schedule, and what speaks against it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from renderer import cron
from renderer.plan.repositories import repository_problems
from renderer.plan.retention import retain_problems
from renderer.plan.spread import Effective, Subject, Window, effective, parse_window
from renderer.policy import Backup, Policy
from renderer.problem import Problem, Severity


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
    problems.extend(_writers(policy))
    problems.extend(_overridden(policy))
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
            "change one of them, or write H where the window may decide"
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


def _writers(policy: Policy) -> Iterator[Problem]:
    """VolSync writes every snapshot with host `volsync` and path `/data`: two volumes in one repository are one
    history, where forget deletes the other's snapshots and a restore yields the other's files.
    """
    first: dict[tuple[str, str], Backup] = {}
    for backup in policy.backups:
        if backup.engine != "volsync":
            continue
        shared = [(first.setdefault(what, backup), what[0], path) for what, path in _repository_names(backup)]
        for other, what, path in [one for one in shared if one[0] is not backup][:1]:
            yield Problem(
                backup.node.nearest(*path).place,
                f"{_called(other, backup)} both write {what}, and VolSync cannot tell their snapshots apart; "
                "give each a repository and a Secret of its own, with {volume} or {target} in their names",
                "one-writer",
            )


def _repository_names(backup: Backup) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """What a backup's repository is known by. A URL is not repeated in messages, it may hold a password."""
    if backup.repository.url is not None:
        yield ("one repository", backup.repository.url), ("repository", "url")
    name = backup.repository.secret_name
    yield (f"the repository of secret '{name}'", name), ("repository", "secret", "name")


def _called(one: Backup, other: Backup) -> str:
    if one.target == other.target:
        return f"volumes '{one.volume}' and '{other.volume}'"
    if one.volume == other.volume:
        return f"targets '{one.target}' and '{other.target}'"
    return f"volume '{one.volume}' to target '{one.target}' and '{other.volume}' to '{other.target}'"


def _overridden(policy: Policy) -> Iterator[Problem]:
    """A key of spec that every target sets anew says nothing."""
    targets = policy.node.nearest("targets").items if policy.node.get("targets") else []
    for name, node in policy.node.mapping.items():
        if name in ("targets", "volumes") or node.value is None or isinstance(node.value, dict | list):
            continue
        if targets and all(name in target.mapping for target in targets):
            message = f"every target sets '{name}'; this one has no effect, remove it"
            yield Problem(node.key, message, "overridden", Severity.NOTE)
