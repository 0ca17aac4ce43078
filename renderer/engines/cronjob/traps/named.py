"""Names that Kubernetes would refuse, or would only accept until the first run."""

from collections.abc import Iterator

from renderer.engines.cronjob.mover import configuration_name
from renderer.engines.cronjob.restores import restore_name
from renderer.engines.draft import repository_subject
from renderer.plan import Plan
from renderer.policy import Backup, Policy
from renderer.policy.names import Name, marked, name_problem, object_name
from renderer.problem import Problem

LONGEST_CRON_JOB = 52
"""Kubernetes adds 11 characters for each Job (batch/v1 validation)."""
LONGEST_JOB = 63
"""The name becomes a label of the pods."""


def name_problems(plan: Plan) -> Iterator[Problem]:
    """What Kubernetes has against the names of a plan's objects."""
    policy = plan.policy
    for backup in policy.backups:
        yield from _of_backup(backup)
    for one in plan.repositories:
        yield from _sized(object_name(one.owner, "maintenance"), "CronJob", LONGEST_CRON_JOB)
        yield from _sized(marked(object_name(one.owner, "init"), repository_subject(one.owner)), "Job", LONGEST_JOB)
    for drill in plan.drills:
        yield from _sized(object_name(drill.backup, "drill"), "CronJob", LONGEST_CRON_JOB)
    for restore in policy.restores:
        yield from _sized(restore_name(restore), "Job", LONGEST_JOB)
    yield from _cached_in_data(policy)


def _cached_in_data(policy: Policy) -> Iterator[Problem]:
    """Two claims of one name are one claim, and restic's cache would lie among the app's live files."""
    claims = {backup.claim for backup in policy.backups} | {restore.claim for restore in policy.restores}
    for backup in policy.backups:
        name = object_name(backup, "cache")
        if backup.cache.is_claim and name.text in claims:
            message = (
                f"the cache would be called '{name.text}' like a claim of the data; "
                "set names.cache to another pattern, or cache: emptyDir"
            )
            yield Problem(name.place, message, "names")


def _of_backup(backup: Backup) -> Iterator[Problem]:
    yield from _sized(object_name(backup, "cronJob"), "CronJob", LONGEST_CRON_JOB)
    yield from _sized(object_name(backup, "restore", restore="restore"), "CronJob", LONGEST_CRON_JOB)
    yield from _sized(object_name(backup, "cache"), "PersistentVolumeClaim")
    for operation, token in (("backup", backup.schedule.manual), ("unlock", backup.unlock)):
        if token is not None:
            yield from _sized(marked(object_name(backup, "job", operation=operation), token), "Job", LONGEST_JOB)
    configuration = Name(configuration_name(backup), object_name(backup, "configMap").place)
    yield from _sized(configuration, "ConfigMap")
    yield from _sized(object_name(backup, "serviceAccount"), "ServiceAccount")
    if backup.network_policy:
        yield from _sized(object_name(backup, "networkPolicy"), "NetworkPolicy")
    custom_ca = backup.repository.custom_ca
    if custom_ca is not None and custom_ca.file:
        yield from _sized(object_name(backup, "customCA"), "ConfigMap")


def _sized(name: Name, kind: str, most: int | None = None) -> Iterator[Problem]:
    if problem := name_problem(name, kind):
        yield problem
    elif most is not None and len(name.text) > most:
        message = f"the {kind} name '{name.text}' is longer than {most} characters; shorten it with spec.names"
        yield Problem(name.place, message, "names")
