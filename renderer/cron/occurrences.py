"""When a cron runs in a zone: exactly what robfig/cron v3.0.1's `SpecSchedule.Next` answers.

An ordinary calendar search serves wherever the zone's offset stays the same from well before the question to
well after the answer; the few questions near a clock change go to `renderer.cron.clockwork`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import floor
from zoneinfo import ZoneInfo

from renderer.cron.calendar import Calendar
from renderer.cron.clockwork import Clockwork
from renderer.cron.expression import Cron
from renderer.cron.zones import changes, offset

NEAR = 3 * 86400
"""robfig goes back to the start of a day, Go errs by the size of a change (at most a day), one to spare."""
NEAR_MONTH = 31 * 86400 + NEAR
"""Where the month does not match robfig goes back to its start."""

BEGINNING = floor(datetime(1900, 1, 1, tzinfo=UTC).timestamp())
"""Where a search starts that is asked about an earlier time, such as Go's zero time in the year 1."""
END = floor(datetime(9990, 1, 1, tzinfo=UTC).timestamp())
"""Python's dates end with the year 9999, and a search may look a few years ahead."""


def occurrences(cron: Cron, zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    """All runs after `start`, ascending, in UTC; ends where robfig finds none within five years."""
    search = _Search(cron, zone)
    instant = max(BEGINNING, floor(start.timestamp()))
    while instant < END and (found := search.after(instant)) is not None:
        yield datetime.fromtimestamp(found, UTC)
        instant = found


def next_after(cron: Cron, zone: ZoneInfo, instant: datetime) -> datetime | None:
    """The first run after this instant, in UTC."""
    return next(occurrences(cron, zone, instant), None)


class _Search:
    """One cron in one zone, and the stretch of time around the last question in which no clock changes."""

    __slots__ = ("_calendar", "_clockwork", "_offset", "_quiet_from", "_quiet_until", "_zone")

    def __init__(self, cron: Cron, zone: ZoneInfo) -> None:
        self._calendar = Calendar(cron)
        self._clockwork = Clockwork(cron, self._calendar, zone)
        self._zone = zone
        self._quiet_from = self._quiet_until = self._offset = 0

    def after(self, instant: int) -> int | None:
        """The first match after this Unix time."""
        if not self._quiet_from <= instant < self._quiet_until:
            self._look_around(instant)
        if instant - NEAR < self._quiet_from:
            return self._clockwork.first_from(instant + 1)
        wall = self._calendar.first_from(instant + 1 + self._offset)
        if wall is None or wall - self._offset + NEAR >= self._quiet_until or self._month_began_otherwise(instant):
            return self._clockwork.first_from(instant + 1)
        return wall - self._offset

    def _month_began_otherwise(self, instant: int) -> bool:
        """Whether robfig would go back to the start of a month, and thereby past a change."""
        if instant - NEAR_MONTH >= self._quiet_from:
            return False
        return datetime.fromtimestamp(instant + 1, self._zone).month not in self._calendar.months

    def _look_around(self, instant: int) -> None:
        """Find the changes on both sides, in this year and its neighbours; further is not worth a search."""
        year = datetime.fromtimestamp(instant, UTC).year
        self._offset = offset(self._zone, instant)
        self._quiet_from = floor(datetime(year - 1, 1, 1, tzinfo=UTC).timestamp())
        self._quiet_until = floor(datetime(year + 2, 1, 1, tzinfo=UTC).timestamp())
        for change in (each for near in (year - 1, year, year + 1) for each in changes(self._zone, near)):
            if change.at <= instant:
                self._quiet_from = change.at
            else:
                self._quiet_until = change.at
                break
