"""An object on its way out: filled from its form, not yet patched."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from renderer import labels
from renderer.manifest import Manifest
from renderer.policy import Backup, Extras
from renderer.problem import Place


class Role(StrEnum):
    """What an object is for; output patterns may sort by it."""

    BACKUP = "backup"
    RESTORE = "restore"
    MAINTENANCE = "maintenance"
    SECRET = "secret"  # noqa: S105 - a role's name, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A filled form with what is still to be done to it."""

    manifest: Manifest
    role: Role
    place: Place
    """Where the policy asks for this object, or names it."""
    extras: Extras


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
    repository = backup.repository
    what = repository.url or f"{backup.app.namespace}/{repository.secret_name}"
    return hashlib.sha256(what.encode()).hexdigest()[:8]


def dressed(extras: Extras, own: Mapping[str, str], *, keep: bool = False) -> dict[str, dict[str, str]]:
    """Labels and annotations of an object: the user's, then ours; `keep` protects it from being pruned."""
    return {
        "labels": {**extras.labels, **own},
        "annotations": {**extras.annotations, **(_protection(extras.annotations) if keep else {})},
    }


def _protection(annotations: Mapping[str, str]) -> dict[str, str]:
    """What keeps Flux and Argo CD from deleting what holds data; other sync options stay."""
    theirs = [part.strip() for part in annotations.get(labels.ARGO_SYNC_OPTIONS, "").split(",") if part.strip()]
    kept = [part for part in theirs if part not in ("Prune=true", "Delete=true")]
    said = {part.partition("=")[0] for part in kept}
    ours = [option for option in labels.NEVER_PRUNED if option.partition("=")[0] not in said]
    return {labels.ARGO_SYNC_OPTIONS: ",".join([*kept, *ours]), labels.FLUX_PRUNE: "disabled"}
