"""One-off Jobs run once for each token, whatever else about them changes."""

import hashlib
import re

import pytest

from renderer.engines.cronjob import mover
from renderer.labels import ARGO_SYNC_OPTIONS, FLUX_SSA, TOKEN
from tests.renderer.cronjob.policies import EVERY_JOB, TWO_VOLUMES, repository
from tests.renderer.cronjob.runs import run, runs

JOBS = {key: EVERY_JOB[key] for key in ("manual", "unlock", "restores")}
TOKENS = {"web-backup": "now", "web-unlock": "now", "web-old": "restore-once"}
URL = "s3:https://s3.example.com/shop/web"
LONGEST = 63
NEVER_TAKEN = {ARGO_SYNC_OPTIONS: "Force=true,Replace=true", FLUX_SSA: "IfNotPresent"}


def digits(text):
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def jobs(found):
    return found.all("Job")


def names(found):
    return set(jobs(found))


USUAL = {*(f"{name}-{digits(token)}" for name, token in TOKENS.items()), f"web-init-{digits(URL)}"}


def test_jobs_are_named_by_operation_subject_and_token(render):
    assert names(render(**JOBS)) == USUAL


@pytest.mark.parametrize(
    "keys",
    [
        {"mover": "{image: 'registry.example.com/restic:0.19.0', resources: {requests: {memory: 1Gi}}}"},
        {"mover": "{securityContext: {runAsUser: 2000}, podLabels: {a: b}, deadline: 9h, backoffLimit: 0}"},
        {"labels": "{team: lab}", "annotations": "{example.com/owner: lab}"},
        {"patches": "[{target: {kind: Job}, patch: {spec: {backoffLimit: 5}}}]"},
        {"retain": "{weekly: 3}", "schedule": '"@hourly"', "timeZone": "Europe/Berlin"},
        {"cache": "emptyDir", "exclude": "[a]", "networkPolicy": "true", "copyMethod": "Clone", "capacity": "1Gi"},
        {"targets": "[{name: default}, {name: nas, manual: null, unlock: null, repository: {url: 's3:h/nas'}}]"},
    ],
)
def test_other_settings_run_no_job_again(render, keys):
    before, after = render(**JOBS), render(**{**JOBS, **keys})
    assert names(before) <= names(after)
    assert before.objects != after.objects


def test_another_mover_script_runs_no_job_again(render, monkeypatch):
    """A new version of Backplan."""
    scripts = mover.mover_scripts()
    before = render(**JOBS)
    with monkeypatch.context() as patch:
        patch.setattr(mover, "mover_scripts", lambda: {**scripts, "mover.sh": "exit 0\n"})
        mover._mark.cache_clear()
        after = render(**JOBS)
    mover._mark.cache_clear()
    assert names(after) == names(before)
    assert set(after.all("ConfigMap")) != set(before.all("ConfigMap"))


@pytest.mark.parametrize(
    ("keys", "renamed"),
    [
        ({"manual": "again"}, "web-backup"),
        ({"unlock": "again"}, "web-unlock"),
        ({"restores": "[{name: old, token: again, to: {claim: web-old, create: {capacity: 9Gi}}}]"}, "web-old"),
        ({"restores": "[{name: old, to: {claim: web-old}, token: again}]"}, "web-old"),
    ],
)
def test_another_token_is_another_job(render, keys, renamed):
    old = f"{renamed}-{digits(TOKENS[renamed])}"
    assert names(render(**{**JOBS, **keys})) == USUAL - {old} | {f"{renamed}-{digits('again')}"}


HOSTILE = [
    "x" * 10_000,
    "Zürich ✓ 東京",
    "a/b c:d",
    "-",
    "--flag",
    "{}",
    "%s",
    "'",
    '\\"',
    "*",
    "\\",
    "0",
    "null",
]


@pytest.mark.parametrize("token", HOSTILE)
def test_no_token_breaks_a_name(render, token):
    said = "'" + token.replace("'", "''") + "'"
    found = render(manual=said, unlock=said, restores=f"[{{name: old, token: {said}, to: {{claim: web-old}}}}]")
    names = {f"{name}-{digits(token)}" for name in TOKENS}
    assert names < set(jobs(found))
    for name in names:
        assert re.fullmatch(r"[a-z0-9-]{1,63}", name)
        assert jobs(found)[name]["metadata"]["annotations"][TOKEN] == token


@pytest.mark.parametrize(
    "keys",
    [
        {"manual": '"a\\nb"'},
        {"unlock": '"a\\tb"'},
        {"restores": '[{name: old, token: "a\\nb", to: {claim: web-old}}]'},
        {"restore": '{bootstrap: {token: "a\\nb", workload: {kind: Deployment, name: web}}}'},
        {"manual": "'$(RESTIC_PASSWORD)'"},
    ],
)
def test_token_of_several_lines_or_with_a_variable_is_refused(refused, keys):
    (message,) = refused(**keys)
    assert message.startswith("error: the text holds ")
    assert message.endswith("[expansion]")


def test_too_long_a_name_is_told_before_kubernetes_does(refused):
    name = "r" * 60
    (message,) = refused(restores=f"[{{name: {name}, to: {{claim: web-old}}}}]")
    assert f"the Job name 'web-{name}-{digits('restore-once')}' is longer than 63 characters" in message


def test_init_job_is_named_by_the_url(render):
    for url in (URL, URL + "/", "rest:https://nas.example.com/x"):
        assert run(render(repository=repository(url=url)).objects, "init", "Job").name == f"Job web-init-{digits(url)}"


def test_init_job_of_a_url_in_a_secret_is_named_by_the_secret(render):
    found = render(repository="{secret: {name: restic}}")
    assert f"web-init-{digits('shop/restic')}" in names(found)


def inits(found):
    return [one.env["RESTIC_REPOSITORY"] for one in runs(found.objects) if one.operation == "init"]


def test_two_volumes_in_one_repository_have_one_init_job(render):
    assert inits(render(volumes=TWO_VOLUMES)) == [URL]


def test_two_targets_in_one_repository_have_one_init_job(render):
    """By another identity they may share it, however the URL is spelt."""
    nas = "{name: nas, repository: {url: 's3:S3.example.com/shop/web', identity: {host: nas}}}"
    assert inits(render(targets=f"[{{name: default}}, {nas}]")) == [URL]


def test_two_targets_in_two_repositories_have_two(render):
    found = render(targets="[{name: default}, {name: nas, repository: {url: 's3:https://nas.example.com/web'}}]")
    assert sorted(inits(found)) == ["s3:https://nas.example.com/web", URL]
    assert {name for name in jobs(found) if "-init-" in name} == {
        f"web-init-{digits(URL)}",
        f"web-nas-init-{digits('s3:https://nas.example.com/web')}",
    }


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"overlays": "[flux]"},
        {"overlays": "[argocd]"},
        {"annotations": "{example.com/owner: lab}"},
        {"annotations": f"{{{ARGO_SYNC_OPTIONS}: 'Force=false,Replace=false', {FLUX_SSA}: Merge}}"},
        {"labels": f"{{{FLUX_SSA}: Merge}}"},
        {"patches": "[{patch: {metadata: {annotations: null}}}]"},
        {"patches": f"[{{patch: {{metadata: {{annotations: {{{ARGO_SYNC_OPTIONS}: null, {FLUX_SSA}: null}}}}}}}}]"},
        {"patches": f"[{{patch: {{metadata: {{annotations: {{{FLUX_SSA}: Merge, {TOKEN}: mine}}}}}}}}]"},
        {"patches": f"[{{patch: {{metadata: {{annotations: {{{ARGO_SYNC_OPTIONS}: 'Force=false'}}}}}}}}]"},
        {"patches": "[{target: {kind: Job}, patch: [{op: remove, path: /metadata/annotations}]}]"},
        {"patches": "[{target: {kind: Job}, patch: [{op: add, path: /metadata/annotations, value: null}]}]"},
    ],
)
def test_nothing_takes_from_a_job_how_flux_and_argo_cd_have_to_treat_it(render, keys):
    found = jobs(render(**{**JOBS, **keys}))
    assert set(found) == USUAL
    for name, job in found.items():
        annotations = job["metadata"]["annotations"]
        assert {key: annotations[key] for key in NEVER_TAKEN} == NEVER_TAKEN
        assert annotations.get(TOKEN) == TOKENS.get(name.rpartition("-")[0])


@pytest.mark.parametrize(
    ("said", "rendered"),
    [
        ("Prune=false", "Prune=false,Force=true,Replace=true"),
        ("Prune=confirm, Replace=true", "Prune=confirm,Force=true,Replace=true"),
        ("Replace=true,Force=true", "Force=true,Replace=true"),
    ],
)
def test_users_sync_options_of_a_job_stay_beside_ours(render, said, rendered):
    patch = f"{{metadata: {{annotations: {{{ARGO_SYNC_OPTIONS}: '{said}'}}}}}}"
    for job in jobs(render(**JOBS, patches=f"[{{target: {{kind: Job}}, patch: {patch}}}]")).values():
        assert job["metadata"]["annotations"][ARGO_SYNC_OPTIONS] == rendered


def test_finished_jobs_stay(render, refused):
    """GitOps would make a Job anew that a TTL has removed, and restore old data over live data."""
    for one in runs(render(**EVERY_JOB).objects):
        assert one.manifest["kind"] == "CronJob" or "ttlSecondsAfterFinished" not in one.job
    (message,) = refused(patches="[{target: {kind: Job}, patch: {spec: {ttlSecondsAfterFinished: 60}}}]")
    assert "ttlSecondsAfterFinished" in message


def test_restore_jobs_keep_the_mark_of_their_restore(render):
    """The mover is the second lock: what it is told must be the token that the name stands for."""
    restore = run(render(**JOBS).objects, "restore", "Job")
    told = {key: restore.env[key] for key in ("BACKPLAN_RESTORE", "BACKPLAN_TOKEN", "BACKPLAN_ON_MISSING")}
    assert told == {"BACKPLAN_RESTORE": "old", "BACKPLAN_TOKEN": "restore-once", "BACKPLAN_ON_MISSING": "fail"}
    assert "BACKPLAN_OVERWRITE" not in restore.env


def test_restores_started_by_hand_have_their_own_token_each(render):
    restore = run(render().objects, "restore")
    assert restore.env["BACKPLAN_TOKEN"] == {
        "fieldRef": {"fieldPath": "metadata.labels['batch.kubernetes.io/job-name']"}
    }
    spec = restore.manifest["spec"]
    assert (spec["suspend"], spec["schedule"]) == (True, "0 0 31 2 *")
    assert (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]) == (10, 10)
