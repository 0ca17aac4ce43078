"""Backups that do not come to an end, or not to a beginning: their deadlines end them, and say so."""

import pytest

from tests.cluster.node.paperless import deploy, policy, told

pytestmark = pytest.mark.cluster

ENDLESS = """\
  targets: [{name: default, mover: {limitUpload: 10, backoffLimit: 0}}]
  patches:
  - target: {kind: CronJob, name: paperless-backup}
    patch: {spec: {jobTemplate: {spec: {template: {spec: {activeDeadlineSeconds: 20}}}}}}
"""
"""An upload of five minutes in a pod that has twenty seconds."""
IMPATIENT = """\
  patches:
  - target: {kind: CronJob, name: paperless-backup}
    patch: {spec: {jobTemplate: {spec: {activeDeadlineSeconds: 10}}}}
"""
"""A Job that does not wait for hours."""


def test_backup_that_takes_too_long_is_stopped_cleanly_and_its_pod_can_still_be_read(namespace):
    deploy(namespace, ENDLESS)
    finished = namespace.run("paperless-backup", "first")
    assert told(finished) == ("Failed", "cancelled")
    (pod,) = finished.pods
    assert (pod["status"]["phase"], pod["status"]["reason"]) == ("Failed", "DeadlineExceeded")
    repository = namespace.repository(namespace.name)
    assert (repository.snapshots(), repository.locks()) == ([], [])


def test_job_whose_pod_cannot_start_ends_by_its_own_deadline_and_the_next_one_runs(namespace):
    namespace.render(policy(namespace, IMPATIENT))
    finished = namespace.run("paperless-backup", "first")
    assert (finished.condition, finished.pods) == ("Failed", [])
    (failed,) = [one for one in finished.job["status"]["conditions"] if one["type"] == "Failed"]
    assert failed["reason"] == "DeadlineExceeded"
    assert 'persistentvolumeclaim "paperless-data" not found' in namespace.kubectl("get", "events").stdout
    deploy(namespace)
    assert told(namespace.run("paperless-backup", "second")) == ("Complete", "ok")
