"""backplan.yaml → `Fleet`, or the problems with it at its lines."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from renderer.fleet.forbidden import forbidden
from renderer.fleet.globs import Glob, GlobError, glob_of
from renderer.fleet.model import NO_FLEET, Cluster, Fleet, Limits, Output
from renderer.fleet.pattern import output_problem
from renderer.fleet.repositories import repositories
from renderer.layers import Layer, fold
from renderer.problem import Problem
from renderer.root import FLEET_FILE, find_root
from renderer.schema import Key, key_of
from renderer.source import Node
from renderer.stack import Stack

MAX_GLOBS = 500
"""Globs of one fleet; each folder is held against all of them that can lead to it."""
MAX_CLUSTERS = 100
"""Clusters of one fleet; each has its layers folded, and any policy may be rendered for all of them."""


def fleet_at(stack: Stack, file: Path) -> Fleet | None:
    """The fleet of a file in the stack's root, `NO_FLEET` where there is no file; None where it is wrong."""
    if not file.exists():
        return NO_FLEET
    before = len(stack.problems)
    node = stack.document(stack.root.source(file), "BackupFleet", stack.root.shown(file))
    fleet = _fleet(node.get("spec") or Node({}, node.place), file, stack) if node else None
    return fleet if len(stack.problems) == before else None


def fleet_upwards(folder: Path) -> Path | None:
    """The fleet file of the root in which a folder lies."""
    file = find_root(folder) / FLEET_FILE
    return file if file.exists() else None


def _fleet(spec: Node, file: Path, stack: Stack) -> Fleet:
    key = key_of("fleet.json").properties["spec"]
    stack.problems.extend(_not_read_yet(spec, key))
    shared, of_shared = spec.nearest("repositories").items, key.properties["repositories"].item
    stack.problems.extend(one for item in shared if of_shared for one in _not_read_yet(item, of_shared))
    layers = tuple(_layers(spec, file, stack))
    name = spec.text("cluster")
    outside = Cluster(name, layers, _folded(layers))
    named = [_cluster(node, layers, file, stack) for node in spec.nearest("clusters").items[:MAX_CLUSTERS]]
    own = Cluster(name, layers, outside.base, tuple(_globs(spec, stack.problems)))
    fleet = Fleet(
        folder=file.parent,
        clusters=tuple(named) or (own,),
        outside=outside,
        substitution=frozenset(str(item.value) for item in spec.nearest("substitution").items),
        limits=_limits(spec.get("limits"), stack.problems),
        output=_output(spec.get("output"), file, stack.root.path),
        repositories=repositories(shared, stack.problems),
    )
    stack.problems.extend(_too_many(fleet, spec))
    if fleet.output is not None and (wrong := output_problem(fleet)):
        stack.problems.append(wrong)
    return fleet


def _too_many(fleet: Fleet, spec: Node) -> Iterator[Problem]:
    if len(spec.nearest("clusters").items) > MAX_CLUSTERS:
        message = f"more than {MAX_CLUSTERS} clusters; split the fleet"
        yield Problem(spec.nearest("clusters").key, message, "yaml-limits")
    if sum(1 for _ in fleet.globs) > MAX_GLOBS:
        message = f"more than {MAX_GLOBS} globs; write some of them as one, with * or **"
        place = spec.nearest("clusters") if spec.get("clusters") is not None else spec.nearest("policies")
        yield Problem(place.key, message, "yaml-limits")


def _layers(spec: Node, file: Path, stack: Stack) -> Iterator[Layer]:
    defaults = spec.get("defaults")
    if defaults is not None:
        if (inner := defaults.get("overlays")) is not None:
            message = "'overlays' has no effect under defaults; list them in spec.overlays of backplan.yaml"
            stack.problems.append(Problem(inner.key, message, "overlay"))
        yield Layer(defaults, "fleet defaults")
    yield from stack.overlays(spec, file)


def _folded(layers: Sequence[Layer]) -> Node:
    return fold(layers, key_of("layer.json"))


def _cluster(node: Node, shared: tuple[Layer, ...], file: Path, stack: Stack) -> Cluster:
    name = node.text("name") or ""
    layers = (*shared, *stack.overlays(node, file))
    globs = (glob.with_cluster(name) for glob in _globs(node, stack.problems))
    return Cluster(name, layers, _folded(layers), tuple(globs))


def _globs(node: Node, problems: list[Problem]) -> Iterator[Glob]:
    for item in node.nearest("policies").items[: MAX_GLOBS + 1]:
        try:
            yield glob_of(str(item.value), item.place)
        except GlobError as error:
            problems.append(Problem(item.place, f"'{str(item.value)[:80]}' {error}", "fleet"))


def _limits(node: Node | None, problems: list[Problem]) -> Limits:
    if node is None:
        return Limits()
    problems.extend(_not_read_yet(node, key_of("fleet.json").properties["spec"].properties["limits"]))
    hosts = node.get("repositoryHosts")
    return Limits(
        hosts=None if hosts is None else tuple(str(item.value) for item in hosts.items),
        hosts_place=node.nearest("repositoryHosts").key,
        forbidden=tuple(forbidden(node.nearest("forbid").items, problems)),
    )


def _output(node: Node | None, file: Path, root: Path) -> Output | None:
    return None if node is None else Output(str(node.value), node.place, file.parent, root)


def _not_read_yet(node: Node, key: Key) -> Iterator[Problem]:
    """Keys that are known but that nothing reads yet."""
    for name, below in node.mapping.items():
        if below.value is not None and name in key.properties and key.properties[name].planned is True:
            yield Problem(below.key, f"'{name}' is not supported yet; remove it", "engine")
