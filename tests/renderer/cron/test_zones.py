"""Zones come from the pinned package, whatever the machine has; every change of a clock is found."""

import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from renderer.cron import CronError, changes, zone
from renderer.cron.zones import _names, offset
from tests.tools import ROOT, scale


def test_zones_do_not_come_from_the_machine(tmp_path):
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").write_bytes(b"not a zone")
    code = "from renderer.cron import changes, zone; print(len(changes(zone('Europe/Berlin'), 2025)))"
    for path in ("", str(tmp_path)):
        environment = {**os.environ, "PYTHONTZPATH": path, "TZDIR": path, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert ran.stdout == "2\n", ran.stderr


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("europe/berlin", "did you mean 'Europe/Berlin'?"),
        ("Europe/Berln", "did you mean 'Europe/Berlin'?"),
        ("utc", "did you mean 'UTC'?"),
        ("CEST", "write an IANA name such as 'Europe/Berlin'"),
        ("", "write an IANA name such as 'Europe/Berlin'"),
    ],
)
def test_unknown_zone_gets_advice(name, advice):
    with pytest.raises(CronError) as refused:
        zone(name)
    assert refused.value.message == f"unknown time zone '{name}'; {advice}"


@pytest.mark.parametrize(
    "name", ["../zones", "/etc/localtime", "Europe/../UTC", "Europe", "tzdata.zi", "a\0b", "__init__.py", "x" * 10**6]
)
def test_no_path_gets_through(name):
    with pytest.raises(CronError, match="unknown time zone"):
        zone(name)


def test_a_zone_is_loaded_once():
    assert zone("Asia/Tokyo") is zone("Asia/Tokyo")


def test_weekly_steps_find_every_change_of_the_years_that_count():
    """Against a look at every sixth hour, in all the years whose changes decide effective schedules."""
    names = sorted(_names())
    for name in random.Random("the same zones in every run").sample(names, min(len(names), scale(40))):
        looked_at = zone(name)
        for year in range(2025, 2046):
            found = changes(looked_at, year)
            for change in found:
                around = offset(looked_at, change.at - 1), offset(looked_at, change.at)
                assert around == (change.before, change.after)
                assert change.before != change.after
            assert len(found) == slow_count(looked_at, year), (name, year)


def slow_count(looked_at, year):
    first, end = (int(datetime(each, 1, 1, tzinfo=UTC).timestamp()) for each in (year, year + 1))
    seen = [offset(looked_at, at) for at in range(first - 21600, end, 21600)]
    return sum(before != after for before, after in pairwise(seen))
