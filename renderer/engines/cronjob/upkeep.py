"""What a repository needs: to be made once, to be kept in order, to be freed of a dead lock."""

from collections.abc import Iterator, Sequence

from renderer.engines.cronjob import mounts
from renderer.engines.cronjob.defaults import INIT_TRIES
from renderer.engines.cronjob.environment import listed, maintenance_variables, opened
from renderer.engines.cronjob.jobs import cron_job, once
from renderer.engines.cronjob.mounts import Mount
from renderer.engines.cronjob.pod import Run
from renderer.engines.draft import Draft, Role, repository_subject
from renderer.plan import PlannedRepository
from renderer.policy import Backup, of_maintenance
from renderer.policy.names import marked, object_name


def repository_drafts(planned: PlannedRepository) -> Iterator[Draft]:
    """Of the repositories of one policy; what a fleet repository needs is rendered with the fleet."""
    owner = planned.owner
    if owner.unlock is not None:
        name = marked(object_name(owner, "job", operation="unlock"), owner.unlock)
        name = name.at(owner.node.nearest("unlock"))
        yield once(_run(owner, "unlock"), name, Role.MAINTENANCE, owner.extras, owner.unlock)
    if planned.maintenance is None:
        return
    variables = listed(maintenance_variables(owner, planned.histories, planned.maintenance))
    run = _run(owner, "maintenance", variables, mounts.cache(owner, kept=True))
    yield cron_job(run, object_name(owner, "maintenance"), Role.MAINTENANCE, planned.maintenance.effective)
    yield init_job(owner)


def init_job(owner: Backup) -> Draft:
    """The only thing that ever runs `restic init`: two at once destroy a repository."""
    name = marked(object_name(owner, "init"), repository_subject(owner))
    return once(_run(owner, "init"), name, Role.MAINTENANCE, owner.extras)


def _run(owner: Backup, operation: str, variables: Sequence[dict[str, object]] = (), cache: Mount | None = None) -> Run:
    owner = of_maintenance(owner)
    return Run(
        backup=owner,
        operation=operation,
        env=[*variables, *opened(owner)],
        mounts=[cache or mounts.cache(owner, kept=False)],
        of_volume=False,
        least_tries=INIT_TRIES if operation == "init" else 0,
    )
