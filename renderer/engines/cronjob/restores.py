"""Restores: declared ones, each a Job that runs once per token, and drills."""

from collections.abc import Iterator

from renderer.engines.claims import claim
from renderer.engines.cronjob import mounts
from renderer.engines.cronjob.environment import drill_variables, listed, opened, restore_variables
from renderer.engines.cronjob.jobs import cron_job, once
from renderer.engines.cronjob.pod import Run
from renderer.engines.draft import Draft, Role
from renderer.plan import PlannedDrill
from renderer.policy import Restore
from renderer.policy.names import Name, marked, object_name


def restore_name(restore: Restore) -> Name:
    """Of the Job."""
    return marked(object_name(restore.backup, "restore", restore=restore.name or ""), restore.token)


def restore_drafts(restore: Restore) -> Iterator[Draft]:
    """A declared restore, with its claim if that is new."""
    if restore.create is not None:
        yield claim(restore.backup, restore.claim, restore.create, restore)
    backup = restore.backup
    run = Run(
        backup=backup,
        operation="restore",
        env=[*listed(restore_variables(restore)), *opened(backup)],
        mounts=[mounts.restored(restore.claim, restore.identity.path), mounts.cache(backup, kept=False)],
    )
    name = restore_name(restore).at(restore.node.nearest("token"))
    yield once(run, name, Role.RESTORE, restore.extras, restore.token)


def drill_draft(planned: PlannedDrill) -> Draft:
    """A restore into a volume that is thrown away."""
    backup, drill = planned.backup, planned.drill
    run = Run(
        backup=backup,
        operation="drill",
        env=[*listed(drill_variables(backup, drill)), *opened(backup)],
        mounts=[mounts.throw_away(backup, drill.capacity), mounts.cache(backup, kept=False)],
    )
    return cron_job(run, object_name(backup, "drill"), Role.RESTORE, planned.effective)
