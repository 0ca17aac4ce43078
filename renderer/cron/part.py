"""One part of a field, between two commas: what robfig/cron v3.0.1 reads there, and Jenkins' `H`.

`*`, `?`, `5`, `MON`, `1-5`, each with an optional `/step`; `H`, `H/15`, `H(0-29)`, `H(0-29)/10`. robfig also
reads `+5`, `*-5` (as `*`) and nothing at all (as no value); those are slips, and refused here.
"""

import re
from typing import NamedTuple

from renderer.cron.bounds import DAY, Bounds, whole_number
from renderer.cron.error import CronError, quoted

EXACT = re.compile(r"(?:(?P<star>[*?])|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>\d+))?", re.ASCII)
HASHED = re.compile(r"H(?:\((?P<low>\w+)-(?P<high>\w+)\))?(?:/(?P<step>\d+))?", re.ASCII)


class Exact(NamedTuple):
    """A part whose values are known."""

    numbers: range
    star: bool
    """robfig's star bit: the part is `*` or `?`, and has no step above 1. See `Cron.matches_day`."""
    text: str


class Hashed(NamedTuple):
    """A part whose values are drawn: one of `numbers`, or an offset below `step` and every `step` on."""

    bounds: Bounds
    numbers: range
    step: int | None

    @property
    def choices(self) -> int:
        """How many different outcomes there are to draw from."""
        return self.step or len(self.numbers)

    def chosen(self, drawn: int) -> Exact:
        """The exact part for a number in [0, choices)."""
        first, last = self.numbers[drawn], self.numbers[-1]
        if self.step is None:
            return Exact(range(first, first + 1), star=False, text=str(first))
        reach = f"{first}" if last == self.bounds.high else f"{first}-{last}"
        return Exact(range(first, last + 1, self.step), star=False, text=f"{reach}/{self.step}")


Part = Exact | Hashed


def parse_part(text: str, bounds: Bounds, offset: int) -> Part:
    """Read one part; `offset` is where it starts in the user's text."""
    if hashed := HASHED.fullmatch(text):
        return _hashed(hashed, bounds, offset)
    if exact := EXACT.fullmatch(text):
        return _exact(exact, bounds, offset)
    raise CronError(_why_not(text, bounds), offset)


def _exact(match: re.Match[str], bounds: Bounds, offset: int) -> Exact:
    low, high = bounds.low, bounds.high
    if not match["star"]:
        low = bounds.number(match["low"], offset)
        if match["high"]:
            high = bounds.number(match["high"], offset + match.start("high"))
        elif not match["step"]:
            high = low  # with a step, "5/10" means "5-59/10"
    if low > high:
        raise CronError(_backwards(match["low"], match["high"], bounds), offset)
    step = _step(match, offset)
    return Exact(range(low, high + 1, step), star=bool(match["star"]) and step == 1, text=match[0])


def _hashed(match: re.Match[str], bounds: Bounds, offset: int) -> Hashed:
    low, high = bounds.low, bounds.hashed_high
    if match["low"]:
        low = bounds.number(match["low"], offset + match.start("low"))
        high = bounds.number(match["high"], offset + match.start("high"))
    if bounds is DAY and high > bounds.hashed_high:
        message = "a hashed day must exist in every month; use at most 28"
        raise CronError(message, offset + match.start("high"))
    if low > high:
        raise CronError(f"range {quoted(match[0])} runs backwards; write the lower number first", offset)
    numbers = range(low, high + 1)
    if match["step"] is None:
        return Hashed(bounds, numbers, None)
    step = _step(match, offset)
    if not 1 < step <= len(numbers):
        message = f"step {step} leaves 'H' nothing to choose; use 2 to {len(numbers)}, or no 'H'"
        raise CronError(message, offset + match.start("step"))
    return Hashed(bounds, numbers, step)


def _step(match: re.Match[str], offset: int) -> int:
    if match["step"] is None:
        return 1
    step = whole_number(match["step"], offset + match.start("step"))
    if step == 0:
        raise CronError("step 0 never advances; use 1 or more", offset + match.start("step"))
    return step


def _backwards(low: str, high: str, bounds: Bounds) -> str:
    start = low if bounds.number(low, 0) == bounds.high else f"{low}-{bounds.spelled(bounds.high, low)}"
    end = high if bounds.number(high, 0) == bounds.low else f"{bounds.spelled(bounds.low, high)}-{high}"
    return f"range '{low}-{high}' runs backwards; write '{start},{end}'"


def _why_not(text: str, bounds: Bounds) -> str:
    if not text:
        return f"empty value in the list of the {bounds.name}; remove a comma"
    if "#" in text:
        return f"{quoted(text)}: Kubernetes and VolSync do not know '#'; write days as numbers, such as '1-7'"
    if text.startswith(("H", "h")):
        return f"{quoted(text)} is no hashed {bounds.name}; write 'H', 'H/2', 'H(1-5)' or 'H(1-5)/2'"
    return f"{quoted(text)} is no {bounds.name}; write a number, '1-5', '*/2', '1-5/2' or 'H'"
