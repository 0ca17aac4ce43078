"""Time zones from the pinned `tzdata` package, and the instants at which their clocks are changed.

The machine's own zone files are never read: effective schedules, so the bytes we render, depend on the rules.
"""

from datetime import UTC, datetime
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
    has such since 1970 (a test looks hourly).
    """
    if zone.key == "UTC":
        return ()
    found = []
    end = _new_year(year + 1)
    start, before = _new_year(year) - 1, offset(zone, _new_year(year) - 1)
    while start < end - 1:
        stop = min(start + WEEK, end - 1)
        after = offset(zone, stop)
        if after != before:
            found.append(Change(_first_with_other_offset(zone, start, stop), before, after))
        start, before = stop, after
    return tuple(found)


def offset(zone: ZoneInfo, instant: int) -> int:
    """Seconds that the zone's clocks are ahead of UTC at this Unix time."""
    return _seconds(datetime.fromtimestamp(instant, zone))


def _seconds(local: datetime) -> int:
    delta = local.utcoffset()
    assert delta is not None  # noqa: S101 (for mypy: the datetime is aware)
    return delta.days * 86400 + delta.seconds


def _first_with_other_offset(zone: ZoneInfo, same: int, other: int) -> int:
    before = offset(zone, same)
    while other - same > 1:
        middle = (same + other) // 2
        if offset(zone, middle) == before:
            same = middle
        else:
            other = middle
    return other


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
    return frozenset((_package() / "zones").read_text(encoding="ascii").split())


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
