"""Runs wrapped up as objects: a CronJob, a suspended one, a one-off Job."""

from typing import Any

from renderer import cron, labels
from renderer.engines.cronjob.pod import Run, job_spec
from renderer.engines.draft import Draft, Role, dressed
from renderer.forms import form
from renderer.plan.spread import Effective
from renderer.policy import Extras
from renderer.policy.names import Name

NEVER = "0 0 31 2 *"
"""The 31st of February, for a CronJob that is only a template."""


def cron_job(run: Run, name: Name, role: Role, effective: Effective) -> Draft:
    """A run at a schedule."""
    # a clone lives as long as the pod that it was made for
    history = {"succeeded": 0, "failed": 1} if run.reads_clone else {"succeeded": 1, "failed": 2}
    schedule = {"schedule": cron.for_cronjob(effective.cron), "time_zone": run.backup.schedule.time_zone}
    return _cron_job(run, name, role, {**schedule, **history, "suspend": run.backup.paused})


def on_demand(run: Run, name: Name) -> Draft:
    """A run that somebody starts by hand: `kubectl create job --from=cronjob/NAME`.

    Its Jobs count against its history: with Kubernetes' default the fourth would delete the first, log and all.
    """
    never = {"schedule": NEVER, "time_zone": None, "suspend": True, "succeeded": 10, "failed": 10}
    return _cron_job(run, name, Role.RESTORE, never)


def _cron_job(run: Run, name: Name, role: Role, said: dict[str, Any]) -> Draft:
    backup = run.backup
    manifest = form("cronjob", "CronJob").fill(
        app=backup.app,
        name=name.text,
        starting_deadline=backup.mover.timing.starting_deadline,
        job_labels=run.labels,
        job=job_spec(run),
        **said,
        **dressed(backup.extras, run.labels),
    )
    return Draft(manifest=manifest, role=role, place=name.place, extras=backup.extras)


def once(run: Run, name: Name, role: Role, extras: Extras, token: str | None = None) -> Draft:
    """A run that the cluster makes once for each name, whatever else about it changes; a token is shown on it."""
    manifest = form("cronjob", "Job").fill(
        app=run.backup.app, name=name.text, job=job_spec(run), **dressed(extras, run.labels)
    )
    if token is not None:
        metadata = manifest["metadata"]
        noted = {**metadata, "annotations": {**metadata["annotations"], labels.TOKEN: token}}
        manifest = {**manifest, "metadata": noted}
    return Draft(manifest=manifest, role=role, place=name.place, extras=extras, once=True)
