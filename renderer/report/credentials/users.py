"""Who reads which Secret: looked for in the rendered objects, at any depth, in the words of Kubernetes and VolSync."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from renderer import labels
from renderer.manifest import Manifest


class Purpose(StrEnum):
    """What a Secret is read for."""

    CREDENTIALS = "credentials"
    PING = "ping"
    CUSTOM_CA = "customCA"
    MOUNTED = "mounted"
    ENVIRONMENT = "environment"
    TEMPLATE = "template"
    IMAGE_PULL = "imagePull"


class Reading(NamedTuple):
    """A reference to a Secret."""

    secret: str
    purpose: Purpose
    container: str
    """Whose environment it is in; empty where that is the mover's, or none."""
    key: str | None
    """None where it takes all of them."""


class User(NamedTuple):
    """An object that reads a Secret for one purpose."""

    kind: str
    name: str
    operation: str | None
    """What the object does."""
    secret: str
    purpose: Purpose
    container: str
    keys: tuple[str, ...]
    """Those that it names."""
    is_whole: bool
    """Whether it takes all, named or not."""


_OF_VOLSYNC = {"ReplicationSource": "backup", "ReplicationDestination": "restore"}
_AUTHORITY = re.compile(r"(backplan-\d+-)?ca")
"""What the mover's volume with a certificate authority is called."""
_PING, _OPERATION = "BACKPLAN_PING_URL", "BACKPLAN_OPERATION"
_BELOW = {
    "customCA": Purpose.CUSTOM_CA,
    "volumes": Purpose.MOUNTED,
    "moverVolumes": Purpose.MOUNTED,
    "templateFrom": Purpose.TEMPLATE,
}
"""What references below a key are for."""
_REFERENCES = ("secretRef", "secretKeyRef", "nodePublishSecretRef", "secret")
"""Keys whose mapping names a Secret by `name`; a volume's `secret` names it by `secretName`."""


class _Around(NamedTuple):
    """What the mappings around a reference say of it."""

    purpose: Purpose = Purpose.ENVIRONMENT
    container: str = ""


def users(manifest: Manifest, operation: str | None = None) -> list[User]:
    """What an object reads; `operation` is that of an object without a label of ours."""
    kind, metadata = manifest["kind"], manifest["metadata"]
    does = metadata.get("labels", {}).get(labels.OPERATION) or _OF_VOLSYNC.get(kind, operation)
    found: dict[tuple[str, Purpose, str], set[str | None]] = {}
    for one in _readings(manifest, _Around()):
        found.setdefault((one.secret, one.purpose, one.container), set()).add(one.key)
    return [
        User(kind, metadata["name"], does, *what, tuple(sorted(key for key in keys if key is not None)), None in keys)
        for what, keys in sorted(found.items())
    ]


def _readings(value: Any, around: _Around) -> Iterator[Reading]:
    if isinstance(value, list):
        for item in value:
            yield from _readings(item, around)
    elif isinstance(value, dict):
        around = _within(value, around)
        yield from _here(value, around)
        for key, below in value.items():
            yield from _readings(below, around._replace(purpose=_BELOW.get(key, around.purpose)))


def _within(value: dict[str, Any], around: _Around) -> _Around:
    name = value.get("name")
    if isinstance(name, str) and "image" in value:
        env = value.get("env") or []
        is_mover = any(isinstance(one, dict) and one.get("name") == _OPERATION for one in env)
        return _Around(Purpose.CREDENTIALS) if is_mover else _Around(Purpose.ENVIRONMENT, name)
    if name == _PING:
        return around._replace(purpose=Purpose.PING)
    if isinstance(name, str) and "secret" in value and _AUTHORITY.fullmatch(name):
        return around._replace(purpose=Purpose.CUSTOM_CA)
    return around


def _here(value: dict[str, Any], around: _Around) -> Iterator[Reading]:
    """The references in this mapping itself."""
    repository = value.get("restic", {}).get("repository") if isinstance(value.get("restic"), dict) else None
    if isinstance(repository, str):
        yield Reading(repository, Purpose.CREDENTIALS, "", None)
    found = [(value, value.get("secretName"))]
    found += [(one, one.get("name")) for key in _REFERENCES if isinstance(one := value.get(key), dict)]
    for one, name in found:
        if isinstance(name, str):
            yield from (Reading(name, around.purpose, around.container, key) for key in _keys(one))
    pulled = value.get("imagePullSecrets")
    for one in pulled if isinstance(pulled, list) else []:
        yield Reading(str(one.get("name")), Purpose.IMAGE_PULL, "", None)


def _keys(reference: dict[str, Any]) -> list[str | None]:
    said = [reference.get("key"), *(one.get("key") for one in reference.get("items") or [])]
    return [str(key) for key in said if key is not None] or [None]
