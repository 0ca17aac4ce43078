"""The bootstrap: a kustomize Component that lets an app restore its own volumes before it starts.

Not an object but a patch of the app's: `components: [backup/bootstrap]` in its kustomization.
"""

from collections.abc import Iterator
from typing import Any

from renderer.engines.cronjob import mounts
from renderer.engines.cronjob.defaults import BOOTSTRAP_TIMEOUT
from renderer.engines.cronjob.environment import from_field, listed, opened, restore_variables
from renderer.engines.cronjob.mounts import Mount
from renderer.engines.cronjob.mover import configuration_name
from renderer.engines.cronjob.pod import Run, container
from renderer.engines.cronjob.security import of_guest
from renderer.forms import form
from renderer.manifest import Manifest
from renderer.plan import Plan
from renderer.policy import Restore, Workload

COMPONENT = "kustomization.yaml"


def component(plan: Plan) -> dict[str, Manifest]:
    """The files of the Component by name; none where no bootstrap is asked for."""
    workloads: dict[tuple[str, str], list[tuple[Restore, Workload]]] = {}
    for restore in plan.policy.bootstraps:
        if (workload := restore.workload) is not None:
            workloads.setdefault((workload.kind, workload.name), []).append((restore, workload))
    files = {_file(kind, name): _patch(kind, name, restores) for (kind, name), restores in workloads.items()}
    if not files:
        return {}
    # the target finds the workload whatever namespace it is written with, which the patch cannot know
    patches = [{"path": _file(kind, name), "target": {"kind": kind, "name": name}} for kind, name in sorted(workloads)]
    return {COMPONENT: form("cronjob", "Component").fill(patches=patches), **dict(sorted(files.items()))}


def _file(kind: str, name: str) -> str:
    return f"{kind.lower()}-{name}.yaml"


def _patch(kind: str, name: str, restores: list[tuple[Restore, Workload]]) -> Manifest:
    """Init containers come before the app's own: kustomize puts what a patch adds to the front."""
    volumes: list[dict[str, Any]] = []
    containers: list[Manifest] = []
    for number, (restore, workload) in enumerate(restores, start=1):
        own = list(_own_mounts(restore, number))
        volumes += [mount.volume for mount in own]
        data = Mount(workload.volume, {}, restore.identity.path)  # the pod has it already, and may have it once only
        containers.append(_container(restore, f"backplan-restore-{number}", [data, *own]))
    return form("cronjob", "Workload").fill(kind=kind, name=name, containers=containers, volumes=volumes)


def _own_mounts(restore: Restore, number: int) -> Iterator[Mount]:
    backup = restore.backup
    usual = (mounts.cache(backup, kept=False), *mounts.repository(backup), *mounts.always(configuration_name(backup)))
    for mount in usual:
        yield Mount(f"backplan-{number}-{mount.name}", mount.source, mount.path, mount.read_only)


def _container(restore: Restore, name: str, all_mounts: list[Mount]) -> Manifest:
    backup = restore.backup
    env = [
        *listed(restore_variables(restore)),
        # two replicas must not restore into one volume
        from_field("BACKPLAN_POD", "metadata.name"),
        *listed({"BACKPLAN_TIMEOUT": str(BOOTSTRAP_TIMEOUT)}),
        *opened(backup),
    ]
    run = Run(backup=backup, operation="bootstrap", env=env, mounts=())
    return container(name, run, all_mounts, of_guest(backup.mover))
