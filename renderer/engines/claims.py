"""Claims that we render, the same under every engine but for what fills them."""

from collections.abc import Iterator
from typing import Any

from renderer.engines.draft import Draft, Role, dressed, own_labels
from renderer.forms import form
from renderer.policy import Backup, NewClaim, Restore
from renderer.problem import Problem


def claim(backup: Backup, name: str, create: NewClaim, restore: Restore | None, source: Any = None) -> Draft:
    """A claim for an app's data; `restore` is what fills it and `source` the object that does, if one does."""
    declared = restore is not None and restore.name is not None
    shared = (restore.extras if restore is not None and declared else backup.shared).and_then(create.extras)
    manifest = form("shared", "PersistentVolumeClaim").fill(
        app=backup.app,
        name=name,
        create=create,
        source=source,
        **dressed(shared, own_labels(backup, None, of_target=False)),
    )
    return Draft(manifest=manifest, role=Role.RESTORE, place=create.node.key, extras=shared, keep=True)


def new_claim_problems(create: NewClaim | None) -> Iterator[Problem]:
    """What a claim lacks, or what restic cannot use."""
    if create is None:
        return
    if create.capacity is None:
        message = "no capacity for the claim; set create.capacity, or create: null where the claim is made elsewhere"
        yield Problem(create.node.key, message, "complete")
    if create.volume_mode == "Block":
        message = "restic reads and writes files, not a block device; set create.volumeMode to Filesystem, or remove it"
        yield Problem(create.node.nearest("volumeMode").place, message, "copy-method")
