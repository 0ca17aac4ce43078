"""What is printed is whole, hardened, GitOps' business in no way, and what was asked whatever the patches say."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings

from renderer.emit import document
from renderer.engines.cronjob.oncall import WEEK, Errand, looking, restoring, saving
from renderer.engines.cronjob.oncall import job as cronjob_job
from renderer.labels import FILE
from renderer.pipeline import made
from renderer.request import Request, merge_all
from renderer.resources import mover_scripts
from tests.properties.policies import BOTH, policies
from tests.renderer.cronjob.hardened import assert_container, assert_pod
from tests.renderer.cronjob.runs import Run
from tests.renderer.oncall.conftest import VOLSYNC
from tests.renderer.oncall.goldens import EXPECTED, GOLDENS, RENEW
from tests.schemas import ours
from tests.tools import scale

EVERY_RUN = ["snapshots", "stats", "ls", "check", "unlock", "backup"]


@pytest.mark.parametrize("name", GOLDENS)
def test_printed_object_is_what_expected_says(fleet, name):
    keys, words = GOLDENS[name]
    fleet.policy(**keys)
    assert fleet.call(*words).short == (EXPECTED / f"{name}.yaml").read_text(), RENEW


def printed(fleet):
    """A Job of every kind."""
    yield fleet.restore("--overwrite")
    for operation in EVERY_RUN:
        yield fleet.run("--", operation)


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"mover": "{securityContext: {runAsUser: 0}, serviceAccountName: mine, podLabels: {a: b}}"},
        {"dumps": "[{name: db, image: postgres:16, file: a.sql, command: [pg_dumpall]}]"},
        {"volumes": "[{name: data, claim: a, copyMethod: Clone, capacity: 9Gi}]", "manual": "once", "schedule": None},
        {"cache": "emptyDir", "colocate": "{matchLabels: {app: web}}"},
    ],
)
def test_every_job_is_hardened_as_the_rendered_ones(fleet, keys):
    fleet.policy(**keys)
    for called in printed(fleet):
        job = called.object
        run = Run(job, job["spec"])
        assert list(ours.validator("Job").iter_errors(job)) == []
        assert_pod(run)
        for container in run.containers:
            assert_container(run, container)
        assert job["spec"]["activeDeadlineSeconds"] > called.pod["activeDeadlineSeconds"]
        assert called.pod.get("serviceAccountName") == ("mine" if "serviceAccountName" in str(keys) else None)
        mounts = {mount["name"] for one in run.containers for mount in one["volumeMounts"]}
        assert mounts == called.volumes.keys()


def test_job_brings_along_all_files_that_it_reads(fleet):
    fleet.policy()
    for called in printed(fleet):
        annotations = called.object["spec"]["template"]["metadata"].get("annotations", {})
        brought = {name.removeprefix(FILE): text for name, text in annotations.items()}
        assert brought.items() <= mover_scripts().items()
        assert not [one for one in called.pod["volumes"] if "configMap" in one]
        if called.container["command"][0] == "restic":
            assert brought == {}
            continue
        items = called.volumes["mover"]["downwardAPI"]["items"]
        assert {one["path"]: one["fieldRef"]["fieldPath"] for one in items} == {
            name: f"metadata.annotations['{FILE}{name}']" for name in brought
        }
        assert {"mover.sh", "result.sh", f"{called.env['BACKPLAN_OPERATION']}.sh"} <= brought.keys()
        assert sum(map(len, brought.values())) < 200_000, "of Kubernetes' 256 KiB for all annotations"


def test_certificate_in_a_file_is_brought_along(fleet):
    certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    fleet.write("apps/shop/web/ca.pem", certificate)
    url = "url: 'rest:https://nas:8000/x', secret: {name: restic}"
    for keys in ({}, VOLSYNC):
        fleet.policy(repository=f"{{{url}, customCA: {{file: ca.pem}}}}", **keys)
        called = fleet.run("--", "snapshots")
        assert called.object["spec"]["template"]["metadata"]["annotations"] == {f"{FILE}ca.crt": certificate}
        assert called.env["RESTIC_CACERT"] == "/ca/ca.crt"
        assert "configMap" not in called.volumes["ca"]
        assert "needs in namespace 'shop': Secret restic\n" in called.said


def test_certificate_that_others_keep_is_needed(fleet):
    fleet.policy(
        repository="{url: 'rest:https://nas:8000/x', secret: {name: restic}, customCA: {configMapName: ca, key: a}}"
    )
    assert "needs in namespace 'shop': ConfigMap ca, Secret restic\n" in fleet.run("--", "snapshots").said


@pytest.mark.parametrize("keys", [{}, VOLSYNC])
def test_nothing_on_it_makes_a_controller_take_it_for_its_own(fleet, keys):
    labels = "{app.kubernetes.io/instance: web, kustomize.toolkit.fluxcd.io/name: apps}"
    fleet.policy(labels=labels, annotations="{argocd.argoproj.io/tracking-id: web}", **keys)
    called = fleet.restore("--overwrite")
    metadata = called.object["metadata"]
    assert [key for key in metadata["labels"] if not key.startswith("backplan.dev/")] == []
    assert metadata["annotations"] == {"backplan.dev/token": "now"}, "and no hash"
    if not keys:
        assert called.object["spec"]["ttlSecondsAfterFinished"] == WEEK


def test_objects_are_none_that_the_policy_renders(fleet):
    fleet.policy(manual="now", unlock="now", schedule=None)
    rendered = fleet.call("render").out
    for called in printed(fleet):
        assert f"name: {called.object['metadata']['name']}\n" not in rendered


def test_patches_of_the_policy_apply_but_change_nothing_of_what_was_asked(fleet):
    patch = "{spec: {jobTemplate: {spec: {template: {spec: {dnsPolicy: Default}}}}}}"
    steps = env_patch(("RESTIC_PACK_SIZE", "64"))
    fleet.policy(
        patches=f"[{{target: {{kind: CronJob}}, patch: {patch}}}, {{target: {{kind: CronJob}}, patch: [{steps}]}}]"
    )
    called = fleet.run("--", "unlock")
    assert (called.pod["dnsPolicy"], called.env["RESTIC_PACK_SIZE"]) == ("Default", "64")
    assert called.env["BACKPLAN_OPERATION"] == "unlock"
    assert called.container["command"] == ["/bin/sh", "/mover/mover.sh"]
    assert "args" not in called.container
    assert fleet.run("--", "snapshots").container["command"][:2] == ["restic", "snapshots"]


def env_patch(*variables):
    """Variables put at the end of the container's of all CronJobs."""
    path = "/spec/jobTemplate/spec/template/spec/containers/0/env/-"
    return ", ".join(f"{{op: add, path: {path}, value: {{name: {name}, value: '{v}'}}}}" for name, v in variables)


def test_environment_of_a_patch_is_in_every_job(fleet):
    steps = env_patch(("RESTIC_PACK_SIZE", "64"), ("RESTIC_PROGRESS_FPS", "1"))
    fleet.policy(patches=f"[{{target: {{kind: CronJob}}, patch: [{steps}]}}]")
    for called in printed(fleet):
        assert (called.env["RESTIC_PACK_SIZE"], called.env["RESTIC_PROGRESS_FPS"]) == ("64", "1")


def test_no_patch_decides_what_the_person_did_not_say(fleet):
    for name in ("BACKPLAN_OVERWRITE", "BACKPLAN_AS_OF"):
        steps = env_patch((name, "true"))
        fleet.policy(patches=f"[{{target: {{kind: CronJob, name: web-restore}}, patch: [{steps}]}}]")
        called = fleet.restore()
        assert (called.code, called.out) == (1, "")
        assert f"'{name}'" in called.said
        assert "[credential]" in called.said


def test_patch_by_index_means_in_every_job_what_it_means_in_the_rendered_one(fleet):
    """The first volume of the rendered restore is the data, which most of these have no business with."""
    pod = "/spec/jobTemplate/spec/template/spec"
    fleet.policy()
    rendered = next(
        one
        for one in yaml.safe_load_all(fleet.call("render").out)
        if one["kind"] == "CronJob" and one["metadata"]["name"] == "web-restore"
    )["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    volume = [one["name"] for one in rendered["volumes"]].index("cache")
    steps = [
        f"{{op: replace, path: {pod}/volumes/{volume}, value: {{name: cache, emptyDir: {{sizeLimit: 9Gi}}}}}}",
        f"{{op: add, path: {pod}/containers/0/env/0, value: {{name: RESTIC_PACK_SIZE, value: '64'}}}}",
    ]
    fleet.policy(patches=f"[{{target: {{kind: CronJob, name: web-restore}}, patch: [{', '.join(steps)}]}}]")
    for called in [fleet.restore(), *(fleet.run("--", operation) for operation in EVERY_RUN if operation != "backup")]:
        assert called.volumes["cache"]["emptyDir"] == {"sizeLimit": "9Gi"}
        assert called.env["RESTIC_PACK_SIZE"] == "64"
        assert {mount["name"] for mount in called.container["volumeMounts"]} == called.volumes.keys()
        assert "without the patch" not in called.said
        labels = called.object["spec"]["template"]["metadata"]["labels"]
        assert labels.items() >= called.object["metadata"]["labels"].items()


def test_claim_that_was_asked_for_is_filled_whatever_a_patch_mounts(fleet):
    path = "/spec/jobTemplate/spec/template/spec/volumes/0"
    patch = f"[{{op: replace, path: {path}, value: {{name: data, emptyDir: {{}}}}}}]"
    fleet.policy(patches=f"[{{target: {{kind: CronJob, name: web-restore}}, patch: {patch}}}]")
    called = fleet.restore()
    assert called.volumes["data"] == {"name": "data", "persistentVolumeClaim": {"claimName": "web-data"}}
    assert {"name": "data", "mountPath": "/data"} in called.container["volumeMounts"]


def test_patch_that_does_not_fit_the_job_is_told(fleet):
    """The scheduled CronJob has a time zone, and what nobody schedules has none."""
    patch = "[{op: replace, path: /spec/timeZone, value: Europe/Berlin}]"
    fleet.policy(timeZone="Europe/Rome", patches=f"[{{target: {{kind: CronJob, name: web-backup}}, patch: {patch}}}]")
    called = fleet.run("--", "backup")
    assert called.code == 0
    assert "\n- without the patch at apps/shop/web/backup-policy.yaml:" in called.said


def test_switch_of_a_backup_is_called_but_not_needed(fleet):
    fleet.policy(mover="{ping: {secretName: switch, key: url}}")
    called = fleet.run("--", "backup")
    assert called.env["BACKPLAN_PING_URL"]["secretKeyRef"]["name"] == "switch"
    assert "Secret switch" not in called.said
    assert "BACKPLAN_PING_URL" not in fleet.run("--", "snapshots").env | fleet.restore().env


@settings(max_examples=scale(20))
@given(policies(BOTH))
def test_every_job_of_any_policy_is_one_that_kubernetes_takes(policy):
    with TemporaryDirectory() as name:
        file = Path(name).resolve() / "backup-policy.yaml"
        file.write_text(json.dumps(policy, ensure_ascii=False), "utf-8")
        (merged,) = merge_all(Request([file], file.parent), [])
        plan, _, problems = made(merged)
    if plan is None or any(problem.is_error for problem in problems):
        return
    for backup in plan.policy.backups:
        runs = [looking(backup, operation, {}) for operation in ("ls", "check")]
        if backup.engine == "cronjob":
            runs += [saving(backup), restoring(backup, "other", {"BACKPLAN_AS_OF": "x"})]
        for run in runs:
            job = cronjob_job(Errand(run, "name", "now", ["ls"] if run.operation == "ls" else ()), [])
            assert list(ours.validator("Job").iter_errors(job)) == []
            assert_pod(Run(job, job["spec"]))
            assert yaml.load(document(job), yaml.CSafeLoader) == job


def test_printed_bytes_are_the_same_each_time(fleet):
    fleet.policy()
    first, second = ([called.out for called in printed(fleet)] for _ in range(2))
    assert first == second
