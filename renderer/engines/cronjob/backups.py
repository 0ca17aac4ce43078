"""Backups: the CronJob of a volume, its cache, one run on a token, and the restore that waits to be started."""

from collections.abc import Iterator

from renderer.engines.cronjob import mounts
from renderer.engines.cronjob.defaults import CACHE_ACCESS_MODES, CACHE_CAPACITY
from renderer.engines.cronjob.dumps import dump_containers
from renderer.engines.cronjob.environment import (
    backup_variables,
    from_field,
    listed,
    on_demand_variables,
    opened,
    pinged,
)
from renderer.engines.cronjob.jobs import cron_job, on_demand, once
from renderer.engines.cronjob.pod import Run
from renderer.engines.draft import Draft, Role, dressed, own_labels
from renderer.forms import form
from renderer.plan import Planned
from renderer.policy import Backup, NewClaim
from renderer.policy.names import marked, object_name

_JOB = "metadata.labels['batch.kubernetes.io/job-name']"


def backup_drafts(planned: Planned) -> Iterator[Draft]:
    """Everything that one backup consists of."""
    backup = planned.backup
    run = backup_run(backup)
    if planned.effective is not None:
        yield cron_job(run, object_name(backup, "cronJob"), Role.BACKUP, planned.effective)
    # a suspended Job would stay so for ever: Flux leaves a one-off Job as it is once it is there
    if (token := backup.schedule.manual) is not None and not backup.paused:
        name = marked(object_name(backup, "job", operation="backup"), token)
        yield once(run, name.at(backup.node.nearest("manual")), Role.BACKUP, backup.extras, token)
    yield on_demand(restore_run(backup), object_name(backup, "restore", restore="restore"))


def backup_run(backup: Backup) -> Run:
    """What saves a volume."""
    scratch = [mounts.dumps()] if backup.dumps else []
    return Run(
        backup=backup,
        operation="backup",
        env=[*listed(backup_variables(backup)), *opened(backup), *pinged(backup)],
        mounts=[mounts.backed_up(backup), *scratch, mounts.cache(backup, kept=True)],
        dumps=dump_containers(backup),
        beside=[mounts.beside_dumps()] if backup.dumps else [],
    )


def restore_run(backup: Backup) -> Run:
    """Each Job that is made from it is a restore of its own, so its name is the token."""
    token = from_field("BACKPLAN_TOKEN", _JOB)
    return Run(
        backup=backup,
        operation="restore",
        env=[*listed(on_demand_variables(backup)), token, *opened(backup)],
        mounts=[mounts.restored(backup.claim, backup.repository.identity.path), mounts.cache(backup, kept=False)],
    )


def cache_drafts(backup: Backup) -> Iterator[Draft]:
    """The claim for the cache; not kept from being pruned: all that it holds is in the repository too."""
    if not backup.cache.is_claim:
        return
    name, cache = object_name(backup, "cache"), backup.cache
    claim = NewClaim(
        capacity=CACHE_CAPACITY if cache.capacity is None else cache.capacity,
        storage_class_name=cache.storage_class_name,
        access_modes=cache.access_modes or CACHE_ACCESS_MODES,
        volume_mode=None,
        data_source_ref=None,
        extras=backup.extras,
        node=backup.node,
    )
    manifest = form("shared", "PersistentVolumeClaim").fill(
        app=backup.app,
        name=name.text,
        create=claim,
        source=None,
        **dressed(backup.extras, own_labels(backup, "cache")),
    )
    yield Draft(manifest=manifest, role=Role.BACKUP, place=name.place, extras=backup.extras)
