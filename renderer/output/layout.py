"""Which file holds which object. Pure: paths and texts in, paths and texts out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from renderer.emit import document, stream
from renderer.engines import Made, Role
from renderer.errors import UsageError
from renderer.fleet.pattern import KUSTOMIZATION
from renderer.output.copies import copied
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
        path = pattern.path(app, made) if made.copy is None else copied(app, made, made.copy, pattern)
        objects.setdefault(path, []).append(made)
    for path, group in objects.items():
        copy = group[0].copy
        if copy is None or copy.path != path:
            yield path, copy.text if copy is not None else _text(app, group)
    if pattern.has_own_folders(app):
        for folder in sorted({path.parent for path in objects}):
            names = sorted(path.name for path in objects if path.parent == folder)
            yield folder / KUSTOMIZATION, _kustomization(app, names)
    for name, manifest in app.component.items():
        yield pattern.component_folder(app) / name, document(manifest, header=(header(app),))


def app_text(app: RenderedApp) -> str:
    """All objects of an app as one stream, for standard output."""
    text = _text(app, [made for made in app.objects if made.copy is None])
    return "".join([text, *(_as_document(made.copy.text) for made in app.objects if made.copy is not None)])


def _as_document(text: str) -> str:
    """A file as one more document of a stream; what it says stays as it is."""
    text = text.removeprefix("\ufeff")  # only a text's first character may be that mark
    before, after = "" if text.startswith("---") else "---\n", "" if text.endswith("\n") else "\n"
    return f"{before}{text}{after}"


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
