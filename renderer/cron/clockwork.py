"""robfig/cron v3.0.1's search near a clock change, with all that is odd about it.

robfig walks: to a month, a day, an hour, a minute, a second that match, and begins again whenever one of
them starts over. It adds real hours and minutes, but calendar days and months, and goes back to the start of
an hour, day or month only before its first step. Where clocks change this decides what runs: a time in the
spring gap does not, one in the autumn hour runs twice, and where midnight is skipped (Cairo) or half an hour
is (Lord Howe) a run may come late or not at all. We say what a cluster will do, so this walks the same way.

Far from clock changes `renderer.cron.calendar` gives the same answers, and much faster.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from renderer.cron.calendar import GIVE_UP_YEARS, Calendar
from renderer.cron.expression import Cron
from renderer.cron.zones import offset

HOUR = 3600
MINUTE = 60


class Clockwork:
    """One walk: a position in time that only the five `_to_…` steps move."""

    __slots__ = ("_aligned", "_at", "_calendar", "_hours", "_minutes", "_zone")

    def __init__(self, cron: Cron, calendar: Calendar, zone: ZoneInfo) -> None:
        self._calendar = calendar
        self._hours = frozenset(cron.hour.numbers)
        self._minutes = frozenset(cron.minute.numbers)
        self._zone = zone
        self._at = 0
        self._aligned = False

    def first_from(self, instant: int) -> int | None:
        """The first match that robfig finds, `instant` (Unix seconds) itself included."""
        self._at, self._aligned = instant, False
        end = self._local().year + GIVE_UP_YEARS
        while self._local().year <= end:
            if self._to_month() and self._to_day() and self._to_hour() and self._to_minute() and self._to_second():
                return self._at
        return None

    def _local(self) -> datetime:
        return datetime.fromtimestamp(self._at, self._zone)

    def _set(self, wall: datetime) -> None:
        """Go's time.Date: asks for the offset twice, which in a gap or a doubled hour picks one side."""
        as_utc = int(wall.replace(tzinfo=UTC).timestamp())
        self._at = as_utc - offset(self._zone, as_utc - offset(self._zone, as_utc))

    def _align(self, start: datetime) -> None:
        """Before the first step, and only then: go back to the start of the hour, day or month."""
        if not self._aligned:
            self._aligned = True
            self._set(start.replace(minute=0, second=0))

    def _to_month(self) -> bool:
        while self._local().month not in self._calendar.months:
            self._align(self._local().replace(day=1, hour=0))
            local = self._local()
            first = (local.replace(day=1) + timedelta(days=31)).replace(day=1)
            self._set(first + timedelta(days=local.day - 1))  # Go carries a 31st of April into May
            if self._local().month == 1:
                return False
        return True

    def _to_day(self) -> bool:
        while not self._calendar.has_day(self._local()):
            self._align(self._local().replace(hour=0))
            self._next_day()
            local = self._local()
            if local.hour > 12:  # midnight does not exist, and Go chose the evening before
                self._at += (24 - local.hour) * HOUR
            else:
                self._at -= local.hour * HOUR
            if self._local().day == 1:
                return False
        return True

    def _next_day(self) -> None:
        before, local = self._at, self._local()
        self._set(local + timedelta(days=1))
        if self._at <= before:  # a whole day that never was (Apia 2011-12-30): robfig hangs here, we step over
            self._at = before + 24 * HOUR

    def _to_hour(self) -> bool:
        while self._local().hour not in self._hours:
            self._align(self._local())
            self._at += HOUR
            if self._local().hour == 0:
                return False
        return True

    def _to_minute(self) -> bool:
        while (minute := self._local().minute) not in self._minutes:
            if not self._aligned:
                self._aligned = True
                self._at -= self._at % MINUTE
            self._at += MINUTE * self._stride(minute)
            if self._local().minute == 0:
                return False
        return True

    def _stride(self, minute: int) -> int:
        """Minutes to the next match or the full hour; 1, as robfig goes, if clocks change on the way."""
        stride = min((later for later in self._minutes if later > minute), default=60) - minute
        same = offset(self._zone, self._at) == offset(self._zone, self._at + stride * MINUTE)
        return stride if same else 1

    def _to_second(self) -> bool:
        """To the full minute, where robfig starts again; no offset of our days has odd seconds."""
        second = self._at % MINUTE
        if second == 0:
            return True
        self._aligned = True
        self._at += MINUTE - second
        return False
