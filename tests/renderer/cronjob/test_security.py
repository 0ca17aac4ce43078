"""Who the mover is: the user's words, and what follows from them where he says nothing."""

import pytest

from tests.renderer.cronjob.policies import EVERY_JOB
from tests.renderer.cronjob.runs import run, runs

SECCOMP = {"type": "RuntimeDefault"}


def context(uid, gid, group, non_root=True):
    ours = {"runAsNonRoot": non_root, "runAsUser": uid, "runAsGroup": gid, "fsGroup": group}
    said = {key: value for key, value in ours.items() if value is not None}
    return {**said, "fsGroupChangePolicy": "OnRootMismatch", "seccompProfile": SECCOMP}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("{}", context(1000, 1000, 1000)),
        ("{runAsUser: 568}", context(568, 568, 568)),
        ("{runAsUser: 568, runAsGroup: 100}", context(568, 100, 100)),
        ("{runAsUser: 568, fsGroup: 100}", context(568, 568, 100)),
        ("{runAsUser: 568, runAsGroup: 569, fsGroup: 570}", context(568, 569, 570)),
        ("{runAsGroup: 100}", context(1000, 100, 100)),
        ("{fsGroup: 100}", context(1000, 1000, 100)),
        ("{runAsGroup: 0}", context(1000, 0, None)),
        ("{fsGroup: 0}", context(1000, 1000, 0)),
        ("{runAsNonRoot: true}", context(1000, 1000, 1000)),
        ("{runAsNonRoot: false}", context(1000, 1000, 1000, non_root=False)),
        ("{runAsUser: 0}", context(0, 0, None, non_root=None)),
        ("{runAsUser: 0, runAsNonRoot: false}", context(0, 0, None, non_root=False)),
        ("{runAsUser: 0, fsGroup: 2000}", context(0, 0, 2000, non_root=None)),
        ("{runAsUser: 0, runAsGroup: 100}", context(0, 100, 100, non_root=None)),
        ("{runAsUser: 1, supplementalGroups: [44]}", {**context(1, 1, 1), "supplementalGroups": [44]}),
        ("{fsGroupChangePolicy: Always}", {**context(1000, 1000, 1000), "fsGroupChangePolicy": "Always"}),
        (
            "{seccompProfile: {type: Unconfined}}",
            {**context(1000, 1000, 1000), "seccompProfile": {"type": "Unconfined"}},
        ),
    ],
)
def test_pod_runs_as_the_user_says_and_else_as_nobody_in_particular(render, said, expected):
    for one in runs(render(mover=f"{{securityContext: {said}}}", **EVERY_JOB).objects):
        assert one.pod["securityContext"] == expected, one.name


def test_pod_of_a_policy_without_a_security_context(render):
    assert run(render().objects, "backup").pod["securityContext"] == context(1000, 1000, 1000)


@pytest.mark.parametrize(("said", "group"), [("{runAsUser: 568}", None), ("{runAsUser: 568, fsGroup: 100}", 100)])
def test_clone_is_given_to_no_group_unless_the_user_says_one(render, said, group):
    clone = {"copyMethod": "Clone", "capacity": "1Gi", "mover": f"{{securityContext: {said}}}"}
    found = {one.operation: one.pod["securityContext"] for one in runs(render(**clone).objects)}
    assert found.pop("backup") == context(568, 568, group)
    assert found
    assert all(one == context(568, 568, group or 568) for one in found.values())


def test_root_that_must_not_be_root_is_refused(refused):
    (message,) = refused(mover="{securityContext: {runAsUser: 0, runAsNonRoot: true}}")
    assert (
        message == "error: runAsNonRoot with runAsUser 0: no such pod can start; remove one of them [security-context]"
    )


def test_capabilities_are_added_to_the_mover_alone(render):
    dumps = "[{name: db, image: postgres, command: [pg_dump]}]"
    found = render(mover="{capabilities: [DAC_READ_SEARCH, CHOWN, CHOWN]}", dumps=dumps)
    (note,) = found.said
    assert note.startswith('note: the mover gets DAC_READ_SEARCH, CHOWN, and Pod Security "restricted" refuses it; ')
    backup = run(found.objects, "backup")
    given = {one["name"]: one["securityContext"]["capabilities"] for one in backup.containers}
    assert given == {"db": {"drop": ["ALL"]}, "restic": {"drop": ["ALL"], "add": ["DAC_READ_SEARCH", "CHOWN"]}}


def test_users_account_is_used_and_none_is_made(render):
    found = render(mover="{serviceAccountName: backup}", **EVERY_JOB)
    assert found.all("ServiceAccount") == {}
    assert {one.pod["serviceAccountName"] for one in runs(found.objects)} == {"backup"}
    assert all(one.pod["automountServiceAccountToken"] is False for one in runs(found.objects))


def test_account_is_made_for_those_that_have_none(render):
    found = render(
        targets="[{name: default, mover: {serviceAccountName: mine}}, {name: nas, repository: {url: 's3:h/n'}}]"
    )
    assert set(found.all("ServiceAccount")) == {"web-mover"}
    assert found.one("ServiceAccount")["automountServiceAccountToken"] is False
