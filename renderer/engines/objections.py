"""What is said against a patched object: that it is another one, or one that Kubernetes refuses or that does harm."""

from collections.abc import Iterator
from typing import Any

from renderer import resources
from renderer.engines.draft import is_ours
from renderer.manifest import Manifest, identity
from renderer.policy.sealing import ANNOTATIONS
from renderer.problem import Place
from renderer.schema import Strictness, check
from renderer.source import MAX_DEPTH, Node

_NEVER = ("hostNetwork", "hostname")
"""With either, restic takes a live lock for a dead one (a process of the same host it cannot see)."""
_FREE = frozenset(("labels", "annotations", "matchLabels", "nodeSelector", "moverPodLabels", "data", "stringData"))
"""Mappings whose keys are the user's own words, below which no pod is specified."""


def objections(before: Manifest, after: Any, place: Place) -> Iterator[str]:
    """What goes on `the patched OBJECT …`, of whatever a patch has made of it."""
    if not isinstance(after, dict) or not _same(before, after):
        yield "would be another object; a patch may not change apiVersion, kind, name or namespace"
        return
    if before["kind"] == "SealedSecret" and _sealed(before) != _sealed(after):
        yield "would have other sealed values, or another scope than they were sealed for; seal them again instead"
    if any(depth > MAX_DEPTH for _, depth in values(after)):
        yield f"is nested more than {MAX_DEPTH} deep; remove some levels"
        return
    if word := next((key for key in _settings(after) if key in _NEVER), None):
        yield f"would have '{word}', which lets restic remove live locks; leave it out"
        return
    schema = f"objects/{before['kind']}.json"
    if (resources.SCHEMAS / schema).exists():
        found = check(_node(after, place), schema, Strictness.STRICT)
        yield from (f"is not valid: {problem.message}" for problem in found)
        if not found:
            yield from _regrets(after)
            yield from _run_regrets(before, after)


def _sealed(manifest: Manifest) -> Any:
    """What the controller decrypts, and the annotations by which it does."""
    annotations = manifest["metadata"].get("annotations") or {}
    scope = {key: annotations.get(key) for key in ANNOTATIONS}
    spec = manifest.get("spec")
    return scope, spec.get("encryptedData") if isinstance(spec, dict) else None


def _regrets(after: Manifest) -> Iterator[str]:
    """What Kubernetes would accept."""
    if after["kind"] == "ReplicationSource" and not _retains(after):
        yield "would have no positive 'retain', and VolSync would keep a single snapshot; keep a key of it above 0"
    if after["kind"] == "Job" and "ttlSecondsAfterFinished" in after["spec"]:
        yield (
            "would be deleted once it has run, and then Flux and Argo CD run it again; leave out "
            "'ttlSecondsAfterFinished'"
        )


def _run_regrets(before: Manifest, after: Manifest) -> Iterator[str]:
    """What Kubernetes would refuse of a Job, or what its pods would lose; a CronJob is taken whatever its Jobs are."""
    job, old = job_spec(after), job_spec(before)
    if job is None or old is None:
        return
    pod = job["template"]["spec"]
    if "podFailurePolicy" in job and pod.get("restartPolicy") != "Never":
        yield "would be refused, because podFailurePolicy needs it; leave 'restartPolicy: Never'"
    if "podFailurePolicy" in job and all(one["name"] != "restic" for one in pod["containers"]):
        yield "would be refused, because podFailurePolicy names it; leave the container 'restic' its name"
    said, own = ((one["template"].get("metadata") or {}).get("labels") or {} for one in (job, old))
    if lost := next((key for key, value in own.items() if is_ours(key) and said.get(key) != value), None):
        yield f"would have pods without our label '{lost}', by which they are found; leave it"


def job_spec(manifest: Manifest) -> Any:
    """The spec of a Job, or of those that a CronJob makes."""
    spec = manifest.get("spec") or {}
    return {"Job": spec, "CronJob": (spec.get("jobTemplate") or {}).get("spec")}.get(manifest["kind"])


def _retains(source: Manifest) -> bool:
    """Whether a valid ReplicationSource keeps something; a duration may be `0d`."""
    retain = source["spec"]["restic"].get("retain") or {}
    return any(str(value or 0).strip("0ymdh") for value in retain.values())


def _settings(root: Any) -> Iterator[str]:
    """Every key that is Kubernetes' or an operator's word."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value
            waiting.extend(below for key, below in value.items() if key not in _FREE)
        elif isinstance(value, list):
            waiting.extend(value)


def _same(before: Manifest, after: Any) -> bool:
    try:
        return identity(before) == identity(after) and before["apiVersion"] == after["apiVersion"]
    except (KeyError, TypeError, AttributeError):
        return False


def values(root: Any) -> Iterator[tuple[Any, int]]:
    """Every value with its depth, without recursion: a JSON patch can nest deeper than Python's stack."""
    waiting = [(root, 1)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        if isinstance(value, dict | list):
            waiting.extend((below, depth + 1) for below in (value.values() if isinstance(value, dict) else value))


def _node(value: Any, place: Place) -> Node:
    """Plain data as nodes that all point at the patch."""
    if isinstance(value, dict):
        return Node({key: _node(below, place) for key, below in value.items()}, place)
    if isinstance(value, list):
        return Node([_node(below, place) for below in value], place)
    return Node(value, place)
