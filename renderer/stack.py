"""Layers from files: overlays by name or path, and every file as the one document of its kind, checked alone."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from renderer import resources
from renderer.layers import Layer
from renderer.problem import Place, Problem
from renderer.root import FileError, Root
from renderer.schema import Strictness, check, key_of
from renderer.schema.walk import layer_problems
from renderer.source import Node, Source

MAX_OVERLAYS = 50
MOST = 100
"""So many problems that only the walk finds are reported of one document."""
_KINDS = {"BackupPolicy": "policy.json", "BackupOverlay": "overlay.json", "BackupFleet": "fleet.json"}


class Stack:
    """Collects layers from files, each checked alone at its own lines, and the problems on the way."""

    __slots__ = ("_valid", "folder", "problems", "root", "shared")

    def __init__(
        self, root: Root, problems: list[Problem], shared: "Stack | None" = None, folder: Path | None = None
    ) -> None:
        self.root = root
        self.problems = problems
        self.shared = shared
        """Whose `overlays/` comes first: that of a fleet file which lies elsewhere."""
        self.folder = folder
        """Where the fleet file lies, if that is not the root itself."""
        self._valid: set[Node] = set()
        """Overlays that were checked and are sound: many policies name the same few."""

    def document(self, source: Source, kind: str, name: str) -> Node | None:
        """The one document of a file that must be of a kind, if it is valid."""
        self.problems.extend(source.problems)
        if source.problems:
            return None
        if len(source.documents) != 1:
            found = "is empty" if not source.documents else "has several documents"
            self.problems.append(Problem(Place(name), f"the file {found}; it must hold one {kind}", "file"))
            return None
        return self.checked(source.documents[0], kind)

    def checked(self, node: Node, kind: str) -> Node | None:
        """A document, if its schema accepts it."""
        schema = _KINDS[kind]
        found = list(_of_another_kind(node, kind))
        if not found:
            walked = islice(layer_problems(node, key_of(schema)), MOST)
            found = [*check(node, schema, Strictness.LOOSE), *walked]
        self.problems.extend(found)
        return None if found else node

    def overlays(self, spec: Node, path: Path) -> list[Layer]:
        """The overlays that `spec.overlays` of the file at `path` names."""
        found = []
        named = spec.nearest("overlays").items
        if len(named) > MAX_OVERLAYS:
            message = f"more than {MAX_OVERLAYS} overlays; merge some of them"
            self.problems.append(Problem(named[MAX_OVERLAYS].place, message, "yaml-limits"))
        for item in named[:MAX_OVERLAYS]:
            layer = self.overlay(str(item.value), item.place, path.parent)
            if layer is not None:
                found.append(layer)
        return found

    def overlay(self, name: str, place: Place, folder: Path) -> Layer | None:
        """An overlay by name or path; `place` is where it is named, `folder` what a path counts from."""
        source, shown = self._source(name, place, folder)
        if source is None:
            return None
        known = source.documents[0] if source.documents else None
        node = known if known in self._valid else self.document(source, "BackupOverlay", shown)
        spec = node.get("spec") if node else None
        if spec is None:
            return None
        if (inner := spec.get("overlays")) is not None:
            self.problems.append(
                Problem(inner.key, "an overlay cannot name overlays; list them in the policy", "overlay")
            )
        elif node is not None:
            self._valid.add(node)
        return Layer(spec, f"overlay {name}")

    def _source(self, name: str, place: Place, folder: Path) -> tuple[Source | None, str]:
        try:
            for root, path in self._paths(name, folder):
                if root.within(path).exists():
                    return _placed(root.source(path), name, place), root.shown(path)
        except (FileError, OSError) as error:
            why = str(error) if isinstance(error, FileError) else "cannot be read; check its path"
            self.problems.append(Problem(place, f"overlay '{name[:80]}' {why}", "file"))
            return None, ""
        if "/" not in name and name in resources.shipped_overlays():
            shipped = resources.shipped_overlays()[name]
            return self.root.shipped(shipped), shipped.name
        impossible = next(self._paths(name, folder), None) is None
        self.problems.append(Problem(place, f"no overlay '{name[:80]}'; {_advice(name, impossible)}", "overlay"))
        return None, ""

    def _paths(self, name: str, folder: Path) -> Iterator[tuple[Root, Path]]:
        """Where an overlay file could lie; nowhere if its name cannot be a path."""
        if "\0" in name or len(name) > 255:
            return
        if "/" in name or name.endswith((".yaml", ".yml")):
            yield self.root, folder / name
            return
        if self.shared is not None:
            yield from self.shared._paths(name, folder)  # noqa: SLF001 - another one of these
        yield self.root, (self.folder or self.root.path) / "overlays" / f"{name}.yaml"


def _of_another_kind(node: Node, kind: str) -> Iterator[Problem]:
    """A file that is something else altogether: what its keys are is then beside the point."""
    said = node.get("kind")
    if said is not None and isinstance(said.value, str) and said.value != kind:
        message = f"kind is '{said.value[:60]}', but this file must be a {kind}; write kind: {kind}"
        yield Problem(said.place, message, "schema")


def _placed(source: Source, name: str, place: Place) -> Source:
    """A file that cannot be read is a mistake of the line that names it."""
    problems = [
        problem._replace(place=place, message=problem.message.replace("the file", f"overlay '{name[:80]}'", 1))
        if problem.rule == "file"
        else problem
        for problem in source.problems
    ]
    return Source(source.documents, problems)


def _advice(name: str, impossible: bool) -> str:
    if impossible:
        return "no file can have this name, choose another"
    if "/" in name or name.endswith((".yaml", ".yml")):
        return "a path counts from the file that names it"
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes pay for it

    if close := get_close_matches(name[:80], resources.shipped_overlays(), n=1):
        return f"did you mean '{close[0]}'?"
    shipped = ", ".join(resources.shipped_overlays())
    return f"put it into overlays/{name[:80]}.yaml at the root, or use one of the shipped: {shipped}"
