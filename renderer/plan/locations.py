"""Where a repository really lies: URLs that restic opens as one repository become one value.

The spellings are those of restic's manual, "Preparing a new repository". Not for showing: a URL may hold a password.
"""

import json
import re
from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from renderer.policy import Backup
from renderer.source import Node

MOUNTS = "/mnt"
"""Where VolSync mounts the folders of `mountPath`."""
_WITH_HOST = ("s3", "rest")
_WITH_BUCKET = ("b2", "gs", "azure", "swift")
_SCHEME = re.compile(r"(?:(https?):)?//", re.IGNORECASE)
_PORTS = {"http": "80", "https": "443", "sftp": "22"}
_SLASHES = re.compile(r"/+")


class Location(NamedTuple):
    """A repository, whatever its URL is spelt like."""

    kind: str
    host: str
    """A server, a bucket, or for a local folder what is mounted there."""
    path: str


class Mount(NamedTuple):
    """A volume of the mover."""

    folder: str
    source: dict[str, Any]


def volume_nodes(backup: Backup) -> list[Node]:
    """The volumes that a policy has mounted for the mover, in its own words: the repository's, then the others."""
    own = backup.node.get("repository", "volume")
    return [*([own] if own else []), *backup.node.nearest("mover", "moverVolumes").items]


def repository_key(backup: Backup) -> Hashable:
    """What two backups have in common that write one repository, as far as their policies tell."""
    repository = backup.repository
    if repository.ref is not None:
        return ("ref", repository.ref)
    return location(backup) or ("secret", backup.app.namespace, repository.credential.name)


def location(backup: Backup) -> Location | None:
    """Where the repository of a backup lies; None where its URL is not said, or known in the cluster alone."""
    url = backup.repository.url
    if url is None or backup.repository.is_template:
        return None
    if is_local(url):
        return _local(backup, local_path(url))
    kind, _, rest = url.partition(":")
    if kind in _WITH_HOST:
        return _addressed(kind, rest)
    if kind == "sftp" and rest.startswith("//"):
        host, _, path = rest[2:].partition("/")
        return Location(kind, _server(host, "sftp"), _path(path))
    name, _, path = rest.partition(":")
    if kind in _WITH_BUCKET:
        return Location(kind, name, _path(path).strip("/"))
    return Location(kind, _server(name, kind) if kind == "sftp" else name, _path(path))


def is_local(url: str) -> bool:
    """Whether the repository is a folder of the mover."""
    return url.startswith(("/", "local:", "./", "../"))


def local_path(url: str) -> str:
    """The folder, without what two spellings of it may differ in."""
    return _path(url.removeprefix("local:"))


def mounts(backup: Backup) -> Iterator[Mount]:
    """What is mounted below `/mnt`, the repository's own volume first."""
    own = backup.repository.volume
    for volume in [*([own] if own else []), *backup.mover.volumes]:
        yield Mount(f"{MOUNTS}/{volume.get('mountPath')}", volume.get("volumeSource") or {})


def mount_of(backup: Backup, path: str) -> Mount | None:
    """The mount in which a folder lies: the deepest, if there are several."""
    around = [mount for mount in mounts(backup) if f"{path}/".startswith(f"{mount.folder}/")]
    return max(around, key=lambda mount: len(mount.folder), default=None)


def _local(backup: Backup, path: str) -> Location:
    """Claims are of one namespace, and so is whatever someone else mounts; an NFS export is one for all."""
    mount = mount_of(backup, path)
    namespace = "" if mount is not None and "nfs" in mount.source else backup.app.namespace
    if mount is None:
        return Location("local", namespace, path)
    source = json.dumps(mount.source, sort_keys=True, ensure_ascii=False)
    return Location("local", f"{namespace}/{source}", path.removeprefix(mount.folder))


def _addressed(kind: str, rest: str) -> Location:
    found = _SCHEME.match(rest)
    scheme = (found[1] or "https").lower() if found else "https"
    host, _, path = (rest[found.end() :] if found else rest).partition("/")
    return Location(kind, _server(host, scheme), _path(path).strip("/"))


def _server(host: str, scheme: str) -> str:
    user, at, host = host.rpartition("@")
    return f"{user}{at}{host.lower().removesuffix(f':{_PORTS[scheme]}')}"


def _path(path: str) -> str:
    return _SLASHES.sub("/", path).rstrip("/") or path[:1]
