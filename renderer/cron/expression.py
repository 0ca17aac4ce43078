"""Cron expressions of five fields, read as robfig/cron v3.0.1's ParseStandard does, plus Jenkins' `H`.

Both Kubernetes' CronJob controller and VolSync run robfig. What it reads and we refuse: time zones and
`@every` in the text; `@hourly @daily @weekly @monthly`, to which `renderer.plan.spread` gives a time; dates
that never come; blanks other than ASCII's; texts over 1,000 characters; the slips named in `part`.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from renderer.cron.bounds import FIELDS, Bounds
from renderer.cron.error import CronError, quoted
from renderer.cron.part import Exact, Hashed, Part, parse_part

Draw = Callable[[str, int], int]
"""`draw(field_name, n)`: a number in [0, n), the same whenever the same name is asked."""

LONGEST_TEXT = 1000
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
PLAIN_SHORTCUTS = {"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@midnight": "0 0 * * *"}
SPREAD_SHORTCUTS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
"""Shortcuts that a policy spreads, each with what robfig would make of it."""

WORD = re.compile(r"[^ \t\n\v\f\r]+")
ODD_BLANK = re.compile(r"[^\S \t\n\v\f\r]")
"""Such as a no-break space: a paste error that nobody sees."""


class Values(NamedTuple):
    """What one field of a cron matches."""

    numbers: tuple[int, ...]
    """Ascending, each once."""
    star: bool
    text: str
    """As the user wrote it, with each `H` replaced by what was drawn; equal fields may be written differently."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and self[:2] == other[:2]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:2])


class Cron(NamedTuple):
    """An exact schedule. Equal to another when robfig would hold the same bits for both, however written."""

    minute: Values
    hour: Values
    day: Values
    month: Values
    weekday: Values

    @property
    def fields(self) -> tuple[Values, Values, Values, Values, Values]:
        """In the order in which they are written."""
        return self.minute, self.hour, self.day, self.month, self.weekday

    @property
    def either_day(self) -> bool:
        """Whether day of month or day of week suffices, as in crontab(5) when neither is a star."""
        return not (self.day.star or self.weekday.star)

    @property
    def daily_or_rarer(self) -> bool:
        """Whether there is but one time of day."""
        return len(self.minute.numbers) == len(self.hour.numbers) == 1


class Field(NamedTuple):
    """One field as it was written."""

    bounds: Bounds
    parts: tuple[Part, ...]
    offset: int

    def resolve(self, draw: Draw) -> Values:
        """Draw for each `H`; a second one in the same field is drawn as `minute.2` and so on."""
        exact: list[Exact] = []
        for place, part in enumerate(self.parts, start=1):
            if isinstance(part, Hashed):
                name = self.bounds.name if place == 1 else f"{self.bounds.name}.{place}"
                exact.append(part.chosen(draw(name, part.choices)))
            else:
                exact.append(part)
        numbers = {number for part in exact for number in part.numbers}
        return Values(tuple(sorted(numbers)), any(part.star for part in exact), ",".join(p.text for p in exact))

    @property
    def hashed(self) -> bool:
        return any(isinstance(part, Hashed) for part in self.parts)


class Expression(NamedTuple):
    """A cron expression as it was written, with or without `H`."""

    fields: tuple[Field, ...]

    @property
    def hour(self) -> Field:
        """The field that decides whether a hash chose the time of day."""
        return self.fields[1]

    @property
    def hashed(self) -> bool:
        """Whether there is something to draw."""
        return any(field.hashed for field in self.fields)

    def resolve(self, draw: Draw) -> Cron:
        """The exact schedule. Without `H` nothing is drawn."""
        cron = Cron(*(field.resolve(draw) for field in self.fields))
        _refuse_never(cron, self.fields[2].offset)
        return cron


def parse(text: str) -> Expression:
    """Read five fields or a plain shortcut."""
    if len(text) > LONGEST_TEXT:
        raise CronError(f"schedule is longer than {LONGEST_TEXT} characters; use ranges and steps", LONGEST_TEXT)
    if text.startswith("@"):
        return _shortcut(text)
    if text.startswith(("TZ=", "CRON_TZ=")):
        raise CronError("a time zone does not belong in the schedule; write it as timeZone", 0)
    _refuse_odd_blanks(text)
    words = list(WORD.finditer(text))
    _refuse_count(len(words))
    fields = (_field(word[0], bounds, word.start()) for word, bounds in zip(words, FIELDS, strict=True))
    expression = Expression(tuple(fields))
    if not expression.hashed:
        expression.resolve(_nothing_to_draw)
    return expression


@lru_cache(maxsize=4096)  # a fleet's thousand apps share the few hundred minutes of a window
def exact(text: str) -> Cron:
    """The schedule of a text without `H`."""
    return parse(text).resolve(_nothing_to_draw)


def _field(text: str, bounds: Bounds, offset: int) -> Field:
    parts: list[Part] = []
    at = offset
    for part in text.split(","):
        parts.append(parse_part(part, bounds, at))
        at += len(part) + 1
    return Field(bounds, tuple(parts), offset)


def _nothing_to_draw(name: str, n: int) -> int:
    raise AssertionError(name, n)


def _shortcut(text: str) -> Expression:
    if text in PLAIN_SHORTCUTS:
        return parse(PLAIN_SHORTCUTS[text])
    if text in SPREAD_SHORTCUTS:
        message = f"{text} has no exact time; write '{SPREAD_SHORTCUTS[text]}' or another five fields"
    elif text.startswith("@every"):
        message = "'@every' counts from the controller's start; write five fields such as '0 */6 * * *'"
    elif text.startswith("@reboot"):
        message = "'@reboot' never happens in a cluster; write a schedule or one of @daily, @weekly"
    else:
        known = ", ".join([*SPREAD_SHORTCUTS, *PLAIN_SHORTCUTS])
        message = f"unknown shortcut {quoted(text)}; use one of {known} or five fields"
    raise CronError(message)


def _refuse_odd_blanks(text: str) -> None:
    if odd := ODD_BLANK.search(text):
        raise CronError(f"blank {quoted(odd[0])} is not an ordinary space; type it again", odd.start())


def _refuse_count(words: int) -> None:
    match words:
        case 5:
            return
        case 0:
            message = "empty schedule; write '@daily' or five fields such as '0 2 * * *'"
        case 6:
            message = "6 fields, but 5 are expected: there are no seconds; leave them out"
        case count:
            message = f"found {count} of 5 fields; write minute, hour, day, month and weekday"
    raise CronError(message)


def _refuse_never(cron: Cron, offset: int) -> None:
    """A date that no year has; robfig takes it and then never starts anything."""
    longest = max(LONGEST_MONTHS[month - 1] for month in cron.month.numbers)
    first = cron.day.numbers[0]
    if first > longest and not cron.either_day:
        message = f"never runs: no such month has a day {first}; use at most {longest}"
        raise CronError(message, offset)
