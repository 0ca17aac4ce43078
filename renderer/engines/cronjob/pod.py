"""From what a run needs to its Job: container, pod, deadlines, labels."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from renderer import labels
from renderer.engines.cronjob import mounts
from renderer.engines.cronjob.defaults import DRILL_KEPT, GRACE, IMAGE, NEVER_STARTED, RESOURCES
from renderer.engines.cronjob.mounts import Mount
from renderer.engines.cronjob.mover import configuration_name
from renderer.engines.cronjob.security import of_container, of_pod
from renderer.engines.draft import own_labels, repository_label
from renderer.forms import form
from renderer.manifest import Manifest
from renderer.policy import Backup, Mover
from renderer.policy.names import object_name


class Run(NamedTuple):
    """One kind of run: what the mover shall do, with which volumes besides those that every run has."""

    backup: Backup
    """How the repository is opened, and what the pod is like."""
    operation: str
    env: Sequence[dict[str, Any]]
    mounts: Sequence[Mount]
    dumps: Sequence[Manifest] = ()
    """Init containers."""
    beside: Sequence[Mount] = ()
    """What these have and the mover has not."""
    of_volume: bool = True
    """Whether it is about one volume, not about the whole repository."""
    least_tries: int = 0
    """How often it is tried again at least, whatever the mover's `backoffLimit`."""

    @property
    def labels(self) -> dict[str, str]:
        """What tells the sidecar, and people, what it is."""
        found = own_labels(self.backup, self.operation, of_volume=self.of_volume)
        return {**found, labels.REPOSITORY: repository_label(self.backup)}

    @property
    def reads_clone(self) -> bool:
        """Whether it has a copy of the volume that lives as long as its pod."""
        return self.operation == "backup" and self.backup.copy.method == "Clone"

    @property
    def has_own_claim(self) -> bool:
        """Whether a claim is made for its pod, and is there as long as the pod: a clone, a drill's volume."""
        return any("ephemeral" in mount.source for mount in self.mounts)


def job_spec(run: Run) -> Manifest:
    """The spec of a Job, or of a CronJob's template."""
    mover = run.backup.mover
    return form("cronjob", "JobSpec").fill(
        backoff_limit=max(mover.timing.backoff_limit, run.least_tries),
        kept=DRILL_KEPT if run.operation == "drill" and run.has_own_claim else None,
        deadline=mover.timing.deadline + GRACE + NEVER_STARTED,
        labels={**(mover.pod_labels or {}), **run.labels},
        annotations=mover.pod_annotations,
        pod=_pod(run),
    )


def _pod(run: Run) -> Manifest:
    mover = run.backup.mover
    all_mounts = [*run.mounts, *mounts.repository(run.backup), *mounts.always(configuration_name(run.backup))]
    return form("cronjob", "Pod").fill(
        service_account=mover.service_account_name or object_name(run.backup, "serviceAccount").text,
        mover=mover,
        security_context=of_pod(mover, of_clone=run.reads_clone),
        affinity=_affinity(run.backup),
        dumps=list(run.dumps) or None,
        container=container("restic", run, all_mounts, of_container(mover)),
        volumes=[mount.volume for mount in (*all_mounts, *run.beside)],
    )


def container(name: str, run: Run, all_mounts: Sequence[Mount], security_context: dict[str, Any]) -> Manifest:
    """The container that runs the mover."""
    backup = run.backup
    operation = {"name": "BACKPLAN_OPERATION", "value": run.operation}
    return form("cronjob", "Container").fill(
        name=name,
        image=image(backup.mover),
        env=[operation, *run.env],
        env_from=[{"secretRef": {"name": backup.repository.credential.name}}],
        resources=backup.mover.resources if backup.mover.resources is not None else RESOURCES,
        security_context=security_context,
        mounts=[mount.at() for mount in all_mounts],
    )


def image(mover: Mover) -> str:
    """The image with restic."""
    return mover.image or IMAGE


def _affinity(backup: Backup) -> dict[str, Any] | None:
    """The user's, and the app's node as a wish: an app that is scaled to 0 must still get its backup."""
    said = backup.mover.affinity
    labels = backup.contents.colocate
    if labels is None:
        return said
    near = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": labels}}
    wish = {"weight": 100, "podAffinityTerm": near}
    affinity = dict(said or {})
    pods = dict(affinity.get("podAffinity") or {})
    wishes = "preferredDuringSchedulingIgnoredDuringExecution"
    return {**affinity, "podAffinity": {**pods, wishes: [*pods.get(wishes, []), wish]}}
