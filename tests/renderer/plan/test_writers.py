"""Who may write one repository: one history each, one owner, and a check that does not grow with the square."""

import itertools
import time

import pytest

from renderer.plan import Writer, in_several_policies, writers
from renderer.plan.writers import Known
from renderer.policy import App
from renderer.problem import Place, Severity
from tests.renderer.plan.planned import plan, planned

ONE = "s3:https://s3.example.com/one"


def keys(url=ONE, engine="cronjob", more=""):
    copying = {"copyMethod": "Snapshot"} if engine == "volsync" else {}
    return {"engine": engine, "repository": f"{{url: '{url}', secret: {{name: restic}}{more}}}", **copying}


def found(*policies):
    """The problems between policies, each an app's name and its keys."""
    made = [planned(App("shop", name, None), **said) for name, said in policies]
    return list(in_several_policies(itertools.chain.from_iterable(writers(one.policy) for one in made)))


def in_one(**said):
    _, problems = plan(App("shop", "web", None), **said)
    return [problem for problem in problems if problem.rule == "one-writer"]


@pytest.mark.parametrize(
    "other",
    [ONE, f"{ONE}/", "s3:https://S3.example.com:443/one", "s3:s3.example.com/one", "s3:https://s3.example.com//one"],
)
def test_one_inline_url_in_two_policies_is_an_error_at_both_lines(other):
    """Both would maintain it, and at other times."""
    first, second = found(("a", keys()), ("b", keys(other)))
    for problem in (first, second):
        assert problem.severity is Severity.ERROR
        assert problem.rule == "one-writer"
        assert "shop/a and shop/b both write one repository" in problem.message
        assert "list it under repositories in backplan.yaml, and set repository.ref here" in problem.message
        assert problem.place.line == 4
        assert "s3.example.com" not in problem.message


def test_problems_stand_at_the_line_of_each_url(tmp_path):
    from renderer.pipeline import render
    from renderer.request import Request

    files = []
    for name, padding in (("a", 0), ("b", 3)):
        file = tmp_path / f"{name}.yaml"
        file.write_text(
            "apiVersion: backplan.dev/v1alpha1\nkind: BackupPolicy\n"
            f"metadata: {{name: {name}, namespace: shop}}\nspec:\n" + "  # padding\n" * padding + "  claim: data\n"
            f"  schedule: '@daily'\n  retain: {{daily: 7}}\n  repository:\n    url: {ONE}\n"
            "    secret: {name: restic}\n"
        )
        files.append(file)
    problems = [problem for problem in render(Request(files, tmp_path)).problems if problem.rule == "one-writer"]
    assert {(problem.place.file, problem.place.line) for problem in problems} == {("a.yaml", 9), ("b.yaml", 12)}
    assert "(see b.yaml:12:10)" in min(problems, key=lambda problem: problem.place.file).message
    assert "(see a.yaml:9:10)" in max(problems, key=lambda problem: problem.place.file).message


@pytest.mark.parametrize(
    "other", ["s3:https://s3.example.com/other", "rest:https://s3.example.com/one", "s3:http://nas/one"]
)
def test_two_repositories_are_nobodys_problem(other):
    assert found(("a", keys()), ("b", keys(other))) == []


def test_equal_hosts_over_two_policies_are_told_as_such():
    own = ", identity: {host: volsync}"
    for problem in found(("a", keys(more=own)), ("b", keys(more=own))):
        assert "restic cannot tell their snapshots apart" in problem.message


@pytest.mark.parametrize("engines", [("volsync", "cronjob"), ("cronjob", "volsync")])
def test_volsync_beside_another_writer_is_an_error_over_two_policies(engines):
    problems = found(*((name, keys(engine=engine)) for name, engine in zip("ab", engines, strict=True)))
    assert len(problems) == 2
    assert all("VolSync prunes it while the other writes" in problem.message for problem in problems)


def test_volumes_of_one_policy_share_a_repository():
    assert in_one(volumes="[{name: a, claim: a}, {name: b, claim: b}]") == []


def test_volumes_of_one_policy_with_one_host_do_not():
    (problem,) = in_one(
        volumes="[{name: a, claim: a}, {name: b, claim: b}]", **keys(more=", identity: {host: volsync}")
    )
    assert problem.is_error
    assert (
        "volumes 'a' and 'b' both write one repository, and restic cannot tell their snapshots apart" in problem.message
    )


def test_targets_in_one_repository_need_hosts_of_their_own():
    targets = "[{{name: a}}, {{name: b, repository: {{identity: {{host: {host}}}}}}}]"
    assert in_one(targets=targets.format(host="mine"), **keys()) == []
    (problem,) = in_one(targets=targets.format(host="shop/web/data"), **keys())
    assert "targets 'a' and 'b' both write one repository" in problem.message


def test_engines_mixed_in_one_repository_of_a_policy_are_a_warning():
    targets = "[{name: a}, {name: b, engine: volsync, copyMethod: Snapshot}]"
    (problem,) = in_one(targets=targets, **keys())
    assert problem.severity is Severity.WARNING
    assert "VolSync prunes it while the other writes" in problem.message


def test_engines_mixed_with_one_host_are_one_history():
    """VolSync's forget would go by its retention, and ours by ours."""
    targets = "[{name: a}, {name: b, engine: volsync, copyMethod: Snapshot}]"
    (problem,) = in_one(targets=targets, **keys(more=", identity: {host: volsync}"))
    assert problem.is_error
    assert "restic cannot tell their snapshots apart" in problem.message


def test_volsync_writers_of_one_secret_are_found_by_it():
    secret = {"engine": "volsync", "copyMethod": "Snapshot", "repository": "{secret: {name: restic}}"}
    problems = found(("a", secret), ("b", secret))
    assert len(problems) == 2
    for problem in problems:
        assert "both write the repository of secret 'restic'" in problem.message
        assert "VolSync cannot tell their snapshots apart" in problem.message


def test_volumes_of_one_policy_share_no_repository_under_volsync():
    (problem,) = in_one(volumes="[{name: a, claim: a}, {name: b, claim: b}]", **keys(engine="volsync"))
    assert problem.is_error
    assert "VolSync cannot tell their snapshots apart" in problem.message


def test_one_secret_serves_many_urls_of_our_own_mover():
    assert found(("a", keys()), ("b", keys("s3:https://s3.example.com/b"))) == []


def crowd(count, repositories, hosts):
    places = [Place("a.yaml", line, 1) for line in range(1, count + 1)]
    return [
        Writer(
            app=f"shop/{n}",
            volume="data",
            target="default",
            engine="cronjob",
            host=f"h{n % hosts}",
            shares=n % 2 == 0,
            repository=(Known(n % repositories, "one repository", places[n]),),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(("repositories", "hosts"), [(1, 1), (1, 10_000), (10_000, 1), (2, 3)])
def test_time_grows_with_the_number_of_writers_and_not_with_its_square(repositories, hosts):
    def took(count):
        many = crowd(count, repositories, hosts)
        times = []
        for _ in range(3):
            start = time.process_time()
            told = list(in_several_policies(many))
            times.append(time.process_time() - start)
        return min(times), len(told)

    (short, few), (long, many) = took(1000), took(4000)
    assert long < 10 * short + 0.02, f"{short:.4f} s, then {long:.4f} s"
    assert many <= 4000
    assert few <= 1000
