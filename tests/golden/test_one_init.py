"""Two `restic init` at once destroy a repository: each has exactly one init Job, and each that is written has one."""

from collections import Counter

import pytest

from tests.golden.examples import CASES, documents, expected, is_of_component


def runs(case):
    """Every pod template of an example's objects: cluster, what it does, in which repository."""
    for path, text in expected(case).items():
        for one in documents(text) if not is_of_component(path) else ():
            if one["kind"] in ("CronJob", "Job"):
                spec = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
                (container,) = spec["template"]["spec"]["containers"]
                env = {variable["name"]: variable.get("value") for variable in container["env"]}
                yield env["BACKPLAN_OPERATION"], repository(env, container, one)


def repository(env, container, one):
    """By its URL; where a Secret brings that, by the Secret; a local one is of its namespace and mount."""
    secret = one["metadata"]["namespace"], container["envFrom"][0]["secretRef"]["name"]
    url = env.get("RESTIC_REPOSITORY")
    return secret if url is None else (one["metadata"]["namespace"], url) if url.startswith("/") else url


@pytest.mark.parametrize("case", CASES)
def test_each_repository_that_is_written_has_one_init_job(case):
    found = list(runs(case))
    inits = Counter(where for what, where in found if what == "init")
    assert set(inits.values()) <= {1}
    assert inits.keys() == {where for what, where in found if what == "backup"}
    assert inits.keys() == {where for what, where in found if what == "maintenance"}


def test_nothing_else_has_the_operation():
    operations = Counter(what for case in CASES for what, _ in runs(case))
    assert operations.keys() == {"init", "backup", "maintenance", "restore", "drill", "unlock"}
    assert operations["init"] > 5
