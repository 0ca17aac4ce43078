"""Somebody on call, in the folder of a fleet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from renderer.cli import main
from renderer.labels import FILE
from renderer.resources import mover_scripts

SPEC = {
    "claim": "web-data",
    "schedule": '"@daily"',
    "retain": "{daily: 7}",
    "repository": "{url: 's3:https://s3.example.com/{namespace}/{app}', secret: {name: restic}}",
}
VOLSYNC = {"engine": "volsync", "copyMethod": "Snapshot"}


@dataclass(frozen=True)
class Called:
    """What came of a command."""

    code: int
    out: str
    said: str

    @property
    def object(self) -> dict[str, Any]:
        """The one object that was printed."""
        assert self.code == 0, self.said
        (found,) = yaml.safe_load_all(self.out)
        return dict(found)

    @property
    def pod(self) -> dict[str, Any]:
        return dict(self.object["spec"]["template"]["spec"])

    @property
    def container(self) -> dict[str, Any]:
        (found,) = self.pod["containers"]
        return dict(found)

    @property
    def env(self) -> dict[str, Any]:
        return {one["name"]: one.get("value", one.get("valueFrom")) for one in self.container["env"]}

    @property
    def volumes(self) -> dict[str, Any]:
        return {one["name"]: one for one in self.pod["volumes"]}

    @property
    def short(self) -> str:
        """What was printed, without the text of the scripts, which are the mover's own."""
        text = self.out
        for name, script in mover_scripts().items():
            lines = "".join(f"          {line}".rstrip() + "\n" for line in script.splitlines())
            text = text.replace(f"        {FILE}{name}: |\n{lines}", f"        {FILE}{name}: ...\n")
        return text


@dataclass(frozen=True)
class Fleet:
    """A folder of policies."""

    folder: Path
    capture: Any

    def policy(self, name: str = "web", namespace: str = "shop", **keys: str | None) -> Path:
        """Write a policy; keys as YAML over the usual ones, a None leaves one out."""
        spec = {key: value for key, value in {**SPEC, **keys}.items() if value is not None}
        if "volumes" in spec:
            spec.pop("claim", None)
        file = self.folder / "apps" / namespace / name / "backup-policy.yaml"
        head = [
            "apiVersion: backplan.dev/v1alpha1",
            "kind: BackupPolicy",
            f"metadata: {{name: {name}, namespace: {namespace}}}",
            "spec:",
        ]
        return self.write(file, "\n".join([*head, *(f"  {key}: {value}" for key, value in spec.items()), ""]))

    def write(self, file: Path | str, text: str) -> Path:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def call(self, *arguments: str) -> Called:
        """Run Backplan there, with a token where the command takes one and none is given."""
        code = main(list(arguments))
        out, err = self.capture.readouterr()
        return Called(code, out.decode(), err.decode())

    def restore(self, *arguments: str, app: str = "web") -> Called:
        return self.call("restore", app, "--token", "now", *arguments)

    def run(self, *arguments: str, app: str = "web") -> Called:
        return self.call("run", app, "--token", "now", *arguments)


@pytest.fixture
def fleet(tmp_path, monkeypatch, capsysbinary):
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "NO_COLOR", "BACKPLAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return Fleet(tmp_path, capsysbinary)
