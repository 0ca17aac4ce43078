"""What is mounted into a mover, and where."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from renderer.engines.certificates import config_map_name
from renderer.engines.cronjob.defaults import CLONE_ACCESS_MODES
from renderer.engines.draft import own_labels
from renderer.plan import locations
from renderer.policy import Backup
from renderer.policy.names import object_name

DUMPS = "/.backplan/dumps"
PROGRAMS = (
    "/bin", "/sbin", "/usr", "/lib", "/lib64", "/etc", "/opt", "/proc", "/sys", "/dev", "/run", "/var",
    "/tmp", "/cache", "/mover", "/ca", "/.backplan",  # noqa: S108 - in a pod of its own
)  # fmt: skip
"""Where the mover, the programs that it runs and what these trust lie."""
HOMES = ("/root", "/home")
"""Where programs look for their settings, such as ssh."""
CERTIFICATE = "/ca/ca.crt"


class Mount(NamedTuple):
    """A volume of a pod, mounted at one place."""

    name: str
    source: dict[str, Any]
    """In Kubernetes' own words, such as `{emptyDir: {}}`."""
    path: str
    read_only: bool = False

    @property
    def volume(self) -> dict[str, Any]:
        """As it stands under `volumes`."""
        return {"name": self.name, **self.source}

    def at(self) -> dict[str, Any]:
        """As it stands under `volumeMounts`."""
        only = {"readOnly": True} if self.read_only else {}
        return {"name": self.name, "mountPath": self.path, **only}


def backed_up(backup: Backup) -> Mount:
    """The volume, which nothing may change.

    Read-only twice: a mount alone does not keep the kubelet from giving the app's live files to the mover's fsGroup.
    """
    if backup.copy.method == "Clone":
        source = _clone(backup)
    else:
        source = {"persistentVolumeClaim": {"claimName": backup.claim, "readOnly": True}}
    return Mount("data", source, backup.repository.identity.path, read_only=True)


def restored(claim: str, path: str) -> Mount:
    """The claim that a restore fills, at the path of its snapshots."""
    return Mount("data", {"persistentVolumeClaim": {"claimName": claim}}, path)


def throw_away(backup: Backup, capacity: Any) -> Mount:
    """A volume that lasts as long as its pod; without a size it is the node's own disk."""
    source: dict[str, Any] = {"emptyDir": {}}
    if capacity is not None:
        source = _ephemeral(backup, {"resources": {"requests": {"storage": capacity}}})
    return Mount("data", source, backup.repository.identity.path)


def cache(backup: Backup, *, kept: bool) -> Mount:
    """The cache of restic: the claim where the run comes again and again, else one that goes with the pod."""
    if kept and backup.cache.is_claim:
        claim = object_name(backup, "cache").text
        return Mount("cache", {"persistentVolumeClaim": {"claimName": claim}}, "/cache")
    return Mount("cache", {"emptyDir": {}}, "/cache")


def always(script: str) -> tuple[Mount, ...]:
    """What every mover has: its script, and the one place outside the cache where it may write."""
    return (
        Mount("tmp", {"emptyDir": {}}, "/tmp"),  # noqa: S108 - a mount's path in a pod of its own
        Mount("mover", {"configMap": {"name": script, "defaultMode": 0o444}}, "/mover", read_only=True),
    )


def dumps() -> Mount:
    """Where dumps are written to, and backed up from."""
    return Mount("dumps", {"emptyDir": {}}, DUMPS)


def beside_dumps() -> Mount:
    """A place where dumps may write what is not saved; not the mover's, who believes what lies in its own."""
    return Mount("dumps-tmp", {"emptyDir": {}}, "/tmp")  # noqa: S108 - a mount's path in a pod of its own


def repository(backup: Backup) -> Iterator[Mount]:
    """What it takes to reach the repository: its volume, the user's own volumes, the certificate authority."""
    for number, mount in enumerate(locations.mounts(backup)):
        yield Mount(f"mnt-{number}", mount.source, mount.folder)
    custom_ca = backup.repository.custom_ca
    if custom_ca is None:
        return
    items = [{"key": custom_ca.key, "path": "ca.crt"}]
    if custom_ca.secret_name is not None:
        yield Mount("ca", {"secret": {"secretName": custom_ca.secret_name, "items": items}}, "/ca", read_only=True)
    else:
        config_map = {"name": config_map_name(backup), "items": items}
        yield Mount("ca", {"configMap": config_map}, "/ca", read_only=True)


def _clone(backup: Backup) -> dict[str, Any]:
    created = backup.create.capacity if backup.create is not None else None
    capacity = backup.copy.capacity if backup.copy.capacity is not None else created
    asked = {
        "resources": {"requests": {"storage": capacity}},
        "dataSource": {"kind": "PersistentVolumeClaim", "name": backup.claim},
    }
    return _ephemeral(backup, asked)


def _ephemeral(backup: Backup, asked: dict[str, Any]) -> dict[str, Any]:
    modes = backup.copy.access_modes or CLONE_ACCESS_MODES
    storage_class = backup.copy.storage_class_name
    spec = {
        "accessModes": list(modes),
        **({"storageClassName": storage_class} if storage_class is not None else {}),
        **asked,
    }
    metadata = {"labels": own_labels(backup, None)}
    return {"ephemeral": {"volumeClaimTemplate": {"metadata": metadata, "spec": spec}}}
