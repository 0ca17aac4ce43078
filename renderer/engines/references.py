"""Which Secrets a container or the volumes of a pod ask for by name."""

from collections.abc import Iterator
from typing import Any


def secrets_of(part: Any) -> Iterator[str]:
    """Of `envFrom`, `env` and `volumes`, each in Kubernetes' own words."""
    for one in part.get("envFrom") or ():
        yield from _named(one, "secretRef", "name")
    for one in part.get("env") or ():
        yield from _named(one.get("valueFrom") or {}, "secretKeyRef", "name")
    for volume in part.get("volumes") or ():
        yield from _named(volume, "secret", "secretName")
        for source in (volume.get("projected") or {}).get("sources") or ():
            yield from _named(source, "secret", "name")


def _named(source: Any, kind: str, key: str) -> Iterator[str]:
    name = (source.get(kind) or {}).get(key)
    if name is not None:
        yield str(name)
