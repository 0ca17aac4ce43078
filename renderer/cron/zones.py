"""Time zones from the pinned `tzdata` package, and the instants at which their clocks are changed.

The machine's own zone files are never read: effective schedules, so the bytes we render, depend on the rules.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from renderer.cron.error import CronError, quoted

WEEK = 7 * 86400
LONGEST_NAME = 64


class Change(NamedTuple):
    """A clock change: from `at` (Unix seconds) on, local time is UTC plus `after`; before, plus `before`."""

    at: int
    before: int
    after: int


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of this IANA name; CronError for any other."""
    folder = _package()
    if name not in _names():
        raise CronError(f"unknown time zone {quoted(name)}; {_advice(name)}")
    with (folder / "zoneinfo" / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def changes(zone: ZoneInfo, year: int) -> tuple[Change, ...]:
    """Every change of the zone's offset within this UTC year.

    Looks once a week and then halves: two changes that undo each other within a week would be missed. No zone
    has such from 1970 to 2050 (a test looks every six hours at the years that count).
    """
    if zone.key == "UTC":
        return ()
    end = _new_year(year + 1)
    looks = range(_new_year(year) - 1, end + WEEK, WEEK)
    found = []
    before = _ahead(zone, looks[0])
    for start in looks[:-1]:
        stop = min(start + WEEK, end - 1)
        after = _ahead(zone, stop)
        if after != before:
            found.append(Change(_first_unlike(before, zone, start, stop), _seconds(before), _seconds(after)))
        before = after
    return tuple(found)


def offset(zone: ZoneInfo, instant: int) -> int:
    """Seconds that the zone's clocks are ahead of UTC at this Unix time."""
    return _seconds(_ahead(zone, instant))


def _ahead(zone: ZoneInfo, instant: int) -> timedelta:
    ahead = datetime.fromtimestamp(instant, zone).utcoffset()
    assert ahead is not None  # noqa: S101 (for mypy: the datetime is aware)
    return ahead


def _seconds(ahead: timedelta) -> int:
    return ahead.days * 86400 + ahead.seconds


def _first_unlike(before: timedelta, zone: ZoneInfo, start: int, stop: int) -> int:
    return start + bisect_left(range(start, stop), True, key=lambda at: _ahead(zone, at) != before)


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


@cache
def _package() -> Path:
    """Where tzdata is installed; found without importlib.resources, whose import a hook would wait for."""
    spec = find_spec("tzdata")
    assert spec is not None  # noqa: S101 (a dependency of ours)
    assert spec.origin is not None  # noqa: S101
    return Path(spec.origin).parent


@cache
def _names() -> frozenset[str]:
    """The zones that tzdata lists. Asking this list, not the file system, keeps every path out."""
    return frozenset((_package() / "zones").read_text(encoding="utf-8").split())


def _advice(name: str) -> str:
    import difflib  # noqa: PLC0415 (only a mistake pays for it, not every start of a hook)

    if len(name) <= LONGEST_NAME:
        # Of the names without a region only a slip of the shift key is certain: CEST is not EST.
        known = {
            zone.casefold(): zone for zone in sorted(_names()) if "/" in zone or zone.casefold() == name.casefold()
        }
        if close := difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.7):
            return f"did you mean '{known[close[0]]}'?"
    return "write an IANA name such as 'Europe/Berlin'"
