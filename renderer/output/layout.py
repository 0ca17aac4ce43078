"""Which file holds which object. Pure: paths and texts in, paths and texts out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from renderer.emit import document, stream
from renderer.engines import Made, Role
from renderer.errors import UsageError
from renderer.fleet.pattern import KUSTOMIZATION
from renderer.output.owner import OwnFolder, header, own_line
from renderer.output.pattern import Pattern
from renderer.rendered import RenderedApp

_SCHEDULED = (Role.BACKUP, Role.MAINTENANCE)


class File(NamedTuple):
    """A file to be."""

    text: str
    app: RenderedApp


def laid_out(apps: Sequence[RenderedApp], pattern: Pattern) -> dict[Path, File]:
    """Every file of a run. Raises `UsageError` where two apps would write one file."""
    files: dict[Path, File] = {}
    for app in apps:
        for path, text in _files(app, pattern):
            if path in files and files[path].app is not app:
                raise UsageError(_written_twice(path, app, files[path].app, pattern))
            files[path] = File(text, app)
    return files


def _written_twice(path: Path, app: RenderedApp, other: RenderedApp, pattern: Pattern) -> str:
    if app.root != other.root and app.app == other.app:
        return f"policies of two roots would write '{path}'; render them apart, each with a {pattern.named} of its own"
    if app.app.cluster != other.app.cluster:
        return f"two clusters would write '{path}'; add {{cluster}} to the folders of {pattern.named}"
    return f"two apps would write '{path}'; add {{namespace}} and {{app}} to {pattern.named}"


def owned(apps: Sequence[RenderedApp], pattern: Pattern) -> list[OwnFolder]:
    """The folders of a run that one app has to itself."""
    return [OwnFolder(folder, own_line(app)) for app in apps for folder in pattern.own_folders(app)]


def _files(app: RenderedApp, pattern: Pattern) -> Iterator[tuple[Path, str]]:
    objects: dict[Path, list[Made]] = {}
    for made in app.objects:
        objects.setdefault(pattern.path(app, made), []).append(made)
    for path, group in objects.items():
        yield path, _text(app, group)
    if pattern.has_own_folders(app):
        for folder in sorted({path.parent for path in objects}):
            names = sorted(path.name for path in objects if path.parent == folder)
            yield folder / KUSTOMIZATION, _kustomization(app, names)
    for name, manifest in app.component.items():
        yield pattern.component_folder(app) / name, document(manifest, header=(header(app),))


def app_text(app: RenderedApp) -> str:
    """All objects of an app as one stream, for standard output."""
    return _text(app, app.objects)


def _text(app: RenderedApp, group: Sequence[Made]) -> str:
    notes = app.notes if any(made.role in _SCHEDULED for made in group) else ()
    return stream([made.manifest for made in group], header=(header(app), *notes))


def _kustomization(app: RenderedApp, names: Sequence[str]) -> str:
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [*names],
    }
    return document(kustomization, header=(header(app),))
