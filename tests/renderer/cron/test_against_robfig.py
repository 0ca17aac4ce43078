"""Kubernetes and VolSync decide by robfig/cron v3.0.1, so it is asked itself.

Schedules with up to four runs a day are compared over all of two years. Denser ones would take minutes and
say the same thing daily: they are compared over a first day, and over the days around every clock change.
"""

import random
import re
from datetime import UTC, datetime

import pytest

from renderer.cron import CronError, changes, for_cronjob, for_volsync, minutes_of_day, zone
from tests.renderer.cron.expressions import HASHED, NASTY, cron, drawn, settled
from tests.renderer.cron.oracle import ask, asked, bits, digest, question, times
from tests.tools import scale

pytestmark = pytest.mark.slow

DAY = 86400
YEARS = (2025, 2026)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago")
ODD_TIMES = (
    ("Africa/Cairo", 2024),  # skips midnight, east of Greenwich
    ("Asia/Beirut", 2025),
    ("Africa/Casablanca", 2025),  # back and forth around Ramadan
    ("Asia/Gaza", 2025),
    ("America/Havana", 2025),  # repeats midnight, west of Greenwich
    ("Asia/Amman", 2021),  # repeated midnight, east of Greenwich
    ("America/Sao_Paulo", 2018),  # skipped midnight, west of Greenwich
    ("America/Asuncion", 2023),  # skipped the midnight that begins October
    ("Atlantic/Azores", 2025),  # clock changes across the offset 0
    ("Europe/London", 2025),
    ("Europe/Dublin", 2025),  # summer is standard time, winter is not
    ("America/Nuuk", 2023),
    ("Antarctica/Troll", 2025),  # two hours
    ("Pacific/Chatham", 2025),
    ("Asia/Kolkata", 2025),
    ("Pacific/Apia", 2012),  # after the day it lost: searching across that, robfig never returns
)


def epoch(year):
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def spans(text, zone_name, years):
    start, end = epoch(years[0]), epoch(years[-1] + 1)
    if len(minutes_of_day(cron(text))) <= 4:
        return [(start, end)]
    instants = [change.at for year in years for change in changes(zone(zone_name), year)]
    return [(start, start + DAY)] + [(at - DAY, at + DAY) for at in instants]


def assert_same_runs(questions):
    with asked(questions) as answers:
        ours = [digest(times(cron(q["expr"]), q["zone"], q["from"], q["to"])) for q in questions]
        wrong = [q for q, our, their in zip(questions, ours, answers, strict=True) if our != their["digest"]]
    assert not wrong, f"{len(wrong)} of {len(questions)} differ, first: {first_difference(wrong[0])}"


def first_difference(q):
    theirs = ask([{**q, "list": True}])[0].get("times", [])
    ours = list(times(cron(q["expr"]), q["zone"], q["from"], q["to"]))
    apart = sorted(set(ours) ^ set(theirs))[:6]
    told = [f"{'ours' if at in ours else 'robfig'} {datetime.fromtimestamp(at, zone(q['zone']))}" for at in apart]
    return f"{q['expr']} in {q['zone']}: {told}"


@pytest.mark.parametrize("zone_name", ZONES)
def test_two_years_of_runs_are_those_of_robfig(zone_name):
    assert_same_runs(
        [question(text, zone_name, *span) for text in drawn(scale(500)) for span in spans(text, zone_name, YEARS)]
    )


def test_runs_are_those_of_robfig_where_clocks_change_oddly():
    assert_same_runs(
        [
            question(text, zone_name, *span)
            for zone_name, year in ODD_TIMES
            for text in NASTY
            for span in spans(text, zone_name, (year,))
        ]
    )


def test_next_run_is_robfigs_from_any_second():
    """Controllers ask at odd times: VolSync from the second in which the last backup ended."""
    dice = random.Random("the same seconds in every run")
    questions = []
    for _ in range(scale(3000)):
        zone_name, year = dice.choice([*ODD_TIMES, *((each, 2025) for each in ZONES)])
        text = dice.choice(NASTY)
        near = [change.at for change in changes(zone(zone_name), year)] or [epoch(year)]
        early, late = dice.choice([(-2 * DAY, DAY), (-5400, 5400), (0, 25 * DAY)])
        start = dice.choice(near) + dice.randint(early, late)
        rare = len(minutes_of_day(cron(text))) <= 4
        questions.append(question(text, zone_name, start, start + (45 * DAY if rare else DAY // 4)))
    assert_same_runs(questions)


def refusal(text):
    """Our error for this text, with the manners that every error must have; None if we take it."""
    try:
        cron(text)
    except CronError as error:
        refused = error
    else:
        return None
    assert 0 <= refused.offset <= len(text)
    assert not refused.message.endswith(".")
    assert len(refused.message) < 200
    return refused


def never_runs(refused):
    return refused.message.startswith("never runs")


def test_texts_are_read_as_robfig_reads_them():
    texts = drawn(scale(3000))
    for text, answer in zip(texts, ask([question(text) for text in texts]), strict=True):
        refused = refusal(text)
        assert never_runs(refused) if refused else bits(cron(text)) == answer["fields"], text


REFUSED_ON_PURPOSE = {
    "a plus sign": (r"(^|[ ,/-])\+\d", "+5 * * * *"),
    "anything after a star": (r"[*?]-", "*-5 * * * *"),
    "a comma too many": (r"(^|[\s,]),|,(\s|$)", "1,,2 * * * *"),
    "a spread shortcut": (r"^@(hourly|daily|weekly|monthly)$", "@daily"),
    "a period": (r"^@every ", "@every 1h30m"),
    "a zone in the text": (r"^(CRON_)?TZ=", "CRON_TZ=Europe/Berlin 0 2 * * *"),
    "an odd blank": (r"[^\S \t\n\v\f\r]", "0 2\u00a0* * *"),
    "a number of 19 digits": (r"\d{19}", "0/1000000000000000000 * * * *"),
    "a long text": (r".{1001}", "0," * 500 + "0 * * * *"),
}
"""What robfig takes and we do not, besides dates that never come: a pattern that tells it, and an example."""


def test_each_refusal_on_purpose_is_one():
    answers = ask([question(text) for _, text in REFUSED_ON_PURPOSE.values()])
    for (name, (pattern, text)), answer in zip(REFUSED_ON_PURPOSE.items(), answers, strict=True):
        assert "error" not in answer, name
        assert re.search(pattern, text), name
        assert refusal(text), name


def scribbles(how_many):
    """Texts near the language: drawn expressions with one to three characters changed."""
    dice = random.Random("the same scribbles in every run")
    for text in drawn(how_many):
        letters = list(text)
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(letters))
            letters[at : at + dice.randint(0, 2)] = dice.choice(["", *"0123456789*/,-? +LW#@.=\tJanMO"])
            letters = letters or ["0"]
        yield "".join(letters)


def test_we_accept_what_robfig_accepts_except_on_purpose():
    texts = list(scribbles(scale(4000)))
    accepted = 0
    for text, answer in zip(texts, ask([question(text) for text in texts]), strict=True):
        refused = refusal(text)
        if "error" in answer:
            assert refused, f"robfig refuses {text!r}: {answer['error']}"
        elif refused:
            on_purpose = any(re.search(pattern, text) for pattern, _ in REFUSED_ON_PURPOSE.values())
            assert on_purpose or never_runs(refused), (text, refused)
        else:
            accepted += 1
            assert bits(cron(text)) == answer["fields"], text
    assert accepted > len(texts) / 20


@pytest.mark.parametrize(("zone_name", "location"), [("UTC", "Local"), ("America/Nuuk", "America/Nuuk")])
def test_what_is_written_means_the_same_to_robfig(zone_name, location):
    """A text without a zone is "Local" to robfig: the controller's, or the CronJob's `timeZone`."""
    crons = [each for each in (settled(text) for text in [*HASHED, *drawn(scale(600))]) if each]
    volsync = [(each, for_volsync(each, zone_name), location) for each in crons]
    cronjob = [(each, for_cronjob(each), "Local") for each in crons]
    written = volsync + cronjob
    answers = ask([question(text) for _, text, _ in written])
    for (each, text, place), answer in zip(written, answers, strict=True):
        assert (answer.get("fields"), answer.get("location")) == (bits(each), place), text
