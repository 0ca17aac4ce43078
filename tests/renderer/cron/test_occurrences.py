"""When things run, without robfig at hand: the two ways of searching agree, and what people ask about holds."""

import random
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from renderer.cron import minutes_of_day, zone
from renderer.cron.calendar import Calendar
from renderer.cron.clockwork import Clockwork
from renderer.cron.occurrences import next_after, occurrences
from tests.renderer.cron.expressions import NASTY, cron
from tests.tools import scale

JUNE = datetime(2025, 6, 1, tzinfo=UTC)


def runs(text, zone_name, start, count):
    found = occurrences(cron(text), zone(zone_name), datetime.fromisoformat(start).replace(tzinfo=zone(zone_name)))
    return [at.astimezone(zone(zone_name)).strftime("%m-%d %H:%M %z") for at in islice(found, count)]


def test_a_run_strictly_after_the_question_in_utc():
    on_time = datetime(2025, 6, 1, 2, 0, tzinfo=UTC)
    assert next_after(cron("0 2 * * *"), zone("UTC"), on_time) == on_time + timedelta(days=1)
    assert next_after(cron("0 2 * * *"), zone("UTC"), on_time - timedelta(microseconds=1)) == on_time
    assert next_after(cron("0 2 * * *"), zone("Europe/Berlin"), on_time).utcoffset() == timedelta(0)


def test_spring_gap_is_skipped():
    assert runs("30 2 * * *", "Europe/Berlin", "2025-03-29", 2) == ["03-29 02:30 +0100", "03-31 02:30 +0200"]


def test_autumn_hour_runs_twice():
    assert runs("30 2 * * *", "Europe/Berlin", "2025-10-26", 2) == ["10-26 02:30 +0200", "10-26 02:30 +0100"]


def test_weekly_run_is_missed_where_its_day_has_no_midnight():
    """From the missing midnight robfig steps back into the day before, and from there over the whole day."""
    assert runs("30 5 * * SUN", "Asia/Beirut", "2025-03-24", 1) == ["04-06 05:30 +0300"]


def test_half_hour_change_lets_a_run_come_late():
    assert runs("40 1 * * *", "Australia/Lord_Howe", "2025-10-04 12:00", 2) == [
        "10-05 01:40 +1030",
        "10-05 02:40 +1100",
    ]


def test_a_day_that_never_was_does_not_stop_the_search():
    assert runs("0 5 31 * *", "Pacific/Apia", "2011-12-01", 1) == ["12-31 05:00 +1400"]


@pytest.mark.parametrize("zone_name", ["UTC", "Europe/Berlin"])
def test_leap_day_is_given_up_after_five_years(zone_name):
    leap_day = cron("0 0 29 2 *")
    assert next_after(leap_day, zone(zone_name), JUNE).astimezone(zone(zone_name)).year == 2028
    assert next_after(leap_day, zone(zone_name), JUNE.replace(year=2096)) is None  # 2100 has none
    assert list(occurrences(leap_day, zone(zone_name), JUNE.replace(year=2096))) == []


@pytest.mark.parametrize("year", [1, 9989, 9999])
def test_no_time_is_too_far_away_to_ask(year):
    for text in ("0 0 1 1 *", "0 0 29 2 *", "* * * * *"):
        for start in (datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)):
            next_after(cron(text), zone("Europe/Berlin"), start)


@pytest.mark.parametrize("zone_name", ["Europe/Berlin", "America/Santiago", "Africa/Casablanca"])
def test_calendar_and_clockwork_agree_from_any_second(zone_name):
    dice = random.Random("the same seconds in every run")
    for _ in range(scale(600)):
        text = dice.choice(NASTY)
        start = JUNE + timedelta(seconds=dice.randrange(3 * 365 * 86400))
        careful = Clockwork(cron(text), Calendar(cron(text)), zone(zone_name))
        found = next_after(cron(text), zone(zone_name), start)
        assert found.timestamp() == careful.first_from(int(start.timestamp()) + 1), (text, start)


def test_times_of_day():
    assert minutes_of_day(cron("0,30 1-2 * * 3")) == (60, 90, 120, 150)
    assert cron("5 2 1 * *").daily_or_rarer
    assert not cron("5 2,3 * * *").daily_or_rarer
