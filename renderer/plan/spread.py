"""The schedule in effect: which minute a backup gets when its policy leaves the minute to us.

Every hash is drawn from what the backup is called and from nothing else, so no other policy can move it, and
the vectors in `tests/renderer/plan/vectors.tsv` keep later versions from moving it. Not for crowding: who
else runs in that minute is not known here.
"""

import hashlib
import re
from functools import cache
from itertools import count
from typing import NamedTuple

from renderer.cron import (
    SPREAD_SHORTCUTS,
    Cron,
    CronError,
    Expression,
    changes,
    exact,
    minutes_of_day,
    parse,
    quoted,
)
from renderer.cron import zone as zone_named

DAY = 1440
"""Minutes."""
YEARS = range(2025, 2046)
"""The years whose clock changes a drawn minute avoids. Part of what decides effective schedules."""
ATTEMPTS = 100
"""How often an `H` in the hour field is drawn anew; its own range may leave nothing better."""
WINDOW = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)


class Subject(NamedTuple):
    """What is scheduled. The empty string where a part does not apply."""

    namespace: str
    app: str
    volume: str
    target: str


class Window(NamedTuple):
    """A part of each day, from `start` up to but not including `end`, in minutes since midnight."""

    start: int
    end: int
    """At most 1440; before `start` if the window crosses midnight."""

    @property
    def length(self) -> int:
        """Minutes."""
        return (self.end - self.start) % DAY or DAY

    def contains(self, minute: int) -> bool:
        """Whether this minute of the day lies inside."""
        return (minute - self.start) % DAY < self.length

    def minute(self, place: int) -> int:
        """The minute of the day that is `place` minutes into the window."""
        return (self.start + place) % DAY

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


WHOLE_DAY = Window(0, DAY)
Clear = frozenset[int]
"""Minutes of the day at which something may start without meeting anything else."""
ALL_DAY: Clear = frozenset(range(DAY))


class Hashes(NamedTuple):
    """Numbers that depend on the subject, and on each other not at all.

    SHA-256 over the UTF-8 of purpose, field, attempt (decimal), namespace, app, volume and target, joined by
    NUL bytes. Its first eight bytes are `x`, big-endian; the number is the integer part of `x * n / 2^64`.
    """

    purpose: str
    """What one subject does is kept apart: backup, maintenance, drill."""
    subject: Subject
    attempt: int = 0
    """Counts up when a time of day had to be rejected. Only the fields that make up the time see it."""

    def __call__(self, field: str, n: int) -> int:
        """A number in [0, n) for this field."""
        attempt = self.attempt if field.startswith(("time", "hour", "minute")) else 0
        who = self.subject
        named = (self.purpose, field, str(attempt), who.namespace, who.app, who.volume, who.target)
        digest = hashlib.sha256("\0".join(named).encode()).digest()
        return int.from_bytes(digest[:8], "big") * n >> 64


class Effective(NamedTuple):
    """When it really runs."""

    cron: Cron
    spread: bool
    """Whether anything in it was drawn."""
    outside: tuple[int, ...]
    """Minutes of the day at which it runs outside its window, which for five fields is only checked."""


def parse_window(text: str) -> Window:
    """`01:00-05:00`; `24:00` may end it, and it may cross midnight."""
    match = WINDOW.fullmatch(text)
    if match is None:
        raise CronError(f"{quoted(text)} is no window; write it as '01:00-05:00'")
    start = _minute_of_day(match[1], match[2], match.start(1))
    if start == DAY:
        raise CronError("a window cannot start at 24:00; write 00:00")
    window = Window(start, _minute_of_day(match[3], match[4], match.start(3)))
    if window.start == window.end:
        message = f"window {quoted(text)} is empty; for the whole day write '00:00-24:00'"
        raise CronError(message, match.start(3))
    return window


def effective(schedule: str, *, hashes: Hashes, zone: str, window: Window | None, clear: Clear = ALL_DAY) -> Effective:
    """Give the schedule its times; what is drawn falls into the minutes of `clear` where the window has any."""
    if schedule in SPREAD_SHORTCUTS:
        return Effective(_spread(schedule, hashes, zone, (window or WHOLE_DAY, clear)), spread=True, outside=())
    expression = parse(schedule)
    cron = _resolved(expression, hashes, zone, clear)
    outside = tuple(minute for minute in minutes_of_day(cron) if window and not window.contains(minute))
    return Effective(cron, spread=expression.hashed, outside=outside)


@cache
def unsteady_minutes(zone: str) -> frozenset[int]:
    """The minutes of the day that some clock change of this zone skips or repeats, in any of `YEARS`."""
    if zone == "UTC":
        return frozenset()
    unsteady: set[int] = set()
    for change in (change for year in YEARS for change in changes(zone_named(zone), year)):
        first, last = sorted((change.at + change.before, change.at + change.after))
        unsteady.update(minute % DAY for minute in range(first // 60, -(-last // 60)))
    return frozenset(unsteady)


@cache
def steady_minutes(zone: str, window: Window) -> frozenset[int]:
    """The minutes of a window that no clock change skips or repeats."""
    return frozenset(map(window.minute, range(window.length))) - unsteady_minutes(zone)


def _spread(shortcut: str, hashes: Hashes, zone: str, room: tuple[Window, Clear]) -> Cron:
    if shortcut == "@hourly":  # in no window, and where clocks change by whole hours never skipped
        return exact(f"{hashes('minute', 60)} * * * *")
    hour, minute = divmod(_time_of_day(hashes, zone, *room), 60)
    match shortcut:
        case "@weekly":
            days = f"* * {hashes('weekday', 7)}"
        case "@monthly":
            days = f"{1 + hashes('day', 28)} * *"
        case _:
            days = "* * *"
    return exact(f"{minute} {hour} {days}")


def _time_of_day(hashes: Hashes, zone: str, window: Window, clear: Clear) -> int:
    """Uniform over the minutes of the window that are steady and, as far as there are such, clear.

    Drawn again rather than counted off: news of a clock change then moves only those whom it hits.
    """
    steady = steady_minutes(zone, window)
    if not steady:
        raise CronError(f"in {zone} clock changes skip or repeat every minute of {window}; widen the window")
    good = steady if clear is ALL_DAY else steady & clear or steady
    drawn = (window.minute(Hashes(hashes.purpose, hashes.subject, n)("time", window.length)) for n in count())
    return next(minute for minute in drawn if minute in good)


def _resolved(expression: Expression, hashes: Hashes, zone: str, clear: Clear) -> Cron:
    """A hashed hour avoids clock changes as well, where its range and the rest of the expression allow it."""
    first = expression.resolve(hashes.__call__)
    if not expression.hour.hashed and not (expression.hashed and clear is not ALL_DAY):
        return first
    good = clear - unsteady_minutes(zone)
    for attempt in range(ATTEMPTS):
        cron = expression.resolve(hashes._replace(attempt=attempt).__call__)
        if good.issuperset(minutes_of_day(cron)):
            return cron
    return first


def _minute_of_day(hour: str, minute: str, offset: int) -> int:
    """`24:00` is the end of the day, no other minute has hour 24."""
    value = int(hour) * 60 + int(minute)
    if int(minute) > 59 or value > DAY:
        raise CronError(f"'{hour}:{minute}' is no time of day; use 00:00 to 24:00", offset)
    return value
