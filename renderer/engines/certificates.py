"""The ConfigMap of a certificate authority that lies in a file beside the policy."""

from collections.abc import Iterator

from renderer.attachments import Attachments
from renderer.engines.draft import Draft, Role, dressed, own_labels
from renderer.forms import form
from renderer.policy import Backup
from renderer.policy.names import object_name


def config_map_name(backup: Backup) -> str | None:
    """The ConfigMap with the authority: ours, or the user's own; None where it is in a Secret, or there is none."""
    custom_ca = backup.repository.custom_ca
    if custom_ca is None:
        return None
    return object_name(backup, "customCA").text if custom_ca.file else custom_ca.config_map_name


def certificates(backup: Backup, attachments: Attachments) -> Iterator[Draft]:
    """None where the authority is in a Secret or ConfigMap already."""
    custom_ca = backup.repository.custom_ca
    if custom_ca is None or custom_ca.file is None:
        return
    place = backup.node.nearest("repository", "customCA", "file").place
    name = object_name(backup, "customCA")
    manifest = form("shared", "ConfigMap").fill(
        app=backup.app,
        name=name.text,
        data={custom_ca.key: attachments.certificates[place.file, custom_ca.file]},
        **dressed(backup.extras, own_labels(backup, None, of_volume=False)),
    )
    yield Draft(manifest=manifest, role=Role.BACKUP, place=name.place, extras=backup.extras)
