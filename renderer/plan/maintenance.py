"""When a repository is kept in order: forget, prune and check, clear of the backups that write it.

Windows are for peace and locks for safety: a late backup may still meet a maintenance, and then one waits.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from renderer import cron
from renderer.cron.calendar import Calendar
from renderer.cron.zones import offset
from renderer.plan.schedules import Wanted, settled, wanted
from renderer.plan.spread import ALL_DAY, DAY, Clear, Effective, Hashes, Subject
from renderer.policy import Backup, Retain
from renderer.problem import Place, Problem

TAKES = 60
"""Minutes that a maintenance is given."""
PRUNE_INTERVAL_DAYS = 7
"""VolSync's default."""
_MIDNIGHT = cron.exact("0 0 * * *")
_DAYS = (_MIDNIGHT.day, _MIDNIGHT.month, _MIDNIGHT.weekday)
_A_WINTER = 1767225600
"""2026-01-01, as Unix time."""
_MARGIN = 6 * 60
"""Minutes by which a day begins before its maintenance: a late start and a clock change stay on the same day."""


@dataclass(frozen=True, slots=True)
class History:
    """Snapshots that belong together, and what stays of them."""

    host: str
    retain: Retain
    tags: tuple[str, ...] = ()
    """Only snapshots with all of these."""
    paths: tuple[str, ...] = ()
    """Only snapshots of exactly these."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """When forget runs, and on which of those days prune and check do: `(day + offset) mod interval < gap`."""

    wanted: Wanted
    effective: Effective
    interval: int
    """Days from one prune to the next."""
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
    found = settled(said, hashes, problems, clear_of(met, said.time_zone))
    if found is None:
        return None
    if len(minutes := cron.minutes_of_day(found.cron)) > 1:
        problems.append(_too_often(said.place, said.text))
        return None
    interval = PRUNE_INTERVAL_DAYS if upkeep.prune_interval_days is None else max(1, upkeep.prune_interval_days)
    return Maintenance(
        wanted=said,
        effective=found,
        interval=interval,
        gap=min(interval, longest_gap(found.cron)),
        offset=hashes("prune", interval),
        day_begins=_day_begins(minutes[0], said.time_zone),
    )


def _too_often(place: Place, text: str) -> Problem:
    message = f"'{text[:60]}' runs several times a day, and each would prune on a day that is due; run it once a day"
    return Problem(place, message, "schedule")


def clear_of(met: Sequence[tuple[Backup, Effective]], zone: str) -> Clear:
    """The minutes at which a maintenance meets none of these backups; without such, where it has the most time.

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
    if clear := ALL_DAY.difference(_minutes(runs, before=TAKES - 1)):
        return clear
    free = _free(_minutes(runs, before=0))
    longest = max(free)
    return frozenset(minute for minute, minutes in enumerate(free) if longest and minutes == longest) or ALL_DAY


def _minutes(runs: Sequence[tuple[int, int]], before: int) -> set[int]:
    """The minutes of the day in which something runs, or would if it began up to `before` minutes earlier."""
    return {
        minute % DAY for start, lasts in runs for minute in range(start - min(before, DAY), start + min(lasts, DAY))
    }


def _free(busy: Container[int]) -> list[int]:
    """For each minute of the day how many minutes from it on are free."""
    free = [0] * DAY
    run = 0
    for minute in reversed(range(2 * DAY)):  # twice around, so that the free time after midnight counts before it
        run = 0 if minute % DAY in busy else run + 1
        free[minute % DAY] = run
    return free


def longest_gap(found: cron.Cron) -> int:
    """The most days from one run to the next, of a schedule with one time of day."""
    return 1 if _is_daily(found) else _longest_gap(replace(found, minute=_MIDNIGHT.minute, hour=_MIDNIGHT.hour))


def _is_daily(found: cron.Cron) -> bool:
    fields = (found.day, found.month, found.weekday)
    return [len(field.numbers) for field in fields] == [len(field.numbers) for field in _DAYS]


@cache
def _longest_gap(found: cron.Cron) -> int:
    days = list(_days(found))
    return max((after - before).days for before, after in pairwise(days)) if len(days) > 1 else 366


def _days(found: cron.Cron) -> Iterator[date]:
    """The days on which it runs, over a leap year and the years around it."""
    calendar, day = Calendar(found), date(2027, 1, 1)
    while day.year < 2031:
        if day.month in calendar.months and calendar.has_day(day):
            yield day
        day += timedelta(days=1)


def _day_begins(minute: int, zone: str) -> int:
    """In UTC by the zone's offset in one winter: all that matters is that it stays the same."""
    return ((minute - _MARGIN) * 60 - offset(cron.zone(zone), _A_WINTER)) % 86400
