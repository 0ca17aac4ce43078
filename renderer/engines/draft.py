"""An object on its way out: filled from its form, not yet patched."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from renderer import labels
from renderer.attachments import Copy
from renderer.manifest import Manifest
from renderer.policy import Backup, Extras
from renderer.problem import Place

_PRUNING = ("Prune", "Delete")
_HOLDING = ("=false", "=confirm")
"""The values of those with which Argo CD deletes nothing on its own; any other lets it."""


class Role(StrEnum):
    """What an object is for; output patterns may sort by it."""

    BACKUP = "backup"
    RESTORE = "restore"
    MAINTENANCE = "maintenance"
    SECRET = "secret"  # noqa: S105 - a role's name, not a secret


class Draft(NamedTuple):
    """A filled form with what is still to be done to it."""

    manifest: Manifest
    role: Role
    place: Place
    """Where the policy asks for this object, or names it."""
    extras: Extras
    keep: bool = False
    """Whether it holds data or keys, so that nothing may prune it."""
    copy: Copy | None = None
    """The file that is the object, which nothing of ours may change."""
    once: bool = False
    """Whether it is a Job that runs once per token: its template may not change, and it must not run again."""
    credentials: frozenset[str] = frozenset()
    """Secrets that open any repository of its policy."""


def own_labels(
    backup: Backup, operation: str | None, *, of_volume: bool = True, of_target: bool = True
) -> dict[str, str]:
    """Our labels of an object: which app, volume, target and repository it serves, and how.

    A repository belongs to one volume of one target, so what serves several has no label of it.
    """
    found = {labels.APP: backup.app.name}
    if of_volume:
        found[labels.VOLUME] = backup.volume
    if of_target:
        found[labels.TARGET] = backup.target
    if of_volume and of_target:
        found[labels.REPOSITORY] = repository_label(backup)
    if operation is not None:
        found[labels.OPERATION] = operation
    return found


def repository_label(backup: Backup) -> str:
    """8 hex digits that stand for a repository: of its URL, or of the Secret that holds the URL."""
    return hashlib.sha256(repository_subject(backup).encode()).hexdigest()[:8]


def repository_subject(backup: Backup) -> str:
    """What stands for a repository in hashes. Not for showing: a URL may hold a password."""
    return backup.repository.subject


def dressed(extras: Extras, own: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Labels and annotations of an object: the user's, then ours."""
    return {"labels": {**_theirs(extras.labels), **own}, "annotations": _theirs(extras.annotations)}


def guarded(draft: Draft, manifest: Manifest) -> Manifest:
    """A draft's manifest, patched or not, with what users cannot take away: our labels, and the protection of data."""
    metadata = manifest["metadata"]
    own = {key: value for key, value in draft.manifest["metadata"]["labels"].items() if is_ours(key)}
    found = {key: value for key, value in (metadata.get("labels") or {}).items() if key in own or not is_ours(key)}
    annotations = _theirs(metadata.get("annotations") or {})
    if draft.keep:
        annotations |= _protection(annotations)
        if found.get(labels.FLUX_PRUNE) != "disabled":
            found.pop(labels.FLUX_PRUNE, None)
    if draft.once:
        token = draft.manifest["metadata"]["annotations"].get(labels.TOKEN)
        annotations |= _once(annotations) | ({labels.TOKEN: token} if token is not None else {})
    return {**manifest, "metadata": {**metadata, "labels": {**found, **own}, "annotations": annotations}}


def is_ours(key: str) -> bool:
    """Whether a label or annotation is Backplan's to set."""
    return key.startswith(labels.PREFIX)


def _theirs(said: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in said.items() if not is_ours(key)}


def _once(annotations: Mapping[str, str]) -> dict[str, str]:
    """How Flux and Argo CD take a Job whose template has changed: Flux leaves the one that is there, Argo CD can only
    make it anew, and what it does a second time the mover knows to be done. With anything else they fail for ever.
    """
    theirs = [part.strip() for part in annotations.get(labels.ARGO_SYNC_OPTIONS, "").split(",") if part.strip()]
    ours = {option.partition("=")[0] for option in labels.MADE_ANEW}
    others = [part for part in theirs if part.partition("=")[0] not in ours]
    return {labels.ARGO_SYNC_OPTIONS: ",".join([*others, *labels.MADE_ANEW]), labels.FLUX_SSA: "IfNotPresent"}


def _protection(annotations: Mapping[str, str]) -> dict[str, str]:
    """What keeps Flux and Argo CD from deleting what holds data; other sync options stay, such as Prune=confirm."""
    theirs = [part.strip() for part in annotations.get(labels.ARGO_SYNC_OPTIONS, "").split(",") if part.strip()]
    kept = [part for part in theirs if part.partition("=")[0] not in _PRUNING or part.endswith(_HOLDING)]
    said = {part.partition("=")[0] for part in kept}
    ours = [option for option in labels.NEVER_PRUNED if option.partition("=")[0] not in said]
    return {labels.ARGO_SYNC_OPTIONS: ",".join([*kept, *ours]), labels.FLUX_PRUNE: "disabled"}
