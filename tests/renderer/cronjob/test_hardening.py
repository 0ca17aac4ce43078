"""Every pod passes Pod Security "restricted", finds all that it mounts, and never touches the live data of a backup."""

import pytest
from hypothesis import given, settings

from renderer.labels import VOLUME
from tests.golden.examples import objects as golden
from tests.properties.policies import CRONJOB, policies
from tests.properties.rendering import outcome
from tests.renderer.cronjob.hardened import assert_hardened
from tests.renderer.cronjob.policies import EVERY_JOB, TWO_VOLUMES, repository
from tests.renderer.cronjob.runs import run, runs
from tests.tools import scale

TWO_TARGETS = "[{name: default}, {name: nas, repository: {url: 'rest:http://nas:8000/x'}}]"


@pytest.mark.parametrize(("example", "least"), [("no-operator", 4), ("no-operator-everything", 15)])
def test_every_pod_of_the_examples_is_hardened(example, least):
    objects = [one for one in golden(example) if one["kind"] != "Component"]
    assert assert_hardened(objects, "backup") >= least


@settings(max_examples=scale(100))
@given(policies(CRONJOB))
def test_every_pod_of_any_policy_is_hardened(policy):
    found = outcome(policy)
    if found.rendered:
        account = policy["spec"].get("mover", {}).get("serviceAccountName")
        assert assert_hardened(found.objects, account) >= 4


@pytest.mark.parametrize(
    "keys",
    [
        EVERY_JOB,
        {"volumes": TWO_VOLUMES, "targets": TWO_TARGETS, **EVERY_JOB},
        {"copyMethod": "Clone", "capacity": "9Gi", **EVERY_JOB},
        {"cache": "emptyDir", **EVERY_JOB},
        {"mover": "{securityContext: {runAsUser: 0}}", **EVERY_JOB},
        {"paused": "true", **EVERY_JOB},
        {"dumps": "[{name: db, image: postgres, command: [pg_dump]}, {name: tmp, image: a, command: [b]}]"},
        {"volumes": TWO_VOLUMES, "names": "{configMap: '{volume}', serviceAccount: '{volume}-{target}'}"},
        {
            "volumes": TWO_VOLUMES,
            "targets": TWO_TARGETS,
            "names": "{configMap: '{target}', serviceAccount: '{target}'}",
        },
        {"repository": repository("volume: {mountPath: x, nfs: {server: nas, path: /x}}", "/mnt/x/web")},
        {"repository": repository("customCA: {secretName: ca, key: ca.pem}, identity: {path: /srv}"), **EVERY_JOB},
    ],
)
def test_every_pod_of_a_policy_is_hardened(render, keys):
    assert_hardened(render(**keys).objects)


def test_mover_asks_for_memory_and_has_no_limit(render):
    for one in runs(render(**EVERY_JOB).objects):
        assert one.restic["resources"] == {"requests": {"memory": "128Mi"}}


def test_resources_are_the_users_as_a_whole(render):
    for one in runs(render(**EVERY_JOB, mover="{resources: {limits: {memory: 1Gi}}}").objects):
        assert one.restic["resources"] == {"limits": {"memory": "1Gi"}}


def test_paused_suspends_the_schedules_and_not_the_restore_that_waits(render):
    found = render(paused="true", **EVERY_JOB).all("CronJob")
    suspended = {name: one["spec"].get("suspend") for name, one in found.items()}
    assert suspended == {"web-backup": True, "web-maintenance": True, "web-drill": True, "web-restore": True}
    assert "suspend" not in render().all("CronJob")["web-backup"]["spec"]


def test_job_may_be_made_of_a_paused_backup_by_hand(render):
    """`kubectl create job --from` copies the template; suspended it would wait for ever, and say nothing."""
    assert "suspend" not in run(render(paused="true").objects, "backup").job


def test_manual_run_waits_until_its_backup_is_no_longer_paused(render):
    """A suspended Job would wait for ever: Flux leaves it as it is."""
    assert "backup" not in {one.operation for one in runs(render(manual="now", paused="true", schedule=None).objects)}
    assert run(render(manual="now").objects, "backup", "Job").job.get("suspend") is None


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "env: {RESTIC_PACK_SIZE: '64'}, keys: {RESTIC_PACK_SIZE: size}",
            "'RESTIC_PACK_SIZE' is set here, and under keys",
        ),
        ("env: {RESTIC_CACHE_DIR: /x}", "'RESTIC_CACHE_DIR' is set by Backplan"),
        ("env: {BACKPLAN_HOST: x}", "'BACKPLAN_HOST' is set by Backplan"),
        ("env: {TMPDIR: /x}", "'TMPDIR' is set by Backplan"),
        ("keys: {BACKPLAN_PING_URL: x}", "'BACKPLAN_PING_URL' is set by Backplan"),
        ("keys: {HOME: x}", "'HOME' is set by Backplan"),
    ],
)
def test_no_variable_is_set_twice(refused, more, message):
    """A server-side apply refuses such a pod; without one, the last wins."""
    (said,) = refused(repository=repository(more))
    assert said.startswith(f"error: {message}")


@pytest.mark.parametrize(
    "path", ["/", "data", "/tmp", "/cache", "/mover", "/mnt/x", "/.backplan", "/a/../b", "/a/", "/etc"]
)
def test_volume_is_mounted_at_a_place_of_its_own(refused, path):
    (said,) = refused(repository=repository(f"identity: {{path: {path}}}"))
    advice = "write an absolute path of its own, such as /data"
    assert said == f"error: the volume cannot be mounted at '{path}'; {advice} [repository]"


@pytest.mark.parametrize("path", ["/", "old", "/tmp", "/cache/x"])
def test_restore_is_mounted_at_a_place_of_its_own(refused, path):
    (said,) = refused(restores=f"[{{name: old, identity: {{path: {path}}}, to: {{claim: web-old}}}}]")
    assert said.startswith(f"error: the volume cannot be mounted at '{path}'; ")


def test_cache_is_never_the_claim_of_the_data(refused):
    (said,) = refused(claim="web-backup-cache")
    assert said == (
        "error: the cache would be called 'web-backup-cache' like a claim of the data; "
        "set names.cache to another pattern, or cache: emptyDir [names]"
    )


def test_clone_is_read_from_a_volume_of_the_pods_own(render):
    found = render(
        volumes="[{name: media, claim: web-media}]", copyMethod="Clone", capacity="9Gi", storageClassName="fast"
    )
    backup = run(found.objects, "backup")
    template = backup.volumes["data"]["ephemeral"]["volumeClaimTemplate"]
    assert template["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "resources": {"requests": {"storage": "9Gi"}},
        "dataSource": {"kind": "PersistentVolumeClaim", "name": "web-media"},
    }
    assert template["metadata"]["labels"][VOLUME] == "media"
    history = {key: backup.manifest["spec"][key] for key in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit")}
    assert history == {"successfulJobsHistoryLimit": 0, "failedJobsHistoryLimit": 1}
    assert backup.env["BACKPLAN_IGNORE_INODE"] == "true"


def test_claim_of_a_drill_goes_a_day_after_it_has_ended(render):
    """A claim that is made for a pod is there as long as the pod, which is as long as its Job."""
    found = {size: run(render(drill=size).objects, "drill").job for size in ("{capacity: 9Gi}", "{minFiles: 1}")}
    assert found["{capacity: 9Gi}"]["ttlSecondsAfterFinished"] == 24 * 3600
    assert "ttlSecondsAfterFinished" not in found["{minFiles: 1}"], "what ended on the node's disk is gone by itself"


def test_restores_write_the_claim_itself(render):
    found = render(copyMethod="Clone", capacity="9Gi", **EVERY_JOB).objects
    assert run(found, "restore").volumes["data"]["persistentVolumeClaim"] == {"claimName": "web-data"}
    assert run(found, "restore", "Job").volumes["data"]["persistentVolumeClaim"] == {"claimName": "web-old"}


def test_colocation_is_a_wish_beside_the_users_affinity(render):
    mine = "{podAffinityTerm: {topologyKey: zone}, weight: 1}"
    affinity = f"{{podAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{mine}]}}, nodeAffinity: {{}}}}"
    found = render(colocate="{matchLabels: {app: web}}", mover=f"{{affinity: {affinity}}}")
    affinity = run(found.objects, "backup").pod["affinity"]
    (first, second) = affinity["podAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    assert first["weight"] == 1
    assert second == {
        "weight": 100,
        "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}},
    }
    assert "requiredDuringSchedulingIgnoredDuringExecution" not in affinity["podAffinity"]
