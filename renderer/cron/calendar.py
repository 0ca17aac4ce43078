"""Which days and minutes a cron means on a wall clock that is never changed.

Wall times here are seconds since 1970 as the clock on the wall counts them.
"""

from bisect import bisect_left
from datetime import date, timedelta

from renderer.cron.expression import Cron

DAY = 86400
EPOCH = date(1970, 1, 1).toordinal()
ONE_DAY = timedelta(days=1)
GIVE_UP_YEARS = 5
"""robfig looks no further than the end of the fifth year after the one it begins in."""


def minutes_of_day(cron: Cron) -> tuple[int, ...]:
    """The times of day at which it runs on a day that matches, as ascending minutes since midnight."""
    return tuple(hour * 60 + minute for hour in cron.hour.numbers for minute in cron.minute.numbers)


class Calendar:
    """A cron made ready to be asked many times."""

    __slots__ = ("_days", "_either_day", "_minutes", "_weekdays", "months")

    def __init__(self, cron: Cron) -> None:
        self.months = frozenset(cron.month.numbers)
        self._minutes = minutes_of_day(cron)
        self._days = frozenset(cron.day.numbers)
        self._weekdays = frozenset(cron.weekday.numbers)
        self._either_day = cron.either_day

    def has_day(self, day: date) -> bool:
        """Whether day of month and weekday allow this day; the month is the caller's question."""
        in_month, in_week = day.day in self._days, day.isoweekday() % 7 in self._weekdays
        return in_month or in_week if self._either_day else in_month and in_week

    def first_from(self, wall: int) -> int | None:
        """The first wall time that matches, `wall` itself included."""
        days, second = divmod(wall, DAY)
        today = date.fromordinal(EPOCH + days)
        if today.month in self.months and self.has_day(today):
            place = bisect_left(self._minutes, -(-second // 60))
            if place < len(self._minutes):
                return days * DAY + self._minutes[place] * 60
        day = self._day_after(today)
        return None if day is None else (day.toordinal() - EPOCH) * DAY + self._minutes[0] * 60

    def _day_after(self, day: date) -> date | None:
        end = day.year + GIVE_UP_YEARS
        day += ONE_DAY
        while day.year <= end:
            if day.month not in self.months:
                day = (day.replace(day=1) + 31 * ONE_DAY).replace(day=1)
            elif self.has_day(day):
                return day
            else:
                day += ONE_DAY
        return None
