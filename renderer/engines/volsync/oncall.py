"""A restore by VolSync that a person starts: a ReplicationDestination with a manual trigger, of no GitOps' making."""

from typing import NamedTuple

from renderer import labels
from renderer.engines.patches import patched
from renderer.engines.volsync.objects import replication_destination
from renderer.manifest import Manifest
from renderer.policy import Backup, Copy, Restore

_ASKED = ("destinationPVC", "copyMethod", "restoreAsOf", "previous", "enableFileDeletion")


class Errand(NamedTuple):
    """What is restored, and where to."""

    backup: Backup
    claim: str
    name: str
    token: str
    as_of: str | None = None
    previous: int | None = None
    delete: bool = False


def destination(errand: Errand) -> Manifest:
    """The object. The user's patches apply to it, but they change nothing of what was asked."""
    draft = replication_destination(_restore(errand))
    asked, manifest = draft.manifest["spec"], patched(draft, [])
    restic = {key: value for key, value in manifest["spec"]["restic"].items() if key not in _ASKED}
    of_errand = {key: value for key, value in asked["restic"].items() if key in _ASKED}
    metadata = draft.manifest["metadata"]
    return {
        **manifest,
        "metadata": {**metadata, "name": errand.name, "annotations": {labels.TOKEN: errand.token}},
        "spec": {**manifest["spec"], "trigger": asked["trigger"], "restic": {**restic, **of_errand}},
    }


def _restore(errand: Errand) -> Restore:
    """As if the policy declared it: into a claim that is there, in place."""
    backup = errand.backup
    return Restore(
        name="restore",
        backup=backup,
        claim=errand.claim,
        create=None,
        on_missing="empty",
        as_of=errand.as_of,
        previous=errand.previous,
        snapshot=None,
        identity=backup.repository.identity,
        overwrite=True,
        workload=None,
        token=errand.token,
        copy=Copy("Direct", None, None, None, None),
        cache=backup.cache,
        enable_file_deletion=errand.delete or None,
        cleanup_temp_pvc=None,
        cleanup_cache_pvc=None,
        # the user's labels may be those by which GitOps tells what to prune
        extras=backup.extras._replace(labels={}, annotations={}),
        node=backup.node.with_value({}),
    )
