"""When repositories are maintained: clear of their backups, in their window, and no prune or check is left out."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from renderer.cron import for_cronjob, minutes_of_day, zone
from renderer.cron.occurrences import occurrences
from renderer.plan.maintenance import TAKES
from renderer.plan.spread import DAY, parse_window, unsteady_minutes
from renderer.policy import App
from tests.renderer.plan.planned import plan, planned, repository
from tests.renderer.plan.test_spread import unevenness

FLEET = [App(f"team-{n % 40}", f"app-{n}", None) for n in range(200)]
WEEK = 7 * DAY


def starts(found):
    """The minutes of the day at which backups and maintenance start."""
    (one,) = found.repositories
    backups = {minute for each in found.backups for minute in minutes_of_day(each.effective.cron)}
    (minute,) = minutes_of_day(one.maintenance.effective.cron)
    return backups, minute


def meets(backup, lasts, minute, takes=TAKES):
    """Whether a backup and a maintenance run at one time, on the clock face."""
    return (backup - minute) % DAY < takes or (minute - backup) % DAY < lasts


@pytest.mark.parametrize(
    ("keys", "lasts"),
    [
        ({}, 20),
        ({"window": '"01:00-05:00"', "maintenance": '{window: "01:00-05:00"}'}, 20),
        ({"window": '"22:30-03:30"', "maintenance": '{window: "23:00-02:00"}'}, 20),
        ({"schedule": '"0 3 * * *"', "maintenance": '{window: "02:00-05:00"}'}, 20),
        ({"schedule": '"0 */4 * * *"'}, 20),
        ({"schedule": '"30 23 * * *"', "expectedDuration": "10h"}, 600),
        ({"schedule": '"30 23 * * *"', "expectedDuration": "22h30m", "mover": "{deadline: 30h}"}, 1350),
        ({"schedule": "H H(1-4) * * *", "maintenance": "{schedule: H H(1-4) * * *}"}, 20),
        ({"schedule": '"@weekly"', "maintenance": '{schedule: "@weekly"}'}, 20),
        ({"schedule": '"@monthly"', "timeZone": "Europe/Berlin", "expectedDuration": "90m"}, 90),
        ({"volumes": "[{name: a, claim: a}, {name: b, claim: b}, {name: c, claim: c}]", "window": '"01:00-05:00"'}, 20),
    ],
)
def test_hashed_maintenance_meets_no_backup_of_its_repository(keys, lasts):
    for app in FLEET:
        backups, minute = starts(planned(app, **keys))
        assert not [backup for backup in backups if meets(backup, lasts, minute)], app


@pytest.mark.parametrize("window", ["00:00-24:00", "01:00-05:00", "22:00-01:00", "04:00-04:10"])
@pytest.mark.parametrize("zone_name", ["UTC", "Europe/Berlin", "Pacific/Auckland"])
def test_hashed_maintenance_stays_in_its_window_and_off_clock_changes(window, zone_name):
    inside = parse_window(window)
    for app in FLEET[:100]:
        _, minute = starts(planned(app, timeZone=zone_name, maintenance=f'{{window: "{window}"}}'))
        assert inside.contains(minute)
        assert minute not in unsteady_minutes(zone_name)


def test_maintenance_has_a_window_of_its_own():
    """Else everything of an app would be done in the few hours that its backups may take."""
    minutes = {starts(planned(app, window='"01:00-02:00"'))[1] for app in FLEET}
    assert len(minutes) > 150


@pytest.fixture(scope="module")
def many():
    """The plans of enough apps to count."""
    return [planned(App(f"team-{n % 40}", f"app-{n}", None)) for n in range(1500)]


def test_hashed_maintenances_are_spread_evenly(many):
    counted = Counter(starts(found)[1] // 15 for found in many)
    assert len(counted) == 96
    assert 0.6 < unevenness(counted, 96) < 1.5


def test_prunes_are_spread_over_the_days(many):
    counted = Counter(found.repositories[0].maintenance.offset for found in many)
    assert set(counted) == set(range(7))
    assert 0.1 < unevenness(counted, 7) < 2.6


def test_maintenance_stays_where_it_is_while_its_backup_moves_out_of_its_way():
    found = Counter()
    for minute in range(0, DAY, 7):
        keys = {"schedule": f'"{minute % 60} {minute // 60} * * *"'}
        found[starts(planned(**keys))[1]] += 1
    # it makes way for those that it would meet, 59 minutes before and 20 minutes after its start
    assert found.most_common(1)[0][1] > 0.9 * sum(found.values())


def test_maintenance_of_hourly_backups_has_the_widest_gap():
    for app in FLEET:
        backups, minute = starts(planned(app, schedule='"@hourly"'))
        (past,) = {backup % 60 for backup in backups}
        assert (minute - past) % 60 == 20
    backups, minute = starts(planned(schedule='"0,10,40 * * * *"', expectedDuration="5m"))
    assert minute % 60 == 15


def test_maintenance_without_any_gap_is_somewhere():
    assert starts(planned(schedule='"*/15 * * * *"'))[1] in range(DAY)


def test_widest_gap_is_looked_for_inside_the_window():
    """Both in one narrow window: it may not fit, and then it takes the most that there is."""
    for app in FLEET[:100]:
        keys = {"schedule": '"45 1 * * *"', "maintenance": '{window: "01:00-02:00"}'}
        assert starts(planned(app, **keys))[1] == 60
    _, minute = starts(planned(schedule='"@hourly"', maintenance='{window: "03:00-03:05"}'))
    assert minute in range(180, 185)


def test_exact_maintenance_is_never_moved():
    found = planned(schedule='"0 3 * * *"', maintenance='{schedule: "5 3 * * *"}').repositories[0].maintenance
    assert for_cronjob(found.effective.cron) == "5 3 * * *"


def test_maintenance_outside_its_window_is_told():
    _, problems = plan(maintenance='{schedule: "5 3 * * *", window: "04:00-05:00"}')
    (problem,) = problems
    assert (problem.rule, problem.place.line) == ("window", 5)


@pytest.mark.parametrize("schedule", ['"@hourly"', '"0 */12 * * *"', "H H/12 * * *", '"0,30 3 * * *"'])
def test_maintenance_several_times_a_day_is_refused(schedule):
    _, (problem,) = plan(maintenance=f"{{schedule: {schedule}}}")
    shown = schedule.strip('"')
    assert (problem.rule, problem.message.startswith(f"'{shown}' runs several times a day")) == ("schedule", True)


def test_repositories_of_a_policy_are_maintained_each():
    targets = "[{name: default}, {name: nas, timeZone: Europe/Berlin, repository: {url: 's3:h/nas'}}]"
    found = planned(targets=targets)
    assert [one.owner.target for one in found.repositories] == ["default", "nas"]
    assert [one.maintenance.wanted.time_zone for one in found.repositories] == ["UTC", "Europe/Berlin"]
    assert len({one.maintenance.effective for one in found.repositories}) == 2


def test_volsync_maintains_its_own_repositories():
    assert planned(engine="volsync", copyMethod="Snapshot").repositories == ()


SCHEDULES = [
    "@daily", "@weekly", "@monthly", "0 3 * * *", "30 2 * * *", "0 3 */2 * *", "0 3 31 * *", "0 3 29 2 *",
    "30 2 * * 0", "0 3 1,15 * *", "0 3 * * 1-5", "0 3 13 * 5", "30 1 * 3,4,9,10 *",
]  # fmt: skip
ZONES = ["UTC", "Europe/Berlin", "Pacific/Auckland"]
FROM, YEARS = datetime(2025, 12, 31, tzinfo=UTC), 3


def run_days(found, late=True):
    """The days, as the mover counts them, on which a maintenance runs over three years."""
    until = FROM + timedelta(days=366 * (YEARS + 5 * (len(found.effective.cron.month.numbers) == 1)))
    days = []
    for number, start in enumerate(occurrences(found.effective.cron, zone(found.wanted.time_zone), FROM)):
        if start > until:
            break
        seconds = int(start.timestamp()) + (number * 997 % 3601 if late else 0)
        days.append((seconds - found.day_begins) // 86400)
    return days


def due(found, day):
    """Whether a run of this day prunes."""
    return (day + found.offset) % found.interval < found.gap


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_no_prune_is_left_out_and_none_comes_too_often(schedule, zone_name):
    for interval in (1, 2, 7, 30, 400):
        keys = {"timeZone": zone_name, "maintenance": f'{{schedule: "{schedule}"}}'}
        assert_pruned(repository(**keys, pruneIntervalDays=str(interval)).maintenance, interval)


def assert_pruned(found, interval):
    days = run_days(found)
    longest = max(after - before for before, after in pairwise(days))
    pruned = sorted({day for day in days if due(found, day)})
    cycles = Counter((day + found.offset) // found.interval for day in pruned)
    assert set(cycles) >= set(range(min(cycles) + 1, max(cycles))), "a cycle without a prune"
    assert max(after - before for before, after in pairwise(pruned)) <= max(interval, longest) + longest - 1
    if longest == 1:
        assert {after - before for before, after in pairwise(pruned)} == {interval}
    assert all(count <= found.gap for count in cycles.values())


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_late_start_counts_as_the_same_day(schedule, zone_name):
    found = repository(timeZone=zone_name, maintenance=f'{{schedule: "{schedule}"}}').maintenance
    assert run_days(found) == run_days(found, late=False)


@pytest.mark.parametrize("schedule", ["@daily", "0 3 * * *"])
@pytest.mark.parametrize("zone_name", [*ZONES, "America/Santiago", "Africa/Casablanca"])
def test_every_day_is_counted_once_also_when_clocks_change(schedule, zone_name):
    found = repository(timeZone=zone_name, maintenance=f'{{schedule: "{schedule}"}}').maintenance
    days = run_days(found)
    assert days == list(range(days[0], days[0] + len(days)))


@pytest.mark.parametrize("interval", [1, 2, 7, 10])
@pytest.mark.parametrize("schedule", ["@daily", "@weekly", "0 3 */2 * *", "@monthly", "0 3 * * 1-5"])
def test_checks_read_every_subset(schedule, interval):
    """The mover's rule; a schedule in step with the interval would else read some subsets for ever, others never."""
    found = repository(maintenance=f'{{schedule: "{schedule}"}}', pruneIntervalDays=str(interval)).maintenance
    days = [day for day in run_days(found) if due(found, day)]
    for subsets in (1, 2, 7, 12):
        read = [(day + found.offset) // found.interval % subsets + 1 for day in days]
        assert set(read) == set(range(1, subsets + 1))
        assert {(after - before) % subsets for before, after in pairwise(read)} <= {0, 1 % subsets}


def test_header_tells_how_often_it_prunes():
    def told(**keys):
        (note,) = [line for line in planned(**keys).notes if line.startswith("maintenance")]
        return note.rpartition(", ")[2]

    assert told() == "prunes every 7 days"
    assert told(maintenance='{schedule: "@weekly"}') == "prunes every time"
    assert told(maintenance='{schedule: "@weekly"}', pruneIntervalDays="28") == "prunes every 28 days"
    assert told(maintenance='{schedule: "@weekly"}', pruneIntervalDays="0") == "prunes every time"


def test_cluster_moves_neither_backup_nor_maintenance():
    alone, of_cluster = (planned(App("media", "jellyfin", cluster)) for cluster in (None, "home"))
    assert alone.notes == of_cluster.notes
