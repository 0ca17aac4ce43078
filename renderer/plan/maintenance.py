"""When a repository is kept in order: forget, prune and check, clear of the backups that write it.

Windows are for peace and locks for safety: a late backup may still meet a maintenance, and then one waits.
"""

from collections.abc import Container, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from renderer import cron
from renderer.cron.calendar import EPOCH, Calendar
from renderer.cron.zones import offset
from renderer.plan.meetings import meetings
from renderer.plan.schedules import Wanted, settled, wanted
from renderer.plan.spread import (
    ALL_DAY,
    DAY,
    WHOLE_DAY,
    Clear,
    Effective,
    Hashes,
    Subject,
    parse_window,
    steady_minutes,
    unsteady_minutes,
)
from renderer.policy import Backup, Retain
from renderer.problem import Place, Problem

TAKES = 60
"""Minutes that a maintenance is given."""
PRUNE_INTERVAL_DAYS = 7
"""VolSync's default."""
_MIDNIGHT = cron.exact("0 0 * * *")
_DAYS = (_MIDNIGHT.day, _MIDNIGHT.month, _MIDNIGHT.weekday)
_SAMPLE = range(2027, 2031)
"""Years that show how far apart the days of a schedule are."""
_RAREST = 8 * 366
"""Days between two runs on a 29th of February around a year such as 2100."""
_A_WINTER = 1767225600
"""2026-01-01, as Unix time."""
_MARGIN = 6 * 60
"""Minutes by which a day begins before its maintenance: a late start and a clock change stay on the same day."""


class History(NamedTuple):
    """Snapshots that belong together, and what stays of them."""

    host: str
    retain: Retain
    tags: tuple[str, ...] = ()
    """Only snapshots with all of these."""
    paths: tuple[str, ...] = ()
    """Only snapshots of exactly these."""


class Maintenance(NamedTuple):
    """When forget runs, and on which of those days prune and check do: `(day + offset) mod interval < gap`."""

    wanted: Wanted
    effective: Effective
    interval: int
    """Days from one prune to the next; never less than `gap`."""
    gap: int
    """The most days between two runs, so that no prune is missed."""
    offset: int
    """Hashed, in [0, interval): not every repository is pruned on the same day."""
    day_begins: int
    """The second of the UTC day at which the day that is counted begins."""

    @property
    def note(self) -> str:
        """When it prunes, for a rendered file's header."""
        return f"prunes every {self.interval} days" if self.interval > self.gap else "prunes every time"


def maintenance(owner: Backup, met: Sequence[tuple[Backup, Effective]], problems: list[Problem]) -> Maintenance | None:
    """The maintenance of a repository; `owner` says how, `met` are the backups that write it, with their times."""
    upkeep = owner.upkeep
    said = wanted(upkeep.schedule, upkeep.window, owner.schedule.time_zone, owner.node, ("maintenance",))
    subject = Subject(namespace=owner.app.namespace, app=owner.app.name, volume="", target=owner.target)
    hashes = Hashes("maintenance", subject)
    found = settled(said, hashes, problems, clear_of(met, said.time_zone, _room(said)))
    if found is None:
        return None
    if len(minutes := cron.minutes_of_day(found.cron)) > 1:
        problems.append(_too_often(said.place, said.text))
        return None
    problems.extend(meetings(said, found, met, TAKES))
    gap = longest_gap(found.cron, said.time_zone)
    asked = PRUNE_INTERVAL_DAYS if upkeep.prune_interval_days is None else upkeep.prune_interval_days
    # Never less than the gap: a weekly run counted in days would check every seventh subset, some of them never.
    interval = max(asked, gap)
    return Maintenance(
        wanted=said,
        effective=found,
        interval=interval,
        gap=gap,
        offset=hashes("prune", interval),
        day_begins=_day_begins(minutes[0], said.time_zone),
    )


def _too_often(place: Place, text: str) -> Problem:
    message = f"'{text[:60]}' runs several times a day, and each would prune on a day that is due; run it once a day"
    return Problem(place, message, "schedule")


def _room(said: Wanted) -> Clear:
    """The minutes at which it may start; a window is only checked where the schedule has five fields."""
    bound = said.window if said.text in cron.SPREAD_SHORTCUTS else None
    try:
        return steady_minutes(said.time_zone, parse_window(bound) if bound else WHOLE_DAY)
    except cron.CronError:  # told where the schedule is settled
        return ALL_DAY


def clear_of(met: Sequence[tuple[Backup, Effective]], zone: str, room: Clear = ALL_DAY) -> Clear:
    """The minutes of `room` at which a maintenance meets none of these backups; without such, where it has the most
    time.

    Only times of day count: a weekly backup keeps its minute clear on the other days too.
    """
    runs = [
        (minute, -(-backup.mover.timing.expected // 60))
        for backup, its in met
        if backup.schedule.time_zone == zone
        for minute in cron.minutes_of_day(its.cron)
    ]
    if not runs:
        return ALL_DAY
    if clear := room.difference(_minutes(runs, before=TAKES - 1)):
        return clear
    free = _free(_minutes(runs, before=0))
    longest = max((free[minute] for minute in room), default=0)
    return frozenset(minute for minute in room if longest and free[minute] == longest) or ALL_DAY


def _minutes(runs: Sequence[tuple[int, int]], before: int) -> set[int]:
    """The minutes of the day in which something runs, or would if it began up to `before` minutes earlier.

    Counts starts and ends, because a thousand backups of a whole day each are a million minutes.
    """
    changes = [0] * (3 * DAY)  # the day before, the day and the day after
    for start, lasts in runs:
        changes[DAY + start - min(before, DAY)] += 1
        changes[DAY + start + min(lasts, DAY)] -= 1
    return {minute % DAY for minute, running in enumerate(accumulate(changes)) if running}


def _free(busy: Container[int]) -> list[int]:
    """For each minute of the day how many minutes from it on are free."""
    free = [0] * DAY
    run = 0
    for minute in reversed(range(2 * DAY)):  # twice around, so that the free time after midnight counts before it
        run = 0 if minute % DAY in busy else run + 1
        free[minute % DAY] = run
    return free


def longest_gap(found: cron.Cron, zone: str) -> int:
    """The most days from one run to the next, of a schedule with one time of day."""
    (minute,) = cron.minutes_of_day(found)
    skipped = _skipped(minute, zone) if minute in unsteady_minutes(zone) else frozenset()
    if _is_daily(found) and not skipped:
        return 1
    return _longest_gap(found._replace(minute=_MIDNIGHT.minute, hour=_MIDNIGHT.hour), skipped)


def _is_daily(found: cron.Cron) -> bool:
    fields = (found.day, found.month, found.weekday)
    return [len(field.numbers) for field in fields] == [len(field.numbers) for field in _DAYS]


@cache
def _longest_gap(found: cron.Cron, skipped: frozenset[date]) -> int:
    days = [day for day in _days(found) if day not in skipped]
    return max(((after - before).days for before, after in pairwise(days)), default=_RAREST)


def _days(found: cron.Cron) -> Iterator[date]:
    """The days on which it runs, over a leap year and the years around it."""
    calendar, day = Calendar(found), date(_SAMPLE[0], 1, 1)
    while day.year in _SAMPLE:
        if day.month in calendar.months and calendar.has_day(day):
            yield day
        day += timedelta(days=1)


def _skipped(minute: int, zone: str) -> frozenset[date]:
    """The days of the sample on which the clocks leave this minute out, and a run at it with it."""
    found = set()
    for change in (change for year in _SAMPLE for change in cron.changes(cron.zone(zone), year)):
        first, end = change.at + change.before, change.at + change.after
        for day in range(first // 86400, end // 86400 + 1):
            if first <= day * 86400 + minute * 60 < end:
                found.add(date.fromordinal(EPOCH + day))
    return frozenset(found)


def _day_begins(minute: int, zone: str) -> int:
    """In UTC by the zone's offset in one winter: all that matters is that it stays the same."""
    return ((minute - _MARGIN) * 60 - offset(cron.zone(zone), _A_WINTER)) % 86400
