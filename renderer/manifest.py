"""What a rendered object is, how it is identified, and in which order objects are written."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

Manifest = dict[str, Any]
"""A Kubernetes object as plain data: dict, list, str, int, float, bool; never None."""

APPLY_ORDER = (
    "ConfigMap",
    "Secret",
    "SealedSecret",
    "ExternalSecret",
    "ServiceAccount",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "ReplicationDestination",
    "ReplicationSource",
    "CronJob",
    "Job",
)
"""Kinds in the order in which a person would apply them: what others need comes first."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_RANK = {kind: rank for rank, kind in enumerate(APPLY_ORDER)}


class Identity(NamedTuple):
    """What makes two manifests the same object in a cluster."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"


def identity(manifest: Manifest) -> Identity:
    """The identity of an object; an absent namespace is the empty string."""
    metadata = manifest["metadata"]
    return Identity(manifest["kind"], metadata.get("namespace", ""), metadata["name"])


def apply_key(manifest: Manifest) -> tuple[int, str, str, str]:
    """Sort key: kinds in apply order (unknown kinds last), then kind, namespace and name."""
    kind, namespace, name = identity(manifest)
    return _RANK.get(kind, len(_RANK)), kind, namespace, name


def content_hash(manifest: Manifest) -> str:
    """12 hex digits of SHA-256 over the object's canonical JSON (sorted keys, no spaces, UTF-8)."""
    return hashlib.sha256(_CANONICAL.encode(manifest).encode()).hexdigest()[:12]


def value_at(part: Any, path: Iterable[str]) -> Any:
    """What stands at a path of keys; None where there is nothing."""
    for key in path:
        part = (part or {}).get(key)
    return part
