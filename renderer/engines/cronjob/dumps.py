"""Dumps: init containers that write a database's dump to a scratch volume, which is backed up with the data."""

from typing import Any

from renderer.engines.cronjob import mounts
from renderer.engines.cronjob.security import of_container
from renderer.manifest import Manifest
from renderer.policy import Backup, Dump

_WRITE = 'set -eu; file=$1; shift; "$@" >"$file.part"; mv "$file.part" "$file"'
"""The dump is there whole or not at all, and a command that fails ends the pod: no backup without its dump."""


def dump_containers(backup: Backup) -> list[Manifest]:
    """One init container for each dump, in their order."""
    return [_container(backup, dump) for dump in backup.dumps]


def _container(backup: Backup, dump: Dump) -> Manifest:
    said: dict[str, Any] = {
        "name": dump.name,
        "image": dump.image,
        "command": ["/bin/sh", "-c", _WRITE, "dump", f"{mounts.DUMPS}/{dump.file}", *dump.command],
        "env": dump.env or None,
        "envFrom": dump.env_from or None,
        "securityContext": {**of_container(backup.mover), "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [mounts.dumps().at(), mounts.beside_dumps().at()],
    }
    return {key: value for key, value in said.items() if value is not None}
