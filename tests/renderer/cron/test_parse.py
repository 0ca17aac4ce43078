"""What a schedule may say, and what a user reads who got it wrong."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.cron import CronError, for_cronjob, parse
from tests.renderer.cron.expressions import cron

REFUSED = [
    ("", 0, "empty schedule; write '@daily' or five fields such as '0 2 * * *'"),
    (" \t", 0, "empty schedule; write '@daily' or five fields such as '0 2 * * *'"),
    ("0 0 * *", 0, "found 4 of 5 fields; write minute, hour, day, month and weekday"),
    ("0 0 0 * * *", 0, "6 fields, but 5 are expected: there are no seconds; leave them out"),
    ("0 0 * * 7", 8, "weekday 7 is out of range; write Sunday as 0"),
    ("0 0 * * 5-7", 10, "weekday 7 is out of range; write Sunday as 0"),
    ("0 0 * * 1,2,8", 12, "weekday 8 is out of range; use 0 to 6"),
    ("60 * * * *", 0, "minute 60 is out of range; use 0 to 59"),
    ("0  24 * * *", 3, "hour 24 is out of range; use 0 to 23"),
    ("0 0 0 * *", 4, "day 0 is out of range; use 1 to 31"),
    ("0 0 * JANUARY *", 6, "'JANUARY' is no month; use 1 to 12 or JAN to DEC"),
    ("MON * * * *", 0, "'MON' is no minute; use 0 to 59"),
    ("5-1 * * * *", 0, "range '5-1' runs backwards; write '5-59,0-1'"),
    ("0 0 * * FRI-MON", 8, "range 'FRI-MON' runs backwards; write 'FRI-SAT,SUN-MON'"),
    ("0 0 * * 6-0", 8, "range '6-0' runs backwards; write '6,0'"),
    ("*/0 * * * *", 2, "step 0 never advances; use 1 or more"),
    ("1,,2 * * * *", 2, "empty value in the list of the minute; remove a comma"),
    ("*-5 * * * *", 0, "'*-5' is no minute; write a number, '1-5', '*/2', '1-5/2' or 'H'"),
    ("+5 * * * *", 0, "'+5' is no minute; write a number, '1-5', '*/2', '1-5/2' or 'H'"),
    ("1/2/3 * * * *", 0, "'1/2/3' is no minute; write a number, '1-5', '*/2', '1-5/2' or 'H'"),
    ("0 0 L * *", 4, "'L' is no day; Kubernetes and VolSync know neither 'L' nor 'W': write days as numbers"),
    (
        "0 0 15W * *",
        4,
        "'15W' is no day; Kubernetes and VolSync know neither 'L' nor 'W': write days as numbers",
    ),
    (
        "0 0 * * 5#2",
        8,
        "'5#2': Kubernetes and VolSync do not know '#'; write days as numbers, such as '1-7'",
    ),
    ("0 0 31 2 *", 4, "never runs: no such month has a day 31; use at most 29"),
    ("0 0 31 4,6 ?", 4, "never runs: no such month has a day 31; use at most 30"),
    ("0 0\u00a0* * *", 3, "blank '\\xa0' is not an ordinary space; type it again"),
    (
        "0 0 * * \u202eMON",
        8,
        "'\\u202eMON' is no weekday; write a number, '1-5', '*/2', '1-5/2' or 'H'",
    ),
    ("@daily", 0, "@daily has no exact time; write '0 0 * * *' or another five fields"),
    (
        "@every 1h",
        0,
        "'@every' counts from the controller's start; write five fields such as '0 */6 * * *'",
    ),
    (
        "@reboot",
        0,
        "'@reboot' never happens in a cluster; write a schedule or one of @daily, @weekly",
    ),
    (
        "@Daily",
        0,
        (
            "unknown shortcut '@Daily'; use one of @hourly, @daily, @weekly, @monthly, @yearly, @annually, "
            "@midnight or five fields"
        ),
    ),
    ("TZ=UTC 0 0 * * *", 0, "a time zone does not belong in the schedule; write it as timeZone"),
    ("CRON_TZ=Europe/Berlin", 0, "a time zone does not belong in the schedule; write it as timeZone"),
    ("h * * * *", 0, "'h' is no minute; write 'H' alone, or 'H(1-5)' for a hashed value in a range"),
    ("H(5) * * * *", 0, "'H(5)' is no hashed minute; write 'H', 'H/2', 'H(1-5)' or 'H(1-5)/2'"),
    ("1-H * * * *", 2, "'H' is no minute; write 'H' alone, or 'H(1-5)' for a hashed value in a range"),
    ("H(7-2) * * * *", 0, "range 'H(7-2)' runs backwards; write the lower number first"),
    ("0 H(1-24) * * *", 6, "hour 24 is out of range; use 0 to 23"),
    ("H/90 * * * *", 2, "step 90 leaves 'H' nothing to choose; use 2 to 60, or no 'H'"),
    ("H/1 * * * *", 2, "step 1 leaves 'H' nothing to choose; use 2 to 60, or no 'H'"),
    ("0 0 H(1-31) * *", 8, "a hashed day must exist in every month; use at most 28"),
    (
        "9" * 900 + " * * * *",
        0,
        f"number '{'9' * 40}…' is too large; use at most two digits",
    ),
    ("1" * 5000 + " * * * *", 1000, "schedule is longer than 1000 characters; use ranges and steps"),
]


@pytest.mark.parametrize(("text", "offset", "message"), REFUSED, ids=[text[:20] for text, _, _ in REFUSED])
def test_error_says_where_and_what_to_write_instead(text, offset, message):
    with pytest.raises(CronError) as refused:
        parse(text)
    assert (refused.value.offset, refused.value.message) == (offset, message)


@pytest.mark.parametrize(
    "text", ["6,0 * * * *", "0 0 * * FRI-SAT,SUN-MON", "5-59,0-1 * * * *", "0 */6 * * *", "0 0 29 2 *"]
)
def test_what_messages_advise_is_accepted(text):
    assert not parse(text).hashed


@settings(deadline=None, max_examples=300)
@given(st.text() | st.text("0123456789*/-,H()? @LW#MON\n\0", max_size=40))
def test_any_text_is_a_schedule_or_a_pointing_error(text):
    refused = None
    try:
        parse(text)
    except CronError as error:
        refused = error
    if refused:
        assert 0 <= refused.offset <= len(text)
        assert refused.message.isprintable()


@pytest.mark.parametrize("text", ["*" * 10**6, "," * 999, "H(" * 499, "0 " * 10**6, "-" * 990 + " * * * *"])
def test_hostile_text_is_refused_at_once(text):
    before = time.process_time()
    with pytest.raises(CronError):
        parse(text)
    assert time.process_time() - before < 0.2


def test_yearly_and_midnight_are_exact():
    assert for_cronjob(cron("@yearly")) == for_cronjob(cron("@annually")) == "0 0 1 1 *"
    assert for_cronjob(cron("@midnight")) == "0 0 * * *"


@pytest.mark.parametrize("text", ["*/2", "1-31", "1/1", "*/31"])
def test_a_day_field_that_is_no_star_adds_to_the_weekdays(text):
    """As robfig reads crontab(5): "either" holds unless one of the two is a star, and a step takes the star."""
    assert cron(f"0 0 {text} * 1").either_day
    assert not cron("0 0 */1 * 1").either_day


@pytest.mark.parametrize(
    ("text", "lowest", "highest"),
    [
        ("H H H H H", "0 0 1 1 0", "59 23 28 12 6"),
        ("H/15 H/6 H/7 H/5 H/3", "0/15 0/6 1-28/7 1/5 0/3", "14/15 5/6 7-28/7 5/5 2/3"),
        ("H(10-20) H(1-5) H(3-9) H(6-8) H(MON-FRI)", "10 1 3 6 1", "20 5 9 8 5"),
        ("H(0-29)/10 H(9-23)/4 * * *", "0-29/10 9/4 * * *", "9-29/10 12/4 * * *"),
        ("0,H(30-40),H 1 * * *", "0,30,0 1 * * *", "0,40,59 1 * * *"),
    ],
)
def test_hashes_stay_within_jenkins_ranges(text, lowest, highest):
    expression = parse(text)
    assert expression.hashed
    assert for_cronjob(expression.resolve(lambda _name, _n: 0)) == lowest
    assert for_cronjob(expression.resolve(lambda _name, n: n - 1)) == highest


def test_each_hash_is_drawn_under_its_own_name():
    asked = {}
    parse("H,5,H(1-3) H/6 H H H").resolve(lambda name, n: asked.setdefault(name, n) - 1)
    assert asked == {"minute": 60, "minute.3": 3, "hour": 6, "day": 28, "month": 12, "weekday": 7}


def test_a_hashed_month_without_the_day_is_refused_once_it_is_known():
    expression = parse("0 0 31 H *")
    assert for_cronjob(expression.resolve(lambda _name, _n: 0)) == "0 0 31 1 *"
    with pytest.raises(CronError, match="never runs: no such month has a day 31; use at most 29"):
        expression.resolve(lambda _name, _n: 1)
