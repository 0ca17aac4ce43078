"""Claims that we render, the same under every engine but for what fills them."""

from typing import Any

from renderer.engines.draft import Draft, Role, dressed, own_labels
from renderer.forms import form
from renderer.policy import Backup, NewClaim, Restore


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
