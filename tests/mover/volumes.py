"""A pod's volumes as the kubelet prepares them: real folders, with the owners and modes that it gives them.

A volume of a kind that is not known here is an error: nothing that was rendered may be left out in silence.
"""

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Raw = dict[str, Any]


@dataclass(slots=True)
class Namespace:
    """What is in a namespace for pods to use, by name."""

    claims: dict[str, Path] = field(default_factory=dict)
    config_maps: dict[str, dict[str, str]] = field(default_factory=dict)
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    shares: dict[tuple[str, str], Path] = field(default_factory=dict)
    """NFS: folders by server and path."""

    def apply(self, manifests: list[dict[str, Any]]) -> None:
        """Take the ConfigMaps among the manifests."""
        for manifest in manifests:
            if manifest["kind"] == "ConfigMap":
                self.config_maps[manifest["metadata"]["name"]] = manifest["data"]


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of a pod, ready to be mounted."""

    folder: Path
    read_only: bool = False
    """Whatever the mounts say."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What the pod's security context asks of its volumes."""

    group: int | None
    on_root_mismatch: bool

    def take(self, folder: Path) -> None:
        """Give a writable volume to the pod's group."""
        if self.group is None or (self.on_root_mismatch and self._fits(folder)):
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, -1, self.group, follow_symlinks=False)
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) | (0o2770 if stat.S_ISDIR(mode) else 0o660))

    def _fits(self, folder: Path) -> bool:
        said = folder.stat()
        return said.st_gid == self.group and said.st_mode & 0o2770 == 0o2770


def prepare(volume: dict[str, Any], namespace: Namespace, folder: Path, groups: Groups, metadata: Raw) -> Volume:
    """One entry of a pod's `volumes`; `folder` is where it may be made, `metadata` the pod's."""
    kinds = set(volume) - {"name"}
    (kind,) = kinds
    source = volume[kind]
    match kind:
        case "persistentVolumeClaim":
            return _claim(source, namespace, groups)
        case "emptyDir":
            folder.mkdir()
            folder.chmod(0o777)
            groups.take(folder)
            return Volume(folder)
        case "configMap" | "secret" | "downwardAPI":
            return _files(_content(kind, source, namespace, metadata), source, folder, groups)
        case "nfs":  # no owner is changed on a share
            return Volume(namespace.shares[source["server"], source["path"]], source.get("readOnly", False))
        case "ephemeral":
            return _copied(source, namespace, folder, groups)
        case _:
            raise NotImplementedError(f"a volume of kind {kind}")


def _content(kind: str, source: Raw, namespace: Namespace, metadata: Raw) -> dict[str, str]:
    """Its files by key; those about the pod itself have their paths for keys."""
    if kind == "configMap":
        return namespace.config_maps[source.pop("name")]
    if kind == "secret":
        return namespace.secrets[source.pop("secretName")]
    fields = {item["path"]: item["fieldRef"]["fieldPath"] for item in source["items"]}
    source["items"] = [{"key": path, "path": path} for path in fields]
    return {path: _field(field, metadata) for path, field in fields.items()}


def _field(path: str, metadata: Raw) -> str:
    """One of the pod's annotations, as it is."""
    name = path.removeprefix("metadata.annotations['").removesuffix("']")
    return str(metadata["annotations"][name])


def _claim(source: dict[str, Any], namespace: Namespace, groups: Groups) -> Volume:
    volume = Volume(namespace.claims[source["claimName"]], source.get("readOnly", False))
    if not volume.read_only:
        groups.take(volume.folder)
    return volume


def _files(data: dict[str, str], source: dict[str, Any], folder: Path, groups: Groups) -> Volume:
    """Files are links through `..data` into a folder with a date, so that all change at once."""
    inside = folder / "..2026_01_01_00_00_00.123456789"
    inside.mkdir(parents=True)
    (folder / "..data").symlink_to(inside.name)
    items = source.pop("items", [{"key": key, "path": key} for key in data])
    if source.pop("optional", False):
        items = [item for item in items if item["key"] in data]
    mode = source.pop("defaultMode", 0o644)
    assert not source, f"not known here: {source}"
    for item in items:
        (inside / item["path"]).write_text(data[item["key"]])
        (inside / item["path"]).chmod(mode | (0o040 if groups.group is not None else 0))
        if groups.group is not None:
            os.chown(inside / item["path"], -1, groups.group)
        (folder / item["path"]).symlink_to(f"..data/{item['path']}")
    return Volume(folder, read_only=True)


def _copied(source: dict[str, Any], namespace: Namespace, folder: Path, groups: Groups) -> Volume:
    """A new volume for this pod alone: a copy of the claim that is its data source, with other inodes."""
    spec = source["volumeClaimTemplate"]["spec"]
    origin = spec.get("dataSource")
    if origin is None:
        folder.mkdir()
    else:
        assert shutil.which("cp")
        subprocess.run(["cp", "-a", namespace.claims[origin["name"]], folder], check=True)
    groups.take(folder)
    return Volume(folder)
