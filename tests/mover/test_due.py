"""On which days `maintenance` prunes, and what it checks then, over years: the script's own rule, asked day by day."""

import subprocess
from itertools import pairwise

import pytest

from tests.mover.movers import SCRIPTS
from tests.tools import require

pytestmark = pytest.mark.mover

DAY = 86400
START = 20_000
"""A day in 2024, counted from 1970."""
ASK = """\
set -u
. {script}
at={first}
while [ "$at" -lt {last} ]; do
    began=$at at=$((at + {step}))
    if due; then echo "$day $(subset)"; else echo "$day"; fi
done
"""


@pytest.fixture(params=[("busybox", "ash"), ("dash",)], ids="-".join)
def ask(request):
    """Ask at many moments, under one shell: the day as it is counted, and the subset where it is due."""
    program, *applet = request.param

    def answer(first, last, step, **env):
        names = ("PRUNE_INTERVAL", "PRUNE_GAP", "DAY_OFFSET", "DAY_BEGINS", "CHECK_SUBSETS")
        said = {f"BACKPLAN_{name}": str(value) for name, value in zip(names, env.values(), strict=True)}
        text = ASK.format(script=SCRIPTS / "maintenance.sh", first=first, last=last, step=step)
        command = [require(program), *applet, "-c", text]
        done = subprocess.run(command, env=said, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        return [tuple(map(int, line.split())) for line in done.stdout.splitlines()]

    return answer


@pytest.mark.parametrize(("interval", "offset"), [(7, 0), (7, 6), (1, 0), (30, 17)])
def test_daily_runs_prune_once_in_each_interval(ask, interval, offset):
    days = 10 * interval
    found = ask(START * DAY, (START + days) * DAY, DAY, interval=interval, gap=1, offset=offset, begins=0, subsets=52)
    due = [day for day, *subset in found if subset]
    assert [day % interval for day in due] == [0] * 10
    assert {after - before for before, after in pairwise(due)} == {interval}
    assert due[0] - offset == START + (-START - offset) % interval


def test_subsets_take_turns_until_all_data_was_read(ask):
    found = ask(START * DAY, (START + 7 * 60) * DAY, DAY, interval=7, gap=1, offset=3, begins=0, subsets=52)
    subsets = [subset[0] for _, *subset in found if subset]
    assert sorted(subsets[:52]) == list(range(1, 53))
    assert subsets[52:] == subsets[:8]


def test_runs_that_are_rarer_than_the_interval_prune_each_time(ask):
    found = ask(START * DAY, (START + 700) * DAY, 7 * DAY, interval=7, gap=7, offset=3, begins=0, subsets=52)
    assert sorted(subset[0] for _, *subset in found[:52]) == list(range(1, 53))


def test_late_start_and_another_try_belong_to_the_day_of_the_schedule(ask):
    """Scheduled at 03:00: the day begins at 21:00, and no start before the next 21:00 is another day's."""
    begins = 21 * 3600
    scheduled = START * DAY + 3 * 3600
    found = ask(
        scheduled - 6 * 3600, scheduled + 18 * 3600, 1800, interval=7, gap=1, offset=0, begins=begins, subsets=1
    )
    assert {day for day, *_ in found} == {START - 1}
    ((later, *_),) = ask(
        scheduled + 18 * 3600, scheduled + 18 * 3600 + 1, 1, interval=7, gap=1, offset=0, begins=begins, subsets=1
    )
    assert later == START


def test_due_is_the_rule_of_the_plan(ask):
    """(day + offset) mod interval < gap; subset = floor((day + offset) / interval) mod subsets + 1."""
    for interval, gap, offset, begins, subsets in [(7, 1, 3, 75600, 52), (31, 7, 30, 1, 256), (14, 3, 9, 86399, 1)]:
        env = {"interval": interval, "gap": gap, "offset": offset, "begins": begins, "subsets": subsets}
        moments = range(START * DAY, (START + 400) * DAY, DAY + 3600)
        found = ask(moments.start, moments.stop, moments.step, **env)
        for moment, (day, *subset) in zip(moments, found, strict=True):
            counted = (moment - begins) // DAY + offset
            assert day == counted
            assert subset == ([counted // interval % subsets + 1] if counted % interval < gap else [])
