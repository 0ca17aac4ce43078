"""What a person is told beside the object: what it will do, what it needs, and the next commands."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from renderer.manifest import Manifest, identity

_WAIT = "15m"
"""So long a pod may take to start: its image and its volumes come from somewhere."""


class Note(NamedTuple):
    """The talk of one object."""

    manifest: Manifest
    what: str
    """What it does, after its name."""
    remarks: Sequence[str]
    waits_for: str = "condition=Complete"
    """As `kubectl wait` has it."""

    def text(self) -> str:
        """All of it."""
        kind, namespace, name = identity(self.manifest)
        remarks = [*self.remarks, f"needs in namespace '{namespace}': {', '.join(needs(self.manifest))}"]
        lines = [f"{kind} {namespace}/{name} {self.what}", *(f"- {remark}" for remark in remarks)]
        return "\n".join([*lines, "next:", *(f"  {command}" for command in self._next()), ""])

    def _next(self) -> Iterator[str]:
        kind, namespace, name = identity(self.manifest)
        yield "kubectl apply -f -    # reads what is on standard output"
        if kind == "Job":
            yield f"kubectl -n {namespace} logs -f job/{name} --pod-running-timeout={_WAIT}"
        yield f"kubectl -n {namespace} wait {kind.lower()}/{name} '--for={self.waits_for}' --timeout={_WAIT}"
        if kind != "Job":
            yield f"kubectl -n {namespace} delete {kind.lower()}/{name}"


def needs(manifest: Manifest) -> list[str]:
    """What an object names and does not bring along, by kind and name."""
    found = dict.fromkeys(_named(manifest["spec"]))
    return [f"{kind} {name}" for kind, name in sorted(found)]


def _named(value: Any) -> Iterator[tuple[str, str]]:
    """References at any depth, in the words of Kubernetes and of VolSync."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    if not isinstance(value, dict):
        return
    for key, below in value.items():
        kind = _KINDS.get(key)
        if kind is None:
            yield from _named(below)
        elif isinstance(below, str):
            yield kind, below
        elif isinstance(below, dict) and isinstance(below.get("name"), str) and below.get("optional") is not True:
            yield kind, below["name"]


_KINDS = {
    "claimName": "claim",
    "dataSource": "claim",
    "destinationPVC": "claim",
    "secretName": "Secret",
    "secretRef": "Secret",
    "secretKeyRef": "Secret",
    "repository": "Secret",
    "configMap": "ConfigMap",
    "configMapRef": "ConfigMap",
    "configMapKeyRef": "ConfigMap",
    "configMapName": "ConfigMap",
    "serviceAccountName": "ServiceAccount",
    "moverServiceAccount": "ServiceAccount",
    "priorityClassName": "PriorityClass",
}
