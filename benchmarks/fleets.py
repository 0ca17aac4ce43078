"""The same apps twice: as policies for Backplan, and as what home-ops repositories write for kustomize.

For kustomize each app is a kustomization that pulls a shared Component (`kind: Component`) and hands its settings to
the Component's replacements. Three shapes of app take turns, of four, five and six objects. Both sides give the same
kinds in the same numbers, which the benchmark asserts; they do not give the same bytes.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Manifest = dict[str, Any]

_CERTIFICATE = (
    "-----BEGIN CERTIFICATE-----\n"
    + "MIIBszCCAVmgAwIBAgIUQmFja3BsYW4gYmVuY2htYXJr\n" * 12
    + "-----END CERTIFICATE-----\n"
)
_SHAPES = ("targets", "certificate", "volumes")
_SECURITY = {"runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000}
_LABELS = {"app.kubernetes.io/managed-by": "backplan", "team": "home"}


@dataclass(frozen=True, slots=True)
class App:
    """One app of the fleet."""

    number: int

    @property
    def name(self) -> str:
        """Unique in the fleet."""
        return f"app-{self.number:05}"

    @property
    def namespace(self) -> str:
        """Each has its own: kustomize refuses the same settings twice in one."""
        return f"{self.name}-system"

    @property
    def shape(self) -> str:
        """Two targets (4 objects), two targets and a certificate authority (5), or two volumes (6)."""
        return _SHAPES[self.number % len(_SHAPES)]

    @property
    def capacity(self) -> str:
        """Apps differ in something."""
        return f"{1 + self.number % 50}Gi"


def apps(count: int) -> list[App]:
    """The first apps of the fleet."""
    return [App(number) for number in range(count)]


def write_policies(root: Path, fleet: Sequence[App]) -> None:
    """One policy per app below `root`, and a backplan.yaml with what they have in common and where they are."""
    _write(root / "backplan.yaml", _FLEET)
    for app in fleet:
        folder = root / "apps" / app.namespace / app.name
        _write(folder / "backup-policy.yaml", _policy(app))
        if app.shape == "certificate":
            _write(folder / "ca.pem", _CERTIFICATE)


def write_kustomizations(root: Path, fleet: Sequence[App]) -> None:
    """One kustomization per app below `root`, the Components, and `all` and `part-N` of at most a hundred apps."""
    for shape in _SHAPES:
        _component(root / "components" / shape, shape)
    for app in fleet:
        _write(root / "apps" / app.name / "kustomization.yaml", _app_kustomization(app))
    _write(root / "all" / "kustomization.yaml", _kustomization(fleet))
    for number, first in enumerate(range(0, len(fleet), 100)):
        _write(root / f"part-{number}" / "kustomization.yaml", _kustomization(fleet[first : first + 100]))


_FLEET = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupFleet
metadata: {name: home}
spec:
  cluster: home
  policies: ["apps/{namespace}/{app}/backup-policy.yaml"]
  output: rendered
  overlays: [standard]
  defaults:
    engine: volsync
    copyMethod: Snapshot
    volumeSnapshotClassName: csi-ceph-block
    storageClassName: ceph-block
    cache: {capacity: 2Gi, storageClassName: openebs-hostpath}
    create: {storageClassName: ceph-block}
    labels: {team: home}
    repository:
      url: s3:https://s3.example.com/backups/{namespace}/{app}/{volume}
      secret: {name: "{app}-{volume}-restic"}
    mover:
      securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000}
    restore:
      bootstrap: {onMissing: empty}
"""

_TWO_TARGETS = """\
  targets:
    - name: default
    - name: remote
      schedule: "@weekly"
      repository:
        url: s3:https://b2.example.com/{namespace}/{app}
        secret: {name: "{app}-remote-restic"}
"""

_CUSTOM_CA = """\
        customCA: {file: ca.pem}
"""

_TWO_VOLUMES = """\
  volumes:
    - name: data
      claim: {app}
    - name: media
      claim: "{app}-media"
      create: {capacity: 100Gi}
"""


def _policy(app: App) -> str:
    lines = [
        "apiVersion: backplan.dev/v1alpha1",
        "kind: BackupPolicy",
        "spec:",
        f"  create: {{capacity: {app.capacity}}}",
    ]
    body = "\n".join(lines) + "\n"
    if app.shape == "volumes":
        return body + _TWO_VOLUMES.replace("{app}", app.name)
    return f"{body}  claim: {app.name}\n{_TWO_TARGETS}{_CUSTOM_CA if app.shape == 'certificate' else ''}"


def _component(folder: Path, shape: str) -> None:
    names = []
    for manifest in _objects(shape):
        names.append(f"{manifest['kind'].lower()}-{manifest['metadata']['name']}.yaml")
        _write(folder / names[-1], _text(manifest))
    component = {
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "resources": names,
        "replacements": [*_replacements(shape)],
    }
    _write(folder / "kustomization.yaml", _text(component))


def _objects(shape: str) -> Iterator[Manifest]:
    """What every app of a shape shares; `app` stands where the replacements put the app's name."""
    volumes = ("app", "app-media") if shape == "volumes" else ("app",)
    for name in volumes:
        yield _source(name, name, "0 3 * * *")
        yield _destination(name)
        yield _claim(name)
    if shape != "volumes":
        yield _source("app-remote", "app", "0 4 * * 0")
    if shape == "certificate":
        yield _object("v1", "ConfigMap", "app-ca", data={"ca.crt": _CERTIFICATE})


def _object(version: str, kind: str, name: str, **rest: Any) -> Manifest:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": _LABELS}, **rest}


def _restic(name: str) -> Manifest:
    return {
        "repository": f"{name}-restic",
        "copyMethod": "Snapshot",
        "capacity": "1Gi",
        "storageClassName": "ceph-block",
        "volumeSnapshotClassName": "csi-ceph-block",
        "accessModes": ["ReadWriteOnce"],
        "cacheCapacity": "2Gi",
        "cacheStorageClassName": "openebs-hostpath",
        "moverSecurityContext": _SECURITY,
    }


def _source(name: str, claim: str, schedule: str) -> Manifest:
    restic = {**_restic(name), "pruneIntervalDays": 7, "retain": {"daily": 7, "weekly": 4, "monthly": 6}}
    spec = {"sourcePVC": claim, "trigger": {"schedule": schedule}, "restic": restic}
    return _object("volsync.backube/v1alpha1", "ReplicationSource", name, spec=spec)


def _destination(name: str) -> Manifest:
    spec = {"trigger": {"manual": "restore-once"}, "restic": _restic(name)}
    return _object("volsync.backube/v1alpha1", "ReplicationDestination", f"{name}-dst", spec=spec)


def _claim(name: str) -> Manifest:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "ceph-block",
        "resources": {"requests": {"storage": "1Gi"}},
        "dataSourceRef": {
            "apiGroup": "volsync.backube",
            "kind": "ReplicationDestination",
            "name": f"{name}-dst",
        },
    }
    return _object("v1", "PersistentVolumeClaim", name, spec=spec)


def _replacements(shape: str) -> Iterator[Manifest]:
    """The app's name into every name and its capacity into every size, from the ConfigMap that the app generates."""
    names = ["metadata.name", "spec.sourcePVC", "spec.restic.repository", "spec.dataSourceRef.name"]
    fields = {
        "ReplicationSource": [names[0], names[1], names[2]],
        "ReplicationDestination": [names[0], names[2]],
        "PersistentVolumeClaim": [names[0], names[3]],
        "ConfigMap": [names[0]],
    }
    kinds = [kind for kind in fields if kind != "ConfigMap" or shape == "certificate"]
    # The first part of each name is the app's: `app-media-dst` has to become `<name>_media-dst`'s like with dashes.
    yield {
        "source": {"kind": "ConfigMap", "name": "settings", "fieldPath": "data.app"},
        "targets": [
            {
                "select": {"kind": kind},
                **({"reject": [{"kind": "ConfigMap", "name": "settings"}]} if kind == "ConfigMap" else {}),
                "fieldPaths": fields[kind],
                "options": {"delimiter": "-", "index": 0},
            }
            for kind in kinds
        ],
    }
    yield {
        "source": {"kind": "ConfigMap", "name": "settings", "fieldPath": "data.capacity"},
        "targets": [
            {
                "select": {"kind": "PersistentVolumeClaim"},
                "fieldPaths": ["spec.resources.requests.storage"],
            },
            {"select": {"kind": "ReplicationDestination"}, "fieldPaths": ["spec.restic.capacity"]},
        ],
    }


def _app_kustomization(app: App) -> str:
    settings = {
        "name": "settings",
        "literals": [f"app={app.name}", f"capacity={app.capacity}"],
        "options": {
            "disableNameSuffixHash": True,
            # kustomize leaves such an object out of what it prints
            "annotations": {"config.kubernetes.io/local-config": "true"},
        },
    }
    return _text(
        {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": app.namespace,
            "configMapGenerator": [settings],
            "components": [f"../../components/{app.shape}"],
        }
    )


def _kustomization(fleet: Sequence[App]) -> str:
    return _text(
        {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [f"../apps/{app.name}" for app in fleet],
        }
    )


def _text(data: Manifest) -> str:
    """JSON is YAML, and kustomize reads it no slower."""
    return json.dumps(data, indent=2) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
