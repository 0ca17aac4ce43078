"""The whole story of rendering: source → layers → schema → policy → plan → engine → forms."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from renderer.accept import accepted
from renderer.attachments import attachments
from renderer.engines import findings, manifests
from renderer.layers import Layer, fold
from renderer.plan import Plan, make, writers
from renderer.policy import App, build
from renderer.policy.substitution import substitution_problems
from renderer.problem import Place, Problem, in_order
from renderer.rendered import Rendered, RenderedApp, collisions
from renderer.root import Root, find_root, is_root
from renderer.schema import key_of
from renderer.source import Node
from renderer.stack import Fleet, Stack

_ENOUGH = 100
"""Problems in one file after which its further documents are not read."""


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


@dataclass(frozen=True, slots=True)
class Request:
    """Which policies to read, and what the command line adds to them."""

    files: Sequence[Path]
    cwd: Path
    overlays: Sequence[str] = ()


def render(request: Request) -> Rendered:
    """Turn policies into manifests, or into the problems that prevent it."""
    rendered = Rendered()
    for merged, root, fleet in _merged(request, rendered.problems):
        app, problems = render_app(merged, root, fleet)
        rendered.problems.extend(accepted(problems, merged.spec))
        if app is not None:
            rendered.apps.append(app)
    for group in _together(rendered.apps):
        rendered.problems.extend(collisions(group))
    rendered.problems = in_order(rendered.problems)
    return rendered


def _together(apps: Sequence[RenderedApp]) -> Iterable[list[RenderedApp]]:
    """The apps of each root, which may be a cluster of its own; those below no root belong together."""
    groups: dict[Path | None, list[RenderedApp]] = {}
    for root, of_root in groupby(apps, key=lambda app: app.root):
        groups.setdefault(root if is_root(root) else None, []).extend(of_root)
    return groups.values()


def render_app(merged: Merged, root: Root, fleet: Fleet) -> tuple[RenderedApp | None, list[Problem]]:
    """One policy on its own: its objects never depend on another policy."""
    plan, problems = planned(merged, fleet)
    if plan is None:
        return None, problems
    problems += findings(plan)
    files = attachments(plan.policy, root, problems)
    if any(problem.is_error for problem in problems):
        return None, problems
    objects, found = manifests(plan, files)
    problems += found
    if any(problem.is_error for problem in problems):
        return None, problems
    notes = tuple(one.note for one in plan.backups if one.note is not None)
    app = RenderedApp(
        app=merged.app,
        source=merged.source,
        folder=merged.folder,
        root=root.path,
        notes=notes,
        objects=tuple(objects),
        writers=writers(plan.policy),
    )
    return app, problems


def planned(merged: Merged, fleet: Fleet) -> tuple[Plan | None, list[Problem]]:
    """From the merged spec to a plan."""
    problems = list(substitution_problems(merged.spec, fleet.substitution))
    policy, found = build(merged.app, merged.spec, key_of("layer.json"), merged.source)
    problems += found
    if policy is None:
        return None, problems
    plan, found = make(policy)
    return plan, problems + found


def merge_all(request: Request) -> tuple[list[Merged], list[Problem]]:
    """All policies of a request with their layers, for commands that only look."""
    problems: list[Problem] = []
    found = [merged for merged, _, _ in _merged(request, problems)]
    return found, in_order(problems)


def _merged(request: Request, problems: list[Problem]) -> Iterator[tuple[Merged, Root, Fleet]]:
    roots: dict[Path, tuple[Stack, Fleet]] = {}
    first: dict[tuple[Path, str, str], Place] = {}
    for file in request.files:
        path = find_root(file.parent)
        if path not in roots:
            stack = Stack(Root(path, request.cwd), problems)
            roots[path] = stack, stack.fleet()
        stack, fleet = roots[path]
        extra = _command_line(request, stack)
        for merged in _documents(file, stack, fleet, extra):
            key = (path, merged.app.namespace, merged.app.name)
            place = first.setdefault(key, merged.document.place)
            if place is not merged.document.place:
                message = (
                    f"a second policy for {merged.app.namespace}/{merged.app.name}, the first is {place}; rename one"
                )
                problems.append(Problem(merged.document.place, message, "identity"))
                continue
            yield merged, stack.root, fleet


def _command_line(request: Request, stack: Stack) -> list[Layer]:
    place = Place("--overlay", 0, 0)
    layers = (stack.overlay(name, place, request.cwd) for name in request.overlays)
    return [replace(layer, title=f"--overlay {layer.title}") for layer in layers if layer is not None]


def _documents(file: Path, stack: Stack, fleet: Fleet, extra: Iterable[Layer]) -> Iterator[Merged]:
    source = stack.root.policy(file)
    stack.problems.extend(source.problems)
    if source.problems:
        return
    if not source.documents:
        stack.problems.append(
            Problem(Place(stack.root.shown(file)), "the file is empty; `backplan new` writes a policy", "file")
        )
    before = len(stack.problems)
    for node in source.documents:
        if len(stack.problems) - before > _ENOUGH:
            return
        document = stack.checked(node, "BackupPolicy")
        app = _app(document, fleet, stack.problems) if document else None
        if document is None or app is None:
            continue
        spec = document.get("spec") or Node({}, document.place)
        own = Layer(spec, "the policy")
        layers = (*fleet.layers, *stack.overlays(spec, file), own, *extra)
        folded = fold(layers, key_of("layer.json"))
        merged = Node(folded.value, spec.place, spec.key)  # what is missing is missing in the policy
        yield Merged(app, merged, stack.root.from_root(file), file.parent, document, layers)


def _app(document: Node, fleet: Fleet, problems: list[Problem]) -> App | None:
    name, namespace = document.text("metadata", "name"), document.text("metadata", "namespace")
    for value, key in ((name, "name"), (namespace, "namespace")):
        if value is None:
            place = document.nearest("metadata").key
            problems.append(Problem(place, f"no {key}; set metadata.{key}", "complete"))
    return None if name is None or namespace is None else App(namespace, name, fleet.cluster)
