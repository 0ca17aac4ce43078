"""The five fields of a cron expression: their names, ranges and words."""

from typing import NamedTuple

from renderer.cron.error import CronError, quoted

MOST_DIGITS = 18
"""robfig reads numbers as 64-bit integers; whatever is longer than this is a slip of the keyboard."""


class Bounds(NamedTuple):
    """What may stand in one field."""

    name: str
    """What messages call the field; also the name under which its hash is drawn."""
    low: int
    high: int
    hashed_high: int
    """Where `H` ends: day 28 is the last that every month has."""
    words: tuple[str, ...] = ()
    """Upper case; the first one means `low`."""

    def number(self, text: str, offset: int) -> int:
        """A number or a word of this field, within its range."""
        if text.upper() in self.words:
            return self.low + self.words.index(text.upper())
        if not (text.isascii() and text.isdigit()):
            raise CronError(f"{quoted(text)} is no {self.name}; {self._advice(text)}", offset)
        value = whole_number(text, offset)
        if not self.low <= value <= self.high:
            raise CronError(f"{self.name} {value} is out of range; {self._range_advice(value)}", offset)
        return value

    def spelled(self, number: int, like: str) -> str:
        """The number as a word where `like` is one, else in digits."""
        return str(number) if like.isdigit() else self.words[number - self.low]

    def _range_advice(self, value: int) -> str:
        if self is WEEKDAY and value == 7:
            return "write Sunday as 0"
        return f"use {self.low} to {self.high}"

    def _advice(self, text: str) -> str:
        if text.rstrip("LWlw").isdigit() or text.upper() in ("L", "W", "LW"):
            return "Kubernetes and VolSync know neither 'L' nor 'W': write days as numbers"
        if text in ("h", "H"):
            return "write 'H' alone, or 'H(1-5)' for a hashed value in a range"
        words = f" or {self.words[0]} to {self.words[-1]}" if self.words else ""
        return f"use {self.low} to {self.high}{words}"


def whole_number(text: str, offset: int) -> int:
    """ASCII digits as a number; Python itself would refuse thousands of them with a bare ValueError."""
    if len(text.lstrip("0")) > MOST_DIGITS:
        raise CronError(f"number {quoted(text)} is too large; use at most two digits", offset)
    return int(text.lstrip("0") or "0")


MINUTE = Bounds("minute", 0, 59, 59)
HOUR = Bounds("hour", 0, 23, 23)
DAY = Bounds("day", 1, 31, 28)
MONTH = Bounds("month", 1, 12, 12, ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"))
WEEKDAY = Bounds("weekday", 0, 6, 6, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)
"""In the order in which they are written."""
