"""Schedules of a policy made definite, and what is wrong with them, told at the key that says so."""

from typing import NamedTuple

from renderer import cron
from renderer.plan.spread import ALL_DAY, Clear, Effective, Hashes, Window, effective, parse_window
from renderer.problem import Place, Problem, Severity
from renderer.source import Node


class Wanted(NamedTuple):
    """A schedule as the policy has it, and where each part of it stands."""

    text: str
    time_zone: str
    window: str | None
    place: Place
    zone_place: Place
    window_place: Place


def wanted(text: str, window: str | None, time_zone: str, node: Node, path: tuple[str, ...] = ()) -> Wanted:
    """What the keys `schedule` and `window` below `path` of a spec say, in the spec's zone."""
    return Wanted(
        text=text,
        time_zone=time_zone,
        window=window,
        place=node.nearest(*path, "schedule").place,
        zone_place=node.nearest("timeZone").place,
        window_place=node.nearest(*path, "window").place,
    )


def settled(said: Wanted, hashes: Hashes, problems: list[Problem], clear: Clear = ALL_DAY) -> Effective | None:
    """When it runs; None where that cannot be said, and the problems tell why."""
    before = len(problems)
    window = _window(said, problems)
    _zone(said, problems)
    if len(problems) > before:
        return None
    try:
        found = effective(said.text, hashes=hashes, zone=said.time_zone, window=window, clear=clear)
    except cron.CronError as error:
        problems.append(Problem(said.place, error.message, "schedule"))
        return None
    if found.outside and window is not None:
        problems.append(_outside(said, found.outside[0], window))
    return found


def _outside(said: Wanted, minute: int, window: Window) -> Problem:
    message = (
        f"'{said.text}' runs at {minute // 60:02}:{minute % 60:02}, outside its window {window}; "
        "change one of them, write @daily, which stays inside it, or 'H H(1-4) * * *' with hours inside it"
    )
    return Problem(said.place, message, "window", Severity.WARNING)


def _zone(said: Wanted, problems: list[Problem]) -> None:
    try:
        cron.zone(said.time_zone)
    except cron.CronError as error:
        problems.append(Problem(said.zone_place, error.message, "schedule"))


def _window(said: Wanted, problems: list[Problem]) -> Window | None:
    if said.window is None:
        return None
    try:
        return parse_window(said.window)
    except cron.CronError as error:
        problems.append(Problem(said.window_place, error.message, "schedule"))
        return None


def note(what: str, said: Wanted, found: Effective) -> str:
    """An effective schedule in one line, for a rendered file's header."""
    spread = said.text in cron.SPREAD_SHORTCUTS and said.text != "@hourly"
    window = f" in {said.window}" if said.window and spread else ""  # a cron is only checked against it
    return f"{what}: {said.text}{window} runs at {cron.for_cronjob(found.cron)} ({said.time_zone})"
