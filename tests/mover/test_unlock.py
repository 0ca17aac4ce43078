"""The operation `unlock`: dead locks go, living ones stay and are told."""

from datetime import timedelta

import pytest

from tests.mover.container import told

pytestmark = pytest.mark.mover


def test_dead_locks_go_and_a_living_one_stays_with_its_kind_and_age(mover, repository):
    for exclusive in (True, False):
        repository.lock(age=timedelta(minutes=31), exclusive=exclusive)
    kept = repository.lock(age=timedelta(minutes=3), exclusive=False)
    outcome = mover.run("unlock")
    result = outcome.result
    assert told(outcome) == (0, "ok"), outcome
    assert (result["locksRemoved"], result["lock"]) == (2, "shared")
    assert 180 <= result["lockAge"] <= 210
    assert repository.locks() == [kept]
    assert "Its holder may be alive" in outcome.errors


def test_repository_without_locks_needs_none_removed(mover, repository):
    outcome = mover.run("unlock")
    assert told(outcome) == (0, "ok")
    assert not {"locksRemoved", "lock", "lockAge"} & set(outcome.result)


@pytest.mark.parametrize(
    ("env", "way_out"),
    [
        ({"RESTIC_PASSWORD": "wrong"}, (72, "wrong-password")),
        ({"RESTIC_REPOSITORY": "/mnt/elsewhere"}, (1, "no-repository")),
    ],
)
def test_what_cannot_be_opened_is_told(mover, env, way_out):
    assert told(mover.run("unlock", **env)) == way_out
