"""`repository.env` and `repository.keys`: what the mover sets itself, and names that are none."""

import re
from collections.abc import Iterator

from renderer.policy import Backup
from renderer.problem import Problem
from renderer.source.characters import shown_key

_OURS = {
    "RESTIC_REPOSITORY": "set repository.url",
    "RESTIC_REPOSITORY_FILE": "set repository.url",
    "RESTIC_CACHE_DIR": "set cache",
    "RESTIC_CACERT": "set repository.customCA",
    "RESTIC_COMPRESSION": "set mover.compression",
    "RESTIC_READ_CONCURRENCY": "set mover.readConcurrency",
    "RESTIC_HOST": "set repository.identity.host",
    "HOME": "it is /tmp",
    "TMPDIR": "it is /tmp",
}


_PACK_SIZE = re.compile(r"[4-9]|[1-9][0-9]|1[01][0-9]|12[0-8]")


def set_by_us(name: str) -> str | None:
    """What to do instead about a variable that is the mover's own; None for any other."""
    return _OURS.get(name, "remove it" if name.startswith("BACKPLAN_") else None)


def environment_problems(backup: Backup) -> Iterator[Problem]:
    """Everything that is known to go wrong with the variables of a repository."""
    for holder in (backup.node.get("repository", "env"), backup.node.get("repository", "keys")):
        for name, node in holder.mapping.items() if holder is not None else ():
            if (advice := set_by_us(name)) is not None:
                yield Problem(node.key, f"'{name}' is set by Backplan; {advice}", "exclusive")
            elif not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
                yield Problem(node.key, f"'{shown_key(name)}' is no name of a variable; correct it", "schema")
    yield from _pack_size(backup)


def _pack_size(backup: Backup) -> Iterator[Problem]:
    """Restic 0.19 ends every run at a text that is no number; older ones passed over it."""
    node = backup.node.get("repository", "env", "RESTIC_PACK_SIZE")
    if node is not None and not _PACK_SIZE.fullmatch(str(node.value)):
        message = "a pack has from 4 to 128 MiB; write a whole number without a unit"
        yield Problem(node.place, message, "schema")
