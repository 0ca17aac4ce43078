"""The mover: the pod that runs restic, and how long it may."""

from typing import NamedTuple

from renderer.policy import read
from renderer.policy.read import Plain, default
from renderer.schema import Key
from renderer.source import Node


class Timing(NamedTuple):
    """How long things take and may take, in seconds."""

    expected: int
    """One backup."""
    deadline: int
    """One run, whatever it does."""
    starting_deadline: int
    """How late a run may start."""
    retry_lock: int
    """How long a run waits for another's lock."""
    backoff_limit: int


class Speed(NamedTuple):
    """How much of the network and of the machine restic takes."""

    limit_upload: int | None
    """KiB/s, as `limit_download`."""
    limit_download: int | None
    read_concurrency: int | None
    compression: str | None


class Ping(NamedTuple):
    """Where the URL is that a backup calls when it has succeeded."""

    secret_name: str
    key: str


class Mover(NamedTuple):
    """The pod that runs restic. What Kubernetes defines stays in its own words."""

    image: str | None
    restic_version: str | None
    security_context: Plain | None
    resources: Plain | None
    affinity: Plain | None
    tolerations: list[Plain] | None
    node_selector: Plain | None
    priority_class_name: str | None
    service_account_name: str | None
    pod_labels: Plain | None
    pod_annotations: Plain | None
    capabilities: list[str]
    volumes: list[Plain]
    ping: Ping | None
    speed: Speed
    timing: Timing


def mover(spec: Node, key: Key) -> Mover:
    """The pod that runs restic."""
    node = read.part(spec, "mover")
    return Mover(
        image=read.text(node, "image"),
        restic_version=read.text(node, "resticVersion"),
        security_context=read.value(node, "securityContext"),
        resources=read.value(node, "resources"),
        affinity=read.value(node, "affinity"),
        tolerations=read.value(node, "tolerations"),
        node_selector=read.value(node, "nodeSelector"),
        priority_class_name=read.text(node, "priorityClassName"),
        service_account_name=read.text(node, "serviceAccountName"),
        pod_labels=read.value(node, "podLabels"),
        pod_annotations=read.value(node, "podAnnotations"),
        capabilities=read.items(node, "capabilities"),
        volumes=read.items(node, "moverVolumes"),
        ping=_ping(node),
        speed=_speed(node),
        timing=_timing(spec, key),
    )


def _ping(node: Node) -> Ping | None:
    found = node.get("ping")
    if found is None:
        return None
    return Ping(secret_name=read.text(found, "secretName") or "", key=read.text(found, "key") or "")


def _speed(node: Node) -> Speed:
    return Speed(
        limit_upload=read.number(node, "limitUpload"),
        limit_download=read.number(node, "limitDownload"),
        read_concurrency=read.number(node, "readConcurrency"),
        compression=read.text(node, "compression"),
    )


def _timing(spec: Node, key: Key) -> Timing:
    def seconds(*path: str) -> int:
        said = read.text(spec, *path)
        return read.seconds(default(key, *path) if said is None else said)

    def number(*path: str) -> int:
        said = read.number(spec, *path)
        return int(default(key, *path)) if said is None else said

    return Timing(
        expected=seconds("expectedDuration"),
        deadline=seconds("mover", "deadline"),
        starting_deadline=number("startingDeadlineSeconds"),
        retry_lock=seconds("mover", "retryLock"),
        backoff_limit=number("mover", "backoffLimit"),
    )
