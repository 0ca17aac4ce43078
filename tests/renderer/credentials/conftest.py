"""Fleets whose Secrets are listed."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from renderer.cli import main

WIDE = "cluster-wide"
SPEC = {
    "claim": "web-data",
    "schedule": '"@daily"',
    "retain": "{daily: 7}",
    "repository": "{url: 's3:https://s3.example.com/{namespace}/{app}', secret: {name: restic}}",
}


def ciphertext(letter: str) -> str:
    """As long as what kubeseal makes of 12 characters."""
    return base64.b64encode((512).to_bytes(2, "big") + letter.encode() * (512 + 12 + 16)).decode()


def sealed(scope: str = WIDE, name: str = "restic", namespace: str = "shop", **values: str) -> str:
    """A SealedSecret as kubeseal writes it, with these ciphertexts."""
    annotations = {} if scope == "strict" else {f"sealedsecrets.bitnami.com/{scope}": "true"}
    return yaml.safe_dump(
        {
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": {"name": name, "namespace": namespace, "annotations": annotations},
            "spec": {"encryptedData": values},
        }
    )


@dataclass(frozen=True)
class Listed:
    """What came of a command."""

    code: int
    out: str
    said: str

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.out))

    def secrets(self, app: str = "web") -> dict[str, dict[str, Any]]:
        """The Secrets of an app by name."""
        (found,) = (one for one in self.json["apps"] if one["app"] == app)
        return {one["name"]: one for one in found["secrets"]}


@dataclass(frozen=True)
class Fleet:
    """A folder of policies."""

    folder: Path
    capture: Any

    def policy(self, name: str = "web", namespace: str = "shop", **keys: str | None) -> None:
        """Write a policy; keys as YAML over the usual ones, a None leaves one out."""
        spec = {key: value for key, value in {**SPEC, **keys}.items() if value is not None}
        head = f"metadata: {{name: {name}, namespace: {namespace}}}\nspec:\n"
        lines = "".join(f"  {key}: {value}\n" for key, value in spec.items())
        kind = "apiVersion: backplan.dev/v1alpha1\nkind: BackupPolicy\n"
        self.write(f"apps/{namespace}/{name}/backup-policy.yaml", kind + head + lines)

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def text(self, *words: str) -> Listed:
        """List the Secrets for people."""
        code = main(["secrets", *words])
        out, err = self.capture.readouterr()
        return Listed(code, out.decode(), err.decode())

    def json(self, *words: str) -> Listed:
        """List the Secrets for programs."""
        return self.text("--format", "json", *words)


@pytest.fixture
def fleet(tmp_path, monkeypatch, capsysbinary):
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "NO_COLOR", "BACKPLAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    kind = "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\n"
    (tmp_path / "backplan.yaml").write_text(f"{kind}metadata: {{name: home}}\nspec: {{}}\n")
    return Fleet(tmp_path, capsysbinary)
