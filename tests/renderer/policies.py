"""Small policies as texts, and what they render to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from renderer.manifest import Manifest
from renderer.pipeline import render
from renderer.problem import Problem
from renderer.request import Request


@dataclass(frozen=True)
class Result:
    """The objects and problems of one rendering."""

    objects: list[Manifest]
    problems: list[Problem]

    def all(self, kind: str) -> dict[str, Manifest]:
        """The objects of a kind by name."""
        return {one["metadata"]["name"]: one for one in self.objects if one["kind"] == kind}

    def one(self, kind: str) -> Manifest:
        """The only object of a kind."""
        (found,) = self.all(kind).values()
        return found

    def restic(self, kind: str = "ReplicationSource") -> dict[str, Any]:
        """`spec.restic` of the only object of a kind."""
        found: dict[str, Any] = self.one(kind)["spec"]["restic"]
        return found

    @property
    def said(self) -> list[str]:
        """The problems in one line each, without their file."""
        return [f"{one.severity}: {one.message} [{one.rule}]" for one in self.problems]


def policy(usual: Mapping[str, str], **keys: str | None) -> str:
    """The text of a policy: the usual keys with these over them, each as YAML; a None leaves one out."""
    spec = {name: value for name, value in {**usual, **keys}.items() if value is not None}
    if "volumes" in spec:
        spec.pop("claim", None)
    lines = [f"  {name}: {value}" for name, value in spec.items()]
    head = [
        "apiVersion: backplan.dev/v1alpha1",
        "kind: BackupPolicy",
        "metadata: {name: web, namespace: shop}",
        "spec:",
    ]
    return "\n".join([*head, *lines, ""])


def overlay(text: str) -> str:
    """The text of an overlay with this spec."""
    return f"apiVersion: backplan.dev/v1alpha1\nkind: BackupOverlay\nspec: {text}\n"


def rendered(folder: Path, text: str) -> Result:
    """What a policy in a folder renders to; it must have no error."""
    found = result(folder, text)
    assert [problem for problem in found.problems if problem.is_error] == []
    return found


def refused(folder: Path, text: str) -> list[str]:
    """What is said about a policy that must not render."""
    found = result(folder, text)
    assert found.objects == []
    return found.said


def result(folder: Path, text: str) -> Result:
    """What a policy in a folder renders to, whether it does or not."""
    file = folder / "backup-policy.yaml"
    file.write_text(text, encoding="utf-8")
    rendered = render(Request([file], folder))
    return Result([one.manifest for app in rendered.apps for one in app.objects], rendered.problems)
