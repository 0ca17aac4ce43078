"""Which file holds which object. Pure: paths and texts in, paths and texts out."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from renderer.emit import document, stream
from renderer.engines import Made, Role
from renderer.errors import UsageError
from renderer.manifest import APPLY_ORDER
from renderer.output.owner import OwnFolder, header, own_line
from renderer.rendered import RenderedApp

KUSTOMIZATION = "kustomization.yaml"
_DEFAULT = "{namespace}/{app}/{kind}.yaml"
_KNOWN = ("dir", "cluster", "namespace", "app", "kind", "role")
_ANY = re.compile(r"\{([^{}]*)\}")
_VALUES = {"{kind}": tuple(kind.lower() for kind in APPLY_ORDER), "{role}": tuple(role.value for role in Role)}
"""What differs between the objects of one app."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to be."""

    text: str
    app: RenderedApp


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
        if out.rpartition("/")[2] == KUSTOMIZATION:
            raise UsageError(
                f"--out calls the files with objects '{KUSTOMIZATION}', which lists them; use another name"
            )
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
        return any(map(_is_apps, self._folders))

    def own_folders(self, app: RenderedApp) -> list[Path]:
        """The folders that nothing but the app's own files is rendered into, with all that is below them.

        They end before the first part that differs between objects: what lies beside `{dir}/staging` may come from
        another run, what lies in `{app}` beside `{app}/{role}` is of this one.
        """
        folders = self._folders
        own = next((number for number, folder in enumerate(folders) if _is_apps(folder)), None)
        if own is None:
            return []
        end = own + 1
        while end < len(folders) and not any(name in folders[end] for name in _VALUES):
            end += 1
        texts = ["/".join(folders[:end])]
        for name, values in _VALUES.items():
            texts = [text.replace(name, value) for text in texts for value in (values if name in text else ("",))]
        return [Path(_filled(text, _values(app))) for text in texts]

    @property
    def _folders(self) -> list[str]:
        return self.text.split("/")[:-1]

    def path(self, app: RenderedApp, made: Made) -> Path:
        """The file of one object."""
        own = {"kind": str(made.manifest["kind"]).lower(), "role": made.role.value}
        return Path(_filled(self.text, {**_values(app), **own}))


def _is_apps(folder: str) -> bool:
    """Whether a part of a pattern gives each app, or each policy, a folder of its own."""
    return "{app}" in folder or "{dir}" in folder


def _values(app: RenderedApp) -> dict[str, str | None]:
    return {
        "dir": app.folder.as_posix(),
        "cluster": app.app.cluster,
        "namespace": app.app.namespace,
        "app": app.app.name,
    }


def _filled(text: str, values: Mapping[str, str | None]) -> str:
    def fill(found: re.Match[str]) -> str:
        value = values[found[1]]
        if not value:
            hint = (
                "set spec.cluster in backplan.yaml or write the name out" if found[1] == "cluster" else "write it out"
            )
            raise UsageError(f"'{found[0]}' in --out has no value; {hint}")
        return value

    return _ANY.sub(fill, text)


def laid_out(apps: Sequence[RenderedApp], pattern: Pattern) -> dict[Path, File]:
    """Every file of a run. Raises `UsageError` where two apps would write one file."""
    files: dict[Path, File] = {}
    for app in apps:
        for path, text in _files(app, pattern):
            if path in files and files[path].app is not app:
                raise UsageError(f"two apps would write '{path}'; add {{namespace}} and {{app}} to --out")
            files[path] = File(text, app)
    return files


def owned(apps: Sequence[RenderedApp], pattern: Pattern) -> list[OwnFolder]:
    """The folders of a run that one app has to itself."""
    return [OwnFolder(folder, own_line(app)) for app in apps for folder in pattern.own_folders(app)]


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
    return stream([made.manifest for made in group], header=(header(app), *notes))


def _kustomization(app: RenderedApp, names: Sequence[str]) -> str:
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [*names],
    }
    return document(kustomization, header=(header(app),))
