"""A cluster as far as movers see it: what was rendered, claims and Secrets, and pods that run exactly as rendered.

The test brings what a cluster has and no policy renders: the app's claims, the Secrets that a policy names, the image.
"""

import copy
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests import checkout
from tests.mover import tree
from tests.mover.container import Outcome, told
from tests.mover.pod import Pod, template_of
from tests.mover.repository import PASSWORD, Repository
from tests.mover.volumes import Namespace

Raw = dict[str, Any]

POLICY = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: paperless, namespace: documents}
spec:
  engine: cronjob
  claim: paperless-data
  schedule: "@daily"
  retain: {daily: 7}
  repository:
    url: /mnt/backups/paperless
    secret: {name: restic}
    volume: {mountPath: backups, persistentVolumeClaim: {claimName: backups}}
"""
UID, GID = 2000, 3000
APP = """\
  mover: {securityContext: {runAsUser: 2000, runAsGroup: 3000, fsGroup: 3000}}
"""
CHECK = """\
  restores:
    - {name: check, token: first, to: {claim: paperless-check}}
"""


class Cluster:
    """Renders files from a folder, and runs what they became."""

    def __init__(self, folder: Path, image: Path, files: str | Mapping[str, str]) -> None:
        self.folder = folder
        self.image = image
        self.source = folder / "policy"
        self.namespaces: dict[str, Namespace] = {}
        self.manifests: list[Raw] = []
        self.pods = 0
        for name in ("paperless-data", "backups"):
            self.claim(name)
        self.apply(files)

    def apply(self, files: str | Mapping[str, str]) -> None:
        """Write a policy, or the files of a fleet, and take what they render to in place of what was there."""
        checkout.write(self.source, files)
        rendered = self.render("--stdout")
        assert rendered.returncode == 0, rendered.stderr
        self.manifests = list(yaml.safe_load_all(rendered.stdout))
        for manifest in self.manifests:
            self.namespace(manifest["metadata"]["namespace"]).apply([manifest])
            if manifest["kind"] == "PersistentVolumeClaim":
                self.claim(manifest["metadata"]["name"], manifest["metadata"]["namespace"])

    def render(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """What `backplan render` says to it."""
        return checkout.backplan(self.source, "render", *arguments)

    def namespace(self, name: str) -> Namespace:
        """With a Secret `restic`, as every policy here names it."""
        new = Namespace(secrets={"restic": {"RESTIC_PASSWORD": PASSWORD}})
        return self.namespaces.setdefault(name, new)

    def claim(self, name: str, namespace: str = "documents") -> Path:
        """The folder of a claim, which is made where there is none, as root's."""
        claims = self.namespace(namespace).claims
        if name not in claims:
            claims[name] = self.folder / "claims" / namespace / name
            claims[name].mkdir(parents=True)
        return claims[name]

    def lose(self, claim: str, namespace: str = "documents") -> Path:
        """A claim's volume; what it held is still to be looked at. A new one is there in its place."""
        folder = self.claim(claim, namespace)
        kept = folder.with_name(f"{claim}-lost-{self.pods}")
        folder.rename(kept)
        folder.mkdir()
        return kept

    def write(self, name: str, text: str) -> None:
        """A file of the app's."""
        path = self.claim("paperless-data") / name
        path.write_text(text)
        os.chown(path, UID, GID)

    def saved(self) -> tree.Tree:
        """What a backup of the app has just saved."""
        outcome = self.run("CronJob", "paperless-backup")
        assert told(outcome) == (0, "ok"), outcome
        return tree.describe(self.claim("paperless-data"))

    def manifest(self, kind: str, name: str, namespace: str | None = None) -> Raw:
        """The one object of this kind whose name begins so."""
        found = [one for one in self.manifests if one["kind"] == kind and one["metadata"]["name"].startswith(name)]
        (manifest,) = [one for one in found if namespace in {None, one["metadata"]["namespace"]}]
        return copy.deepcopy(manifest)

    def run(self, kind: str, name: str, namespace: str | None = None, **env: str) -> Outcome:
        """The pod that this object makes; `env` is what somebody added with `kubectl set env`."""
        manifest = self.manifest(kind, name, namespace)
        template = template_of(manifest)
        (container,) = template["spec"]["containers"]
        said = [raw for raw in container["env"] if raw["name"] not in env]
        container["env"] = [*said, *({"name": name, "value": value} for name, value in env.items())]
        return self.start(template, manifest["metadata"]["namespace"], name)

    def start(self, template: Raw, namespace: str = "documents", name: str = "paperless-7d9f") -> Outcome:
        """A new pod of a template, to its end."""
        self.pods += 1
        images = {raw["image"]: self.image for raw in containers(template)}
        folder = self.folder / f"pod-{self.pods}"
        return Pod(template, self.namespace(namespace), images, folder, f"{name}-{self.pods}").run()

    @property
    def repository(self) -> Repository:
        """That of `POLICY`, with the owner that `APP` gives it."""
        return Repository(self.claim("backups") / "paperless", self.folder / "restic-cache", owner=(UID, GID))


def containers(template: Raw) -> list[Raw]:
    return [*template["spec"]["containers"], *template["spec"].get("initContainers", [])]


def given(folder: Path, uid: int = UID, gid: int = GID) -> Path:
    """To the app's group, as the kubelet does once with a volume: later pods with that fsGroup then change nothing."""
    os.chown(folder, uid, gid)
    folder.chmod(0o2770)
    return folder


def full(folder: Path) -> Path:
    """An app's volume with one of everything."""
    tree.fill(given(folder), UID, GID)
    return folder
