"""Repositories: where the data goes, with what credentials, and as whose."""

from typing import NamedTuple

from renderer.policy import read
from renderer.policy.credentials import Credential, Opened, credential
from renderer.policy.read import Plain, default
from renderer.schema import Key
from renderer.source import Node, plain

CA_FILE_KEY = "ca.crt"


class CustomCA(NamedTuple):
    """Where the server's certificate authority stands: in a Secret, a ConfigMap, or a file that we put into one."""

    secret_name: str | None
    config_map_name: str | None
    key: str | None
    file: str | None


class Identity(NamedTuple):
    """Whose snapshots they are, as restic tells them apart."""

    host: str | None
    """None for the default, which the engine knows."""
    tags: list[str]
    path: str
    """Where the volume is mounted, which is the path that restic records."""


class Repository(NamedTuple):
    """A restic repository and how it is opened."""

    url: str | None
    ref: str | None
    """Name of a repository of the fleet."""
    credential: Credential
    custom_ca: CustomCA | None
    volume: Plain | None
    """A VolSync `moverVolumes` item for a mounted repository."""
    keys: dict[str, str]
    """Which key of the Secret holds a variable, where it has another name."""
    env: dict[str, str]
    identity: Identity
    subject: str
    """What stands for it in hashes, whoever opens it. Not for showing: a URL may hold a password."""

    @property
    def is_template(self) -> bool:
        """Whether the URL is known in the cluster alone, where a store's values are put into it."""
        return self.url is not None and "{{" in self.url


def repository(spec: Node, key: Key, opened: Opened) -> Repository:
    """Where the backup goes."""
    return Repository(
        url=read.text(spec, "repository", "url"),
        ref=read.text(spec, "repository", "ref"),
        credential=credential(spec.nearest("repository", "secret"), opened),
        custom_ca=_custom_ca(spec),
        volume=_volume(spec),
        keys=read.mapping(spec, "repository", "keys"),
        env=read.mapping(spec, "repository", "env"),
        identity=identity(spec.nearest("repository"), key),
        subject="",
    )


def identity(node: Node, key: Key) -> Identity:
    """What stands in `identity` below a repository or a restore."""
    return Identity(
        host=read.text(node, "identity", "host"),
        tags=read.items(node, "identity", "tags"),
        path=read.text(node, "identity", "path") or default(key, "repository", "identity", "path"),
    )


def _custom_ca(spec: Node) -> CustomCA | None:
    node = spec.get("repository", "customCA")
    if node is None:
        return None
    file = read.text(node, "file")
    return CustomCA(
        secret_name=read.text(node, "secretName"),
        config_map_name=read.text(node, "configMapName"),
        key=read.text(node, "key") or (CA_FILE_KEY if file else None),
        file=file,
    )


def _volume(spec: Node) -> Plain | None:
    node = spec.get("repository", "volume")
    if node is None:
        return None
    source = {kind: plain(below) for kind in ("nfs", "persistentVolumeClaim") if (below := node.get(kind))}
    return {"mountPath": read.text(node, "mountPath"), "volumeSource": source}
