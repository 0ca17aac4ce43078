"""The two spellings of a cron: one for VolSync's CRD, one for a Kubernetes CronJob."""

import re

import pytest
import yaml

from renderer.cron import CronError, for_cronjob, for_volsync, parse
from tests.renderer.cron.expressions import HASHED, cron, drawn, settled
from tests.tools import crds, scale

HONEST = re.compile(r"(\d+,)*\d+|(\d+(\/|-)\d+)|\*(\/\d+)?", re.ASCII)
"""One field of the CRD's pattern, anchored on both sides as its authors meant it."""


@pytest.mark.parametrize(
    "text",
    ["*/15 * * * *", "0 2 * * *", "05 2 1,15 * *", "0 2 * * 1-5", "7/20 * * * *", "0 0 1 1 *", "0 0 */1 * 1"],
)
def test_what_both_readers_take_stays_as_it_was_written(text):
    assert for_volsync(cron(text), "UTC") == for_cronjob(cron(text)) == text


@pytest.mark.parametrize(
    ("text", "volsync"),
    [
        ("0 2 * * MON-FRI", "0 2 * * 1-5"),
        ("0 2 ? jan,JUL sun", "0 2 * 1,7 0"),
        ("0 0-6/2 * * *", "0 0,2,4,6 * * *"),
        ("0 9-11 * * 1,3-5", "0 9-11 * * 1,3,4,5"),
        ("*/15,30 * * * *", "0,15,30,45 * * * *"),
        ("*,5 ?/4 * * *", "* */4 * * *"),
        ("0 0 1-31/1 * 1", "0 0 " + ",".join(map(str, range(1, 32))) + " * 1"),
        ("0\t2  * * *\n", "0 2 * * *"),
    ],
)
def test_what_volsync_refuses_is_rewritten(text, volsync):
    assert for_volsync(cron(text), "UTC") == volsync


def test_names_stay_in_a_cronjob():
    assert for_cronjob(cron("0 2  ? * MON-FRI")) == "0 2 ? * MON-FRI"


def test_zone_travels_in_front_for_volsync_only():
    assert for_volsync(cron("0 2 * * *"), "Europe/Berlin") == "CRON_TZ=Europe/Berlin 0 2 * * *"
    assert for_cronjob(cron("0 2 * * *")) == "0 2 * * *"


def test_written_text_reads_back_equal_and_every_field_is_honest():
    for text in [*HASHED, *drawn(scale(2000))]:
        if settled(text):
            volsync = for_volsync(cron(text), "UTC")
            assert cron(volsync) == cron(for_cronjob(cron(text))) == cron(text)
            assert all(HONEST.fullmatch(field) for field in volsync.split(" ")), volsync


def test_the_crd_takes_what_we_write_and_honest_is_its_own_alternative():
    manifest = yaml.safe_load((crds() / "volsync.backube_replicationsources.yaml").read_text())
    schema = manifest["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    pattern = schema["properties"]["spec"]["properties"]["trigger"]["properties"]["schedule"]["pattern"]
    assert f"(({HONEST.pattern})\\s?){{5}})$" in pattern
    for text in drawn(scale(500)):
        if settled(text):
            assert re.search(pattern, for_volsync(cron(text), "UTC"))
            assert re.search(pattern, for_volsync(cron(text), "Australia/Lord_Howe"))


def test_crons_are_equal_when_they_mean_the_same():
    assert cron("0 2 * * MON-FRI") == cron("00 2 ? * 1,2,3,4-5")
    assert cron("0 0 */1 * *") != cron("0 0 1-31 * *")  # the star decides whether a weekday would add or narrow
    assert len({cron("5 2 * * *"), cron("05 2 * * *")}) == 1


def test_messages_quote_little():
    with pytest.raises(CronError) as refused:
        parse("x" * 900)
    assert len(refused.value.message) < 100
