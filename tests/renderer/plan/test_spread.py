"""How backups spread: evenly, independently, clear of clock changes, and each for itself."""

import hashlib
from collections import Counter

import pytest

from renderer.cron import CronError, changes, for_cronjob, minutes_of_day, zone
from renderer.plan.spread import YEARS, Hashes, Subject, effective, parse_window, unsteady_minutes

APP = Subject(namespace="media", app="jellyfin", volume="data", target="default")
FLEET = [APP._replace(namespace=f"team-{n % 40}", app=f"app-{n}") for n in range(10_000)]


def text(schedule, zone_name="UTC", window=None, subject=APP, purpose="backup"):
    wanted = window and parse_window(window)
    return for_cronjob(effective(schedule, hashes=Hashes(purpose, subject), zone=zone_name, window=wanted).cron)


def minutes(schedule, zone_name="UTC", window=None):
    wanted = window and parse_window(window)
    hashed = [Hashes("backup", each) for each in FLEET]
    return [minutes_of_day(effective(schedule, hashes=h, zone=zone_name, window=wanted).cron)[0] for h in hashed]


def unevenness(counted, cells):
    """Chi-square per degree of freedom: near 1 for chance, 0 for a rigid pattern, far above for clusters."""
    expected = sum(counted.values()) / cells
    return sum((counted.get(cell, 0) - expected) ** 2 for cell in counted) / expected / (cells - 1) + (
        (cells - len(counted)) * expected / (cells - 1)
    )


def test_ten_thousand_apps_use_every_minute_of_the_day_evenly():
    counted = Counter(minutes("@daily"))
    assert len(counted) > 1430  # e^-7 of 1440 minutes stay empty by chance
    assert 0.88 < unevenness(counted, 1440) < 1.12


def test_a_window_across_midnight_is_used_evenly():
    counted = Counter(minutes("@daily", window="22:30-03:30"))
    assert set(counted) == {*range(1350, 1440), *range(210)}
    assert 0.7 < unevenness(counted, 300) < 1.3


def test_minutes_left_by_clock_changes_are_used_evenly():
    counted = Counter(minutes("@daily", "Europe/Berlin", "01:00-05:00"))
    assert set(counted) == {*range(60, 120), *range(180, 300)}
    assert 0.65 < unevenness(counted, 180) < 1.35


@pytest.mark.parametrize(
    ("one", "other", "cells"),
    [("minute", "hour", 60 * 24), ("time", "weekday", 24 * 7), ("time", "day", 24 * 28), ("weekday", "day", 7 * 28)],
)
def test_fields_do_not_know_of_each_other(one, other, cells):
    sizes = {"minute": 60, "hour": 24, "time": 24, "weekday": 7, "day": 28}
    draws = (Hashes("backup", each) for each in FLEET)
    counted = Counter((draw(one, sizes[one]), draw(other, sizes[other])) for draw in draws)
    assert 0.75 < unevenness(counted, cells) < 1.25


@pytest.mark.parametrize("field", ["namespace", "app", "volume", "target"])
def test_every_part_of_the_name_counts(field):
    assert text("@daily", subject=APP._replace(**{field: "other"})) != text("@daily")


def test_purpose_keeps_what_one_app_does_apart():
    assert len({text("@daily", purpose=purpose) for purpose in ("backup", "maintenance", "drill")}) == 3


def test_the_hash_is_the_documented_one():
    """Whoever writes this in another language gets the same minutes."""
    digest = hashlib.sha256(
        "\0".join(("backup", "time", "0", "media", "jellyfin", "data", "default")).encode()
    ).digest()
    minute = int.from_bytes(digest[:8], "big") * 1440 // 2**64
    assert text("@daily") == f"{minute % 60} {minute // 60} * * *"


def test_shortcuts_share_their_time_and_hashed_cron_shares_its_fields():
    minute, hour, *_ = text("@daily").split()
    assert text("@weekly").startswith(f"{minute} {hour} * * ")
    assert text("@monthly").startswith(f"{minute} {hour} ")
    assert text("@weekly").split()[4] == text("H H * * H").split()[4]
    assert text("@monthly").split()[2] == text("H H H * *").split()[2]
    assert text("@hourly") == text("H * * * *")


def test_hourly_ignores_the_window():
    assert text("@hourly", window="01:00-02:00") == text("@hourly")


def test_plain_cron_is_never_moved_only_checked():
    window = parse_window("01:00-05:00")
    settled = effective("30 2,6 * * *", hashes=Hashes("backup", APP), zone="Europe/Berlin", window=window)
    assert for_cronjob(settled.cron) == "30 2,6 * * *"
    assert (settled.spread, settled.outside) == (False, (390,))
    assert effective("30 2,6 * * *", hashes=Hashes("backup", APP), zone="Europe/Berlin", window=None).outside == ()


def test_hashed_cron_is_checked_too():
    settled = effective("H 6 * * *", hashes=Hashes("backup", APP), zone="UTC", window=parse_window("01:00-05:00"))
    assert settled.spread
    assert len(settled.outside) == 1


@pytest.mark.parametrize(
    ("zone_name", "unsteady"),
    [
        ("UTC", set()),
        ("Asia/Tokyo", set()),
        ("Europe/Berlin", {*range(120, 180)}),
        ("Europe/London", {*range(60, 120)}),
        ("Australia/Lord_Howe", {*range(90, 150)}),
        ("America/Santiago", {*range(60), *range(1380, 1440)}),
        ("Antarctica/Troll", {*range(60, 180)}),
    ],
)
def test_minutes_that_clocks_skip_or_repeat(zone_name, unsteady):
    assert unsteady_minutes(zone_name) == unsteady


@pytest.mark.parametrize("zone_name", ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca"])
@pytest.mark.parametrize("schedule", ["@daily", "@weekly", "@monthly", "H H * * *", "0 H(0-6) * * *"])
def test_no_hashed_time_of_day_is_ever_skipped_or_repeated(zone_name, schedule):
    for each in FLEET[:300]:
        settled = effective(schedule, hashes=Hashes("backup", each), zone=zone_name, window=None)
        assert unsteady_minutes(zone_name).isdisjoint(minutes_of_day(settled.cron))


def test_only_those_in_the_way_of_a_clock_change_are_moved():
    for schedule in ("@daily", "H H H * H"):
        for each in FLEET[:500]:
            plain = effective(schedule, hashes=Hashes("backup", each), zone="UTC", window=None).cron
            if unsteady_minutes("Europe/Berlin").isdisjoint(minutes_of_day(plain)):
                assert (
                    effective(schedule, hashes=Hashes("backup", each), zone="Europe/Berlin", window=None).cron == plain
                )


def test_a_rejected_time_moves_no_day():
    for each in FLEET[:500]:
        berlin, utc = (text("H H H H H", zone_name, subject=each).split() for zone_name in ("Europe/Berlin", "UTC"))
        assert berlin[2:] == utc[2:]


def test_a_window_without_a_steady_minute_is_refused():
    with pytest.raises(CronError) as refused:
        text("@daily", "Europe/Berlin", "02:10-02:40")
    assert refused.value.message == (
        "in Europe/Berlin clock changes skip or repeat every minute of 02:10-02:40; widen the window"
    )


def test_the_last_steady_minute_is_found():
    assert text("@daily", "Europe/Berlin", "02:01-03:01") == "0 3 * * *"


def test_a_hashed_hour_without_a_better_one_is_accepted():
    assert text("30 H(2-2) * * *", "Europe/Berlin") == "30 2 * * *"


def test_an_hour_that_the_user_fixed_stays():
    assert text("H 2 * * *", "Europe/Berlin").split()[1] == "2"


def test_unknown_zone_is_refused():
    with pytest.raises(CronError, match="unknown time zone 'Europe/Berln'"):
        text("@daily", "Europe/Berln")


def test_the_years_looked_at_hold_changes_as_late_as_2045():
    assert len([change for year in YEARS for change in changes(zone("Europe/Berlin"), year)]) == 42
