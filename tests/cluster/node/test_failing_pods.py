"""Pods that fail: what the Job makes of it, what is left, and that the next runs recover."""

import os
from datetime import timedelta

import pytest

from tests.cluster.node.containers import SLOWLY, held, kill
from tests.cluster.node.paperless import deploy, policy, told

pytestmark = pytest.mark.cluster

DEAD = timedelta(minutes=31)
"""restic takes a lock for dead that nobody has renewed for 30."""
NO_RETRY = "  targets: [{name: default, mover: {limitUpload: 300, backoffLimit: 0}}]\n"
HUNGRY = "  targets: [{name: default, mover: {readConcurrency: 64, backoffLimit: 0}}]\n"
"""restic holds up to 8 MiB of each file that it reads; 80 MiB are enough to open a repository and to lock it."""
SCANT = """\
  patches:
  - target: {kind: CronJob, name: paperless-backup}
    patch:
    - op: replace
      path: /spec/jobTemplate/spec/template/spec/containers/0/resources
      value: {limits: {memory: 112Mi}}
"""


def test_wrong_password_ends_the_job_after_one_pod_and_says_so(namespace):
    deploy(namespace)
    namespace.secret("restic", RESTIC_PASSWORD="wrong")
    finished = namespace.run("paperless-backup", "first")
    assert (finished.condition, [one["class"] for one in finished.results]) == ("Failed", ["wrong-password"])
    conditions = {one["type"]: one for one in finished.job["status"]["conditions"]}
    assert conditions["Failed"]["reason"] == "PodFailurePolicy"
    (pod,) = finished.pods
    assert (terminated(pod)["exitCode"], finished.job["status"]["failed"]) == (72, 1)
    assert terminated(pod)["finishedAt"] <= conditions["FailureTarget"]["lastTransitionTime"]
    print(f"a wrong password was visible after {finished.seconds} s")  # noqa: T201 - a figure for people, no verdict
    assert namespace.repository(namespace.name).locks() == []


def test_evicted_pod_is_replaced_and_does_not_count_as_a_failure(namespace):
    deploy(namespace, NO_RETRY)
    namespace.start("paperless-backup", "first")
    with held(namespace, "first") as pod:
        assert namespace.api.evict(namespace.name, pod["metadata"]["name"]).complaints == []
    finished = namespace.finished("first")
    assert told(finished) == ("Complete", "ok")
    assert pod["metadata"]["name"] not in [one["metadata"]["name"] for one in finished.pods]
    assert finished.job["status"].get("failed", 0) == 0
    assert namespace.repository(namespace.name).locks() == []
    assert_recovered(namespace, finished)


def test_restic_without_enough_memory_is_killed_and_the_next_run_with_more_recovers(namespace):
    data = deploy(namespace, HUNGRY)
    for number in range(32):
        (data / f"large-{number}").write_bytes(os.urandom(2 << 20))
    namespace.render(policy(namespace, HUNGRY + SCANT))
    first = namespace.run("paperless-backup", "first")
    assert (first.condition, terminated(first.pods[0])["reason"]) == ("Failed", "OOMKilled")
    assert f"POST /{namespace.name}/locks/" in namespace.bed.rest.log.read_text()
    repository = namespace.repository(namespace.name)
    if len(namespace.bed.cluster.place.cgroups) == 1:  # version 2: the kernel ends the whole container
        (lock,) = repository.locks()
        repository.backdate(lock, DEAD)
    else:
        assert (first.result["class"], repository.locks()) == ("killed", [])
    namespace.render(policy(namespace, HUNGRY))
    second = namespace.run("paperless-backup", "second")
    assert told(second) == ("Complete", "ok")
    assert_recovered(namespace, second)


def test_lock_of_a_killed_container_stops_neither_backup_nor_maintenance(namespace):
    deploy(namespace, SLOWLY)
    namespace.start("paperless-backup", "first")
    with held(namespace, "first") as pod:
        kill(namespace, pod)
    finished = namespace.finished("first")
    assert (finished.condition, [one.get("class") for one in finished.results]) == ("Complete", [None, "ok"])
    assert terminated(finished.pods[0])["exitCode"] == 137
    repository = namespace.repository(namespace.name)
    (lock,) = repository.locks()
    assert repository.read_lock(lock)["hostname"] == pod["metadata"]["name"]
    repository.backdate(lock, DEAD)
    assert_recovered(namespace, finished)


def terminated(pod):
    """How its container ended."""
    (status,) = pod["status"]["containerStatuses"]
    return status["state"]["terminated"]


def assert_recovered(namespace, finished):
    """Maintenance works; the repository has that backup, and nothing else."""
    assert told(namespace.run("paperless-maintenance", "maintenance")) == ("Complete", "ok")
    repository = namespace.repository(namespace.name)
    assert [snapshot["id"] for snapshot in repository.snapshots()] == [finished.result["snapshot"]]
    assert repository.locks() == []
    assert repository.is_sound()
