"""Which file holds which object. Pure: paths and texts in, paths and texts out."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from renderer.emit import document, stream
from renderer.engines import Made, Role
from renderer.errors import UsageError
from renderer.rendered import RenderedApp

HEADER = "Rendered by Backplan from "
"""How the first comment of every rendered file begins; only files with it are ever overwritten or deleted."""
KUSTOMIZATION = "kustomization.yaml"
_DEFAULT = "{namespace}/{app}/{kind}.yaml"
_KNOWN = ("dir", "cluster", "namespace", "app", "kind", "role")
_ANY = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where files go: a path with placeholders, the last part of which names a file."""

    text: str

    @classmethod
    def of(cls, out: str) -> "Pattern":
        """From `--out`: a folder, or a pattern of `{dir} {cluster} {namespace} {app} {kind} {role}`."""
        unknown = [name for name in _ANY.findall(out) if name not in _KNOWN]
        if unknown:
            known = " ".join(f"{{{name}}}" for name in _KNOWN)
            raise UsageError(f"--out has an unknown placeholder '{{{unknown[0]}}}'; known are {known}")
        folder = out.rstrip("/") or "/"
        if "{" not in out:
            return cls(f"{folder}/{_DEFAULT}")
        return cls(out if out.endswith((".yaml", ".yml")) else f"{folder}/{{kind}}.yaml")

    def base(self, apps: Sequence[RenderedApp]) -> Path:
        """The folder that nothing is written outside of: the part before the first placeholder.

        With `{dir}` that is the folder which holds all policies.
        """
        literal, _, rest = self.text.partition("{")
        if rest.startswith("dir}") and apps:
            return Path(os.path.commonpath([app.folder for app in apps]))
        return Path(literal.rpartition("/")[0])

    @property
    def has_own_folders(self) -> bool:
        """Whether each app has a folder to itself, so that a kustomization can list what is in it."""
        folder = self.text.rpartition("/")[0]
        return "{app}" in folder or "{dir}" in folder

    def path(self, app: RenderedApp, made: Made) -> Path:
        """The file of one object."""
        values = {
            "dir": app.folder.as_posix(),
            "cluster": app.app.cluster or "",
            "namespace": app.app.namespace,
            "app": app.app.name,
            "kind": str(made.manifest["kind"]).lower(),
            "role": made.role.value,
        }
        return Path(_ANY.sub(lambda found: values[found[1]], self.text))


def laid_out(apps: Sequence[RenderedApp], pattern: Pattern) -> dict[Path, str]:
    """Every file of a run with its text. Raises `UsageError` where two apps would write one file."""
    texts: dict[Path, str] = {}
    writers: dict[Path, RenderedApp] = {}
    for app in apps:
        for path, text in _files(app, pattern):
            if writers.setdefault(path, app) is not app:
                raise UsageError(f"two apps would write '{path}'; add {{namespace}} and {{app}} to --out")
            texts[path] = text
    return texts


def _files(app: RenderedApp, pattern: Pattern) -> Iterator[tuple[Path, str]]:
    objects: dict[Path, list[Made]] = {}
    for made in app.objects:
        objects.setdefault(pattern.path(app, made), []).append(made)
    for path, group in objects.items():
        yield path, _text(app, group)
    if pattern.has_own_folders:
        for folder in sorted({path.parent for path in objects}):
            names = sorted(path.name for path in objects if path.parent == folder)
            yield folder / KUSTOMIZATION, _kustomization(app, names)


def app_text(app: RenderedApp) -> str:
    """All objects of an app as one stream, for standard output."""
    return _text(app, app.objects)


def _text(app: RenderedApp, group: Sequence[Made]) -> str:
    notes = app.notes if any(made.role is Role.BACKUP for made in group) else ()
    return stream([made.manifest for made in group], header=(*_header(app), *notes))


def _kustomization(app: RenderedApp, names: Sequence[str]) -> str:
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [*names],
    }
    return document(kustomization, header=_header(app))


def _header(app: RenderedApp) -> tuple[str, ...]:
    return (f"{HEADER}{app.source}; changes made here are overwritten.",)
