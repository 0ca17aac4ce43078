"""A maintenance that meets backups of its repository: one of them waits for the other's lock, and may be late."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from renderer import cron
from renderer.cron.calendar import Calendar
from renderer.plan.schedules import Wanted
from renderer.plan.spread import DAY, Effective
from renderer.policy import Backup
from renderer.problem import Problem, Severity

_YEAR = (date(2028, 1, 1), 366)
"""A leap year, so that every day of a year is in it."""


def meetings(said: Wanted, found: Effective, met: Sequence[tuple[Backup, Effective]], takes: int) -> Iterator[Problem]:
    """A warning where the user chose the time, at the first backup that it meets; a note where no time is clear."""
    (minute,) = cron.minutes_of_day(found.cron)
    for backup, its in met:
        if backup.schedule.time_zone == said.time_zone and (at := _meets(minute, takes, backup, its)) is not None:
            if found.spread:
                message = (
                    f"no time of day is clear of the backups of this repository, so maintenance at {_clock(minute)} "
                    "and backups wait for each other's lock; back up less often, or shorten expectedDuration"
                )
                yield Problem(said.place, message, "window", Severity.NOTE)
                return
            if _share_a_day(found.cron, its.cron):
                place = backup.node.nearest("schedule").place
                message = (
                    f"the maintenance at {_clock(minute)} meets the backup of volume '{backup.volume}' at {_clock(at)} "
                    f"({place}), and one waits for the other's lock; move one, or write @daily, which is placed clear"
                )
                yield Problem(said.place, message, "window", Severity.WARNING)
                return


def _meets(minute: int, takes: int, backup: Backup, its: Effective) -> int | None:
    """The start of a backup that runs while maintenance does."""
    lasts = -(-backup.mover.timing.expected // 60)
    starts = cron.minutes_of_day(its.cron)
    return next((at for at in starts if (minute - at) % DAY < lasts or (at - minute) % DAY < takes), None)


def _share_a_day(one: cron.Cron, other: cron.Cron) -> bool:
    """Whether there is a day of the year on which both run."""
    calendars, (start, days) = (Calendar(one), Calendar(other)), _YEAR
    for number in range(days):
        day = start + timedelta(days=number)
        if all(day.month in calendar.months and calendar.has_day(day) for calendar in calendars):
            return True
    return False


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
