"""What engine cronjob's objects run: the Job specs inside them, their pods, and what the mover is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from renderer.labels import OPERATION
from renderer.manifest import Manifest


@dataclass(frozen=True)
class Run:
    """One Job, or what a CronJob makes Jobs of."""

    manifest: Manifest
    job: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.manifest['kind']} {self.manifest['metadata']['name']}"

    @property
    def operation(self) -> str:
        return str(self.manifest["metadata"]["labels"][OPERATION])

    @property
    def pod(self) -> dict[str, Any]:
        found: dict[str, Any] = self.job["template"]["spec"]
        return found

    @property
    def restic(self) -> dict[str, Any]:
        """The mover's container."""
        (found,) = (one for one in self.pod["containers"] if one["name"] == "restic")
        return dict(found)

    @property
    def containers(self) -> list[dict[str, Any]]:
        """All of them, init containers first."""
        return [*self.pod.get("initContainers", []), *self.pod["containers"]]

    @property
    def env(self) -> dict[str, Any]:
        """What the mover is told, and where from."""
        return {one["name"]: one.get("value", one.get("valueFrom")) for one in self.restic["env"]}

    @property
    def volumes(self) -> dict[str, Any]:
        return {one["name"]: one for one in self.pod["volumes"]}


def runs(objects: Iterable[Manifest]) -> Iterator[Run]:
    """Every run of some objects."""
    for manifest in objects:
        if manifest["kind"] == "Job":
            yield Run(manifest, manifest["spec"])
        elif manifest["kind"] == "CronJob":
            yield Run(manifest, manifest["spec"]["jobTemplate"]["spec"])


def run(objects: Iterable[Manifest], operation: str, kind: str = "CronJob") -> Run:
    """The only run of a kind and operation."""
    (found,) = (one for one in runs(objects) if (one.operation, one.manifest["kind"]) == (operation, kind))
    return found
