"""From a request to merged policies: which files, which documents in them, which layers under each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from renderer.errors import UsageError
from renderer.fleet import Fleet, Member, app_of, fleet_at, forbidden_problems, members
from renderer.fleet.globs import Glob
from renderer.layers import Layer, fold
from renderer.policy import App
from renderer.problem import Place, Problem, Severity
from renderer.root import FLEET_FILE, Root, below, find_root, is_root
from renderer.schema import key_of
from renderer.source import Node
from renderer.stack import Stack

MOST = 100
"""Documents of one file that may be wrong before the rest of the file is not read."""


class Request(NamedTuple):
    """Which policies to read, and what the command line adds to them."""

    files: Sequence[Path]
    cwd: Path
    overlays: Sequence[str] = ()
    fleet: Path | None = None
    """The fleet file for all of them, instead of the one in each policy's root."""
    clusters: Sequence[str] = ()
    """The clusters that are wanted; all if none is named."""
    whole: Path | None = None
    """The root, where the files are all policies of one fleet."""


class Merged(NamedTuple):
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
    is_wanted: bool
    """Whether its cluster is one that is asked for."""


class _Surroundings(NamedTuple):
    """What all policies of one root share."""

    stack: Stack
    fleet: Fleet | None
    """None where backplan.yaml cannot be used: what its policies lack may be what is wrong there."""
    extra: tuple[Layer, ...]
    wanted: Sequence[str]
    """The clusters that are asked for."""
    first: dict[App, Place]
    """Where each app's policy stands."""
    used: set[Glob]
    """Globs that matched something."""
    clusters: set[str]
    """Whose policies were met, wanted or not."""


def merge_all(request: Request, problems: list[Problem]) -> Iterator[Merged]:
    """Every policy of a request, once for each of its clusters; to be used up, `problems` is complete only then.

    Raises `UsageError` where a cluster is wanted of which none of them is.
    """
    shared = _shared(request)
    roots: dict[Path, _Surroundings] = {}
    for file in request.files:
        path = request.whole or _root_of(file, shared)
        around = roots.get(path)
        if around is None:
            around = roots[path] = _surroundings(path, request, shared)
        joined = _joined(file, around, request)
        if joined is not None:
            yield from _documents(file, around, joined)
    problems.extend(_found(roots.values(), shared, request))


def _found(around: Iterable[_Surroundings], shared: _Surroundings | None, request: Request) -> Iterator[Problem]:
    """What was wrong with the files, and with what was asked of them."""
    known: set[str] = set()
    stacks = [shared.stack] if shared is not None else []
    for one in around:
        known |= one.clusters
        stacks += [one.stack] if one.stack not in stacks else []
        if request.whole is not None and one.fleet is not None:
            for glob in one.fleet.globs:
                if glob not in one.used:
                    message = f"no file is matched by '{glob.text[:80]}'; correct the glob or remove it"
                    yield Problem(glob.place, message, "fleet", Severity.WARNING)
    for stack in stacks:
        yield from stack.problems
    missing = [name for name in request.clusters if name not in known]
    if missing and all(one.fleet is not None for one in around):
        there = f"they are of {', '.join(sorted(known)[:20])}" if known else "none of them is of any cluster"
        raise UsageError(f"no policy here is of cluster '{missing[0][:63]}'; {there}")


def _shared(request: Request) -> _Surroundings | None:
    """The fleet file of the command line, with what its own root holds."""
    if request.fleet is None:
        return None
    stack = Stack(Root(find_root(request.fleet.parent), request.cwd), [], folder=request.fleet.parent)
    return _with_extra(stack, fleet_at(stack, request.fleet), request)


def _root_of(file: Path, shared: _Surroundings | None) -> Path:
    path = find_root(file.parent)
    if shared is None or is_root(path) or below(file, shared.stack.root.path) is None:
        return path
    return shared.stack.root.path


def _surroundings(path: Path, request: Request, shared: _Surroundings | None) -> _Surroundings:
    if shared is None:
        stack = Stack(Root(path, request.cwd), [])
        return _with_extra(stack, fleet_at(stack, path / FLEET_FILE), request)
    if shared.stack.root.path == path:
        return shared
    stack = Stack(Root(path, request.cwd, shared=shared.stack.root), [], shared=shared.stack)
    return _with_extra(stack, shared.fleet, request)


def _with_extra(stack: Stack, fleet: Fleet | None, request: Request) -> _Surroundings:
    place = Place("--overlay", 0, 0)
    layers = [stack.overlay(name, place, request.cwd) for name in request.overlays]
    extra = tuple(layer._replace(title=f"--overlay {layer.title}") for layer in layers if layer is not None)
    return _Surroundings(stack, fleet if len(extra) == len(layers) else None, extra, request.clusters, {}, set(), set())


def _joined(file: Path, around: _Surroundings, request: Request) -> list[Member] | None:
    """The clusters in which a policy is rendered; None if it is in none of those that are wanted."""
    fleet, root = around.fleet, around.stack.root
    if fleet is None:
        return []
    path = (below(file, fleet.folder) if fleet.folder is not None else None) or root.from_root(file)
    found = members(fleet, path.split("/"), around.used)
    if not found:
        found = [Member(fleet.outside)]
        message = "no glob of the fleet matches this policy, so a run over the whole fleet leaves it out; move it"
        around.stack.problems.append(
            Problem(Place(root.shown(file)), f"{message}, or add a glob", "fleet", Severity.WARNING)
        )
    around.clusters.update(member.name for member in found if member.name is not None)
    if not request.clusters or (request.whole is not None and fleet.repositories):
        return found  # who maintains a shared repository has to know what the other clusters write
    return [member for member in found if member.name in request.clusters] or None


def _documents(file: Path, around: _Surroundings, joined: Sequence[Member]) -> Iterator[Merged]:
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
        before = len(stack.problems)
        merged = _document(node, file, around, joined)
        if len(stack.problems) > before:
            wrong += 1
        else:
            yield from merged


def _document(node: Node, file: Path, around: _Surroundings, joined: Sequence[Member]) -> list[Merged]:
    """One document with its layers in each cluster; of no use where it has added to the problems."""
    stack, fleet = around.stack, around.fleet
    document = stack.checked(node, "BackupPolicy")
    if document is None or fleet is None:
        return []
    apps = [app_of(document, member, stack.problems) for member in joined]
    spec = document.get("spec") or Node({}, document.place)
    own = (*stack.overlays(spec, file), Layer(spec, "the policy"), *around.extra)
    stack.problems.extend(forbidden_problems(own, fleet.limits.forbidden))
    merged: list[Merged] = []
    for member, app in zip(joined, apps, strict=True):
        if app is None or _is_second(app, document, around):
            continue
        folded = fold(own, key_of("layer.json"), member.cluster.base)
        merged.append(
            Merged(
                app=app,
                spec=Node(folded.value, spec.place, spec.key),  # what is missing is missing in the policy
                source=stack.root.from_root(file),
                folder=file.parent,
                document=document,
                layers=(*member.cluster.layers, *own),
                root=stack.root,
                fleet=fleet,
                is_wanted=not around.wanted or member.name in around.wanted,
            )
        )
    return merged


def _is_second(app: App, document: Node, around: _Surroundings) -> bool:
    first = around.first.setdefault(app, document.place)
    if first is not document.place:
        message = f"a second policy for {app.namespace}/{app.name}, the first is {first}; rename one"
        around.stack.problems.append(Problem(document.place, message, "identity"))
    return first is not document.place
