"""Schedules that come by themselves: nobody makes a Job here but the cluster."""

import os
from datetime import datetime, timedelta

import pytest

from tests.cluster.node.clock import coming_minute, cron, now
from tests.cluster.node.paperless import GID, UID, deploy, policy, told
from tests.cluster.node.watching import watched

pytestmark = pytest.mark.cluster

MANAGER = "kube-controller-manager"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
LATE = timedelta(seconds=32)
"""With a starting deadline of half a minute the run would never come, without a trace."""
DAILY = 'schedule: "@daily"'


def at(namespace, due):
    """Give the app a plain schedule; the CronJob is there already, so it is due even if this is late."""
    namespace.render(policy(namespace).replace(DAILY, f'schedule: "{cron(due)}"'))


def backup_of(namespace, due):
    """The Job that was made for a minute, at its end."""
    selector = "backplan.dev/operation=backup"
    namespace.wait_for(f"Job for {due}", lambda: due in map(scheduled, namespace.all("Job", selector)))
    (job,) = [job for job in namespace.all("Job", selector) if scheduled(job) == due]
    return namespace.finished(job["metadata"]["name"])


def scheduled(job):
    return datetime.fromisoformat(job["metadata"]["annotations"][SCHEDULED])


def created(job):
    return datetime.fromisoformat(job["metadata"]["creationTimestamp"])


def test_backup_runs_when_it_is_due_and_later_where_nothing_was_there_to_start_it(bed, namespace):
    data = deploy(namespace)
    with watched(namespace, "jobs") as jobs:
        due = coming_minute()
        at(namespace, due)
        first = backup_of(namespace, due)
        assert told(first) == ("Complete", "ok")
        assert created(first.job) >= due
        assert cron_job(namespace)["spec"]["startingDeadlineSeconds"] == 3600

        (data / "later").write_text("changed since\n")
        os.chown(data / "later", UID, GID)
        bed.cluster.kill(MANAGER)
        try:
            missed = coming_minute()
            at(namespace, missed)
            namespace.wait_for("minute", lambda: now() > missed + LATE)
        finally:
            bed.cluster.start(MANAGER)
        late = backup_of(namespace, missed)
        assert (told(late), late.result["filesNew"]) == (("Complete", "ok"), 1)
        assert created(late.job) >= missed + LATE
        # whoever sees to the CronJob sees the Job's end and what else is due in one go
        namespace.wait_for("CronJob's book", lambda: seen_since(namespace, created(late.job)))
        assert {one["metadata"]["uid"] for _, one in jobs.events("paperless-backup-")} == {
            one.job["metadata"]["uid"] for one in (first, late)
        }
    assert len(namespace.repository(namespace.name).snapshots()) == 2


def cron_job(namespace):
    return namespace.get("CronJob", "paperless-backup")


def seen_since(namespace, time):
    """Whether its controller has seen a Job that began after that end well."""
    said = cron_job(namespace)["status"].get("lastSuccessfulTime")
    return said is not None and datetime.fromisoformat(said) >= time
