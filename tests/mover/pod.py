"""Runs a pod template exactly as it was rendered: init containers in their order, then its containers.

For a test of the objects that reach a cluster: command, environment, mounts, users and the read-only root come from
the template and from nowhere else. Only what decides where and when a pod runs is left out (`ELSEWHERE`); any other
field that is not known here is an error.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mover import container, volumes
from tests.mover.container import Container, Mount, Outcome, Running
from tests.mover.volumes import Groups, Namespace, Volume

Raw = dict[str, Any]

ELSEWHERE = {
    "restartPolicy",
    "automountServiceAccountToken",
    "enableServiceLinks",
    "serviceAccountName",
    "terminationGracePeriodSeconds",
    "activeDeadlineSeconds",
    "priorityClassName",
    "nodeSelector",
    "affinity",
    "tolerations",
}
"""Fields of a pod for scheduler, controller and API server."""
IMAGE_ENV = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
"""What a container runtime sets besides HOSTNAME."""


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod template at work in a namespace."""

    template: Raw
    namespace: Namespace
    images: dict[str, Path]
    """Root folders by the name of the image."""
    folder: Path
    name: str

    def run(self) -> Outcome:
        """Its only container to its end, or the init container that failed."""
        spec = self.spec()
        prepared = self.volumes(spec)
        for raw in spec.pop("initContainers", []):
            outcome = self.start(raw, prepared).wait()
            if outcome.code != 0:
                return outcome
        (raw,) = spec.pop("containers")
        assert not set(spec) - ELSEWHERE - {"securityContext"}, f"not known here: {set(spec) - ELSEWHERE}"
        return self.start(raw, prepared).wait()

    def spec(self) -> Raw:
        """To be taken apart."""
        spec: Raw = copy.deepcopy(self.template["spec"])
        return spec

    def volumes(self, spec: Raw) -> dict[str, Volume]:
        """Its volumes by name, prepared."""
        said = spec.get("securityContext", {})
        groups = Groups(said.get("fsGroup"), said.get("fsGroupChangePolicy") == "OnRootMismatch")
        base = self.folder / "volumes"
        base.mkdir(parents=True)
        metadata = self.template["metadata"]
        return {
            raw["name"]: volumes.prepare(raw, self.namespace, base / raw["name"], groups, metadata)
            for raw in spec.pop("volumes")
        }

    def start(self, raw: Raw, prepared: dict[str, Volume]) -> Running:
        """Start one of its containers."""
        name = raw.pop("name")
        raw.pop("resources", None)
        told = Container(
            image=self.images[raw.pop("image")],
            command=[*raw.pop("command"), *raw.pop("args", [])],
            env=IMAGE_ENV | {"HOSTNAME": self.name, "HOME": "/"} | dict(self.environment(raw)),
            mounts=[_mount(mount, prepared) for mount in raw.pop("volumeMounts", [])],
            folder=raw.pop("workingDir", "/"),
            hostname=self.name,
            **self.rights(raw.pop("securityContext", {})),
        )
        assert not raw, f"not known here: {raw}"
        assert not any("$(" in text for text in [*told.command, *told.env.values()]), "the kubelet would expand it"
        return container.start(told, self.folder / name)

    def rights(self, said: Raw) -> Raw:
        """Who the container is, and what it may do: its own word, then the pod's."""
        pod: Raw = copy.deepcopy(self.template["spec"].get("securityContext", {}))
        merged = pod | said
        uid = merged.get("runAsUser", 0)
        assert uid or not merged.get("runAsNonRoot"), "the kubelet refuses to run root where runAsNonRoot is set"
        capabilities = merged.get("capabilities", {})
        assert capabilities.get("drop") == ["ALL"]
        assert merged.get("allowPrivilegeEscalation") is False
        groups = [merged["fsGroup"]] if "fsGroup" in merged else []
        return {
            "uid": uid,
            "gid": merged.get("runAsGroup", 0),
            "groups": [*groups, *merged.get("supplementalGroups", [])],
            "capabilities": capabilities.get("add", []),
            "read_only_root": merged.get("readOnlyRootFilesystem", False),
        }

    def environment(self, raw: Raw) -> Iterator[tuple[str, str]]:
        """`envFrom`, then `env`, which wins."""
        for source in raw.pop("envFrom", []):
            yield from self.namespace.secrets[source["secretRef"]["name"]].items()
        for variable in raw.pop("env", []):
            yield variable["name"], self.value(variable)

    def value(self, variable: Raw) -> str:
        """Of one entry of `env`."""
        if "valueFrom" not in variable:
            return str(variable.get("value", ""))
        ((kind, source),) = variable["valueFrom"].items()
        if kind == "secretKeyRef":
            return self.namespace.secrets[source["name"]][source["key"]]
        assert kind == "fieldRef", kind
        return self.field(source["fieldPath"])

    def field(self, path: str) -> str:
        """What the kubelet takes from the pod itself; its Job's name is a label that Kubernetes gives it."""
        if path == "metadata.name":
            return self.name
        labels = self.template["metadata"]["labels"] | {"batch.kubernetes.io/job-name": self.name.rsplit("-", 1)[0]}
        return str(labels[path.removeprefix("metadata.labels['").removesuffix("']")])


def _mount(raw: Raw, prepared: dict[str, Volume]) -> Mount:
    volume = prepared[raw.pop("name")]
    mount = Mount(volume.folder, raw.pop("mountPath"), raw.pop("readOnly", False) or volume.read_only)
    assert not raw, f"not known here: {raw}"
    return mount


def template_of(manifest: Raw) -> Raw:
    """The pod template of a Job or CronJob."""
    spec = manifest["spec"]
    job = spec["jobTemplate"]["spec"] if manifest["kind"] == "CronJob" else spec
    template: Raw = job["template"]
    return template
