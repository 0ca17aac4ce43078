"""From a request to merged policies: which files, which documents in them, which layers under each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from renderer.layers import Layer, fold
from renderer.policy import App
from renderer.problem import Place, Problem
from renderer.root import Root, find_root
from renderer.schema import key_of
from renderer.source import Node
from renderer.stack import Fleet, Stack

MOST = 100
"""Documents of one file that may be wrong before the rest of the file is not read."""


@dataclass(frozen=True, slots=True)
class Request:
    """Which policies to read, and what the command line adds to them."""

    files: Sequence[Path]
    cwd: Path
    overlays: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """One policy document with all its layers folded into one spec."""

    app: App
    spec: Node
    source: str
    """The policy's file from the root."""
    folder: Path
    document: Node
    layers: tuple[Layer, ...]
    root: Root
    fleet: Fleet


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What all policies of one root share."""

    stack: Stack
    fleet: Fleet | None
    """None where backplan.yaml cannot be used: what its policies lack may be what is wrong there."""
    extra: tuple[Layer, ...]
    first: dict[tuple[str, str], Place]
    """Where each app's policy stands."""


def merge_all(request: Request, problems: list[Problem]) -> Iterator[Merged]:
    """Every policy of a request, one at a time; to be used up, `problems` is complete only then."""
    roots: dict[Path, _Surroundings] = {}
    for file in request.files:
        path = find_root(file.parent)
        around = roots.get(path)
        if around is None:
            around = roots[path] = _surroundings(Stack(Root(path, request.cwd), []), request)
        yield from _documents(file, around)
    for around in roots.values():
        problems.extend(around.stack.problems)


def _surroundings(stack: Stack, request: Request) -> _Surroundings:
    fleet = stack.fleet()
    place = Place("--overlay", 0, 0)
    layers = [stack.overlay(name, place, request.cwd) for name in request.overlays]
    extra = tuple(replace(layer, title=f"--overlay {layer.title}") for layer in layers if layer is not None)
    return _Surroundings(stack, fleet if len(extra) == len(layers) else None, extra, {})


def _documents(file: Path, around: _Surroundings) -> Iterator[Merged]:
    stack = around.stack
    source = stack.root.policy(file)
    stack.problems.extend(source.problems)
    if source.problems:
        return
    if not source.documents:
        place = Place(stack.root.shown(file))
        stack.problems.append(Problem(place, "the file is empty; `backplan new` writes a policy", "file"))
    wrong = 0
    for node in source.documents:
        if wrong == MOST:
            message = f"{MOST} documents of this file are wrong, the rest of it is not read; mend those first"
            stack.problems.append(Problem(node.place, message, "yaml-limits"))
            return
        merged = _document(node, file, around)
        if merged is None:
            wrong += 1
        else:
            yield merged


def _document(node: Node, file: Path, around: _Surroundings) -> Merged | None:
    """One document with its layers; None where any of them is wrong."""
    stack, fleet = around.stack, around.fleet
    before = len(stack.problems)
    document = stack.checked(node, "BackupPolicy")
    app = _app(document, fleet, stack.problems) if document and fleet else None
    if document is None or fleet is None or app is None:
        return None
    first = around.first.setdefault((app.namespace, app.name), document.place)
    if first is not document.place:
        message = f"a second policy for {app.namespace}/{app.name}, the first is {first}; rename one"
        stack.problems.append(Problem(document.place, message, "identity"))
        return None
    spec = document.get("spec") or Node({}, document.place)
    layers = (*fleet.layers, *stack.overlays(spec, file), Layer(spec, "the policy"), *around.extra)
    if len(stack.problems) > before:
        return None
    folded = fold(layers, key_of("layer.json"))
    return Merged(
        app=app,
        spec=Node(folded.value, spec.place, spec.key),  # what is missing is missing in the policy
        source=stack.root.from_root(file),
        folder=file.parent,
        document=document,
        layers=layers,
        root=stack.root,
        fleet=fleet,
    )


def _app(document: Node, fleet: Fleet, problems: list[Problem]) -> App | None:
    name, namespace = document.text("metadata", "name"), document.text("metadata", "namespace")
    for value, key in ((name, "name"), (namespace, "namespace")):
        if value is None:
            place = document.nearest("metadata").key
            problems.append(Problem(place, f"no {key}; set metadata.{key}", "complete"))
    return None if name is None or namespace is None else App(namespace, name, fleet.cluster)
