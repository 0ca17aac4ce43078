"""The schedule in effect: which minute a backup gets when its policy leaves the minute to us.

Every hash is drawn from what the backup is called and from nothing else, so no other policy can move it, and
the vectors in `tests/renderer/plan/vectors.tsv` keep later versions from moving it. Not for crowding: who
else runs in that minute is not known here.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is scheduled. The empty string where a part does not apply."""

    namespace: str
    app: str
    volume: str
    target: str


@dataclass(frozen=True, slots=True)
class Window:
    """A part of each day, from `start` up to but not including `end`, in minutes since midnight."""

    start: int
    end: int
    """At most 1440; before `start` if the window crosses midnight."""

    def __len__(self) -> int:
        return (self.end - self.start) % DAY or DAY

    def contains(self, minute: int) -> bool:
        """Whether this minute of the day lies inside."""
        return (minute - self.start) % DAY < len(self)

    def minute(self, place: int) -> int:
        """The minute of the day that is `place` minutes into the window."""
        return (self.start + place) % DAY

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


WHOLE_DAY = Window(0, DAY)


@dataclass(frozen=True, slots=True)
class Hashes:
    """Numbers that depend on the subject, and on each other not at all.

    SHA-256 over the UTF-8 of purpose, field, attempt (decimal), namespace, app, volume and target, joined by
    NUL bytes. Its first eight bytes are `x`, big-endian; the number is the integer part of `x * n / 2^64`.
    """

    purpose: str
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


@dataclass(frozen=True, slots=True)
class Effective:
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


def effective(
    schedule: str, *, subject: Subject, zone: str, window: Window | None, purpose: str = "backup"
) -> Effective:
    """Give the schedule its times; `purpose` keeps what one subject does apart: backup, drill and so on."""
    hashes = Hashes(purpose, subject)
    if schedule in SPREAD_SHORTCUTS:
        return Effective(_spread(schedule, hashes, zone, window or WHOLE_DAY), spread=True, outside=())
    expression = parse(schedule)
    cron = _resolved(expression, hashes, zone)
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


def _spread(shortcut: str, hashes: Hashes, zone: str, window: Window) -> Cron:
    if shortcut == "@hourly":  # in no window, and where clocks change by whole hours never skipped
        return exact(f"{hashes('minute', 60)} * * * *")
    hour, minute = divmod(_time_of_day(hashes, zone, window), 60)
    match shortcut:
        case "@weekly":
            days = f"* * {hashes('weekday', 7)}"
        case "@monthly":
            days = f"{1 + hashes('day', 28)} * *"
        case _:
            days = "* * *"
    return exact(f"{minute} {hour} {days}")


def _time_of_day(hashes: Hashes, zone: str, window: Window) -> int:
    """Uniform over the steady minutes of the window.

    Drawn again rather than counted off: news of a clock change then moves only those whom it hits.
    """
    unsteady = unsteady_minutes(zone)
    if unsteady.issuperset(map(window.minute, range(len(window)))):
        raise CronError(f"in {zone} clock changes skip or repeat every minute of {window}; widen the window")
    drawn = (window.minute(Hashes(hashes.purpose, hashes.subject, n)("time", len(window))) for n in count())
    return next(minute for minute in drawn if minute not in unsteady)


def _resolved(expression: Expression, hashes: Hashes, zone: str) -> Cron:
    """A hashed hour avoids clock changes as well, where its range and the rest of the expression allow it."""
    first = expression.resolve(hashes)
    if not expression.hour.hashed:
        return first
    unsteady = unsteady_minutes(zone)
    for attempt in range(ATTEMPTS):
        cron = expression.resolve(replace(hashes, attempt=attempt))
        if unsteady.isdisjoint(minutes_of_day(cron)):
            return cron
    return first


def _minute_of_day(hour: str, minute: str, offset: int) -> int:
    """`24:00` is the end of the day, no other minute has hour 24."""
    value = int(hour) * 60 + int(minute)
    if int(minute) > 59 or value > DAY:
        raise CronError(f"'{hour}:{minute}' is no time of day; use 00:00 to 24:00", offset)
    return value
