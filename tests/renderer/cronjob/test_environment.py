"""What the mover is told: identity, retention, and nothing that restic would refuse."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.engines.cronjob.environment import maintenance_variables
from tests.renderer import policies
from tests.renderer.cronjob.forget import blocks, objection
from tests.renderer.cronjob.policies import EVERY_JOB, TWO_VOLUMES, policy, repository
from tests.renderer.cronjob.runs import run, runs
from tests.renderer.plan.planned import planned
from tests.tools import scale


def forgotten(found):
    (maintenance,) = (one for one in runs(found.objects) if one.operation == "maintenance")
    return blocks(maintenance.env["BACKPLAN_FORGET"])


def test_every_count_and_duration_is_an_argument(render):
    retain = (
        "{last: 1, hourly: 2, daily: 3, weekly: 4, monthly: 5, yearly: 6, within: 1y5m7d2h, withinHourly: 1d, "
        "withinDaily: 2d, withinWeekly: 1m, withinMonthly: 1y, withinYearly: 10y}"
    )
    (block,) = forgotten(render(retain=retain))
    assert block == [
        "--host=shop/web/data",
        "--keep-last=1",
        "--keep-hourly=2",
        "--keep-daily=3",
        "--keep-weekly=4",
        "--keep-monthly=5",
        "--keep-yearly=6",
        "--keep-within=1y5m7d2h",
        "--keep-within-hourly=1d",
        "--keep-within-daily=2d",
        "--keep-within-weekly=1m",
        "--keep-within-monthly=1y",
        "--keep-within-yearly=10y",
    ]
    assert objection(block) is None


@pytest.mark.parametrize(
    "zero", ["last: 0", "hourly: 0", "yearly: 0", "within: 0d", "within: 0y0m0d", "withinDaily: 0h"]
)
def test_zero_says_nothing(render, zero):
    assert forgotten(render(retain=f"{{daily: 7, {zero}}}")) == [["--host=shop/web/data", "--keep-daily=7"]]


@pytest.mark.parametrize("retain", ["{}", "{daily: 0}", "{within: 0d, last: 0}", "{withinDaily: 00h}"])
def test_retention_that_keeps_nothing_is_refused(refused, retain):
    (message,) = refused(retain=retain)
    assert "keeps nothing" in message


def test_equal_retention_is_one_forget(render):
    hosts = ["--host=shop/web/data", "--host=shop/web/media"]
    assert forgotten(render(volumes=TWO_VOLUMES)) == [[*hosts, "--keep-daily=7"]]


NAS = "{name: nas, repository: {identity: {host: nas}}, retain: "


def test_other_retention_is_a_forget_of_its_own(render):
    found = render(targets=f"[{{name: default}}, {NAS}{{weekly: 4}}}}]")
    assert forgotten(found) == [["--host=shop/web/data", "--keep-daily=7"], ["--host=nas", "--keep-weekly=4"]]


def test_retention_spelt_otherwise_is_the_same(render):
    found = render(targets=f"[{{name: default}}, {NAS}{{weekly: 0, daily: 7, last: 0}}}}]")
    assert forgotten(found) == [["--host=shop/web/data", "--host=nas", "--keep-daily=7"]]


def test_hosts_stand_in_the_order_of_the_policy(render):
    volumes = "[{name: z, claim: a}, {name: a, claim: b}, {name: m, claim: c}]"
    (block,) = forgotten(render(volumes=volumes))
    assert block[:3] == ["--host=shop/web/z", "--host=shop/web/a", "--host=shop/web/m"]


COUNTS = st.dictionaries(
    st.sampled_from(["last", "hourly", "daily", "weekly", "monthly", "yearly"]), st.integers(0, 2**31 - 1), max_size=4
)
DURATIONS = st.dictionaries(
    st.sampled_from(["within", "withinHourly", "withinDaily", "withinWeekly", "withinMonthly", "withinYearly"]),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from("ymdh")), min_size=1, max_size=4).map(
        lambda parts: "".join(f"{n}{unit}" for n, unit in parts)
    ),
    max_size=3,
)


@settings(max_examples=scale(200))
@given(st.lists(st.tuples(COUNTS, DURATIONS).map(lambda both: both[0] | both[1]), min_size=1, max_size=3))
def test_nothing_that_restic_refuses_comes_out(retains):
    def said(retain):
        return "{" + ", ".join(f"{key}: {value}" for key, value in retain.items()) + "}"

    kept = [retain if any(map(keeps, retain.values())) else {**retain, "daily": 1} for retain in retains]
    targets = ", ".join(
        f"{{name: t{n}, retain: {said(retain)}, repository: {{identity: {{host: h{n}}}}}}}"
        for n, retain in enumerate(kept)
    )
    (one,) = planned(targets=f"[{targets}]").repositories
    made = blocks(maintenance_variables(one.owner, one.histories, one.maintenance)["BACKPLAN_FORGET"])
    assert [objection(block) for block in made] == [None] * len(made)
    hosts = [argument for block in made for argument in block if argument.startswith("--host=")]
    assert sorted(hosts) == [f"--host=h{n}" for n in range(len(kept))]
    assert len({tuple(one for one in block if one.startswith("--keep")) for block in made}) == len(made)


def keeps(value):
    return any(digit in "123456789" for digit in str(value))


def test_reader_of_the_tests_has_something_against_bad_arguments():
    assert objection(["--keep-daily=1"]) is not None
    assert objection(["--host=a", "--keep-daily=0"]) is not None
    assert objection(["--host=a", "--keep-within=3w"]) is not None
    assert objection(["--host=a", "--host=a", "--keep-last=1"]) is not None
    assert objection(["--host=a", "--keep-weakly=1"]) is not None


def hosts(found):
    return {one.env["BACKPLAN_HOST"] for one in runs(found.objects) if "BACKPLAN_HOST" in one.env}


def test_host_is_namespace_app_and_volume(render):
    assert hosts(render(volumes=TWO_VOLUMES, **EVERY_JOB)) == {"shop/web/data", "shop/web/media"}


def test_history_of_volsync_goes_on_by_its_host(render):
    found = render(repository=repository("identity: {host: volsync}"), **EVERY_JOB)
    assert hosts(found) == {"volsync"}
    assert forgotten(found) == [["--host=volsync", "--keep-daily=7"]]
    assert run(found.objects, "backup").env["BACKPLAN_DATA"] == "/data"


@pytest.mark.parametrize("host", ["Zürich", "a b", "-x", "a,b", "{namespace}-{volume}", "*"])
def test_host_of_any_kind_is_one_argument(render, host):
    (block,) = forgotten(render(repository=repository(f'identity: {{host: "{host}"}}')))
    named = host.replace("{namespace}", "shop").replace("{volume}", "data")
    assert block == [f"--host={named}", "--keep-daily=7"]
    assert objection(block) is None


@pytest.mark.parametrize("host", ['"a\\nb"', '"--host=x\\n\\n--keep-last=1"', '"$(RESTIC_PASSWORD)"', '"a`b"'])
def test_host_with_an_argument_in_it_is_refused(refused, host):
    (message,) = refused(repository=repository(f"identity: {{host: {host}}}"))
    assert "[expansion]" in message


def test_fleet_file_changes_no_identity_name_or_schedule(tmp_path):
    """Every history would begin anew, and every restore find nothing."""
    text = policy(**EVERY_JOB, schedule='"@daily"', networkPolicy="true")
    alone = policies.rendered(tmp_path, text)
    (tmp_path / "backplan.yaml").write_text(
        "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec: {cluster: home, policies: ['*.yaml']}\n"
    )
    assert policies.rendered(tmp_path, text).objects == alone.objects


def test_restore_of_another_history(render):
    restores = "[{name: old, identity: {host: elsewhere, tags: [a, b], path: /old}, previous: 0, to: {claim: web-old}}]"
    env = run(render(restores=restores).objects, "restore", "Job").env
    told = {key: env[f"BACKPLAN_{key}"] for key in ("HOST", "TAGS", "DATA", "PREVIOUS")}
    assert told == {"HOST": "elsewhere", "TAGS": "a\nb", "DATA": "/old", "PREVIOUS": "0"}


def test_url_of_the_policy_wins_over_the_secrets(render):
    """`env` beats `envFrom`: one Secret of a namespace serves every path."""
    found = render(**EVERY_JOB)
    for one in runs(found.objects):
        assert one.env["RESTIC_REPOSITORY"] == "s3:https://s3.example.com/shop/web"
        assert one.restic["envFrom"] == [{"secretRef": {"name": "restic"}}]
    for one in runs(render(repository="{secret: {name: restic}}").objects):
        assert "RESTIC_REPOSITORY" not in one.env


def test_check_is_a_subset_a_share_or_nothing(render):
    def told(**keys):
        env = run(render(**keys).objects, "maintenance").env
        return env.get("BACKPLAN_CHECK_SUBSETS"), env.get("BACKPLAN_READ_DATA_SUBSET")

    assert told() == ("52", None)
    assert told(check="{subsets: 7}") == ("7", None)
    assert told(check="{readDataSubset: 10%}") == (None, "10%")
    assert told(check="false") == (None, None)
