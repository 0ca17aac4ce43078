"""Policies that cannot be read, and whether one of them may be the app that is meant."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from renderer.fleet import Fleet, Member, fleet_at, members
from renderer.problem import Problem, in_order
from renderer.request import Merged, Request, merge_all
from renderer.root import FLEET_FILE, Root, below, find_root, is_root
from renderer.source import Node
from renderer.stack import Stack


class Broken(NamedTuple):
    """A file that may hold the policy of an app."""

    file: Path
    problems: Sequence[Problem]
    called: str | None
    """Namespace and name; None where it is no more than a guess by the path."""
    clusters: frozenset[str]


class _Said(NamedTuple):
    """What a file says by its place."""

    app: str | None
    namespace: str | None
    folders: Sequence[str]
    """Below the root."""
    clusters: frozenset[str]


def broken(name: str, request: Request, known: Sequence[Merged]) -> Iterator[Broken]:
    """Files of the wanted clusters that cannot be read and may hold the app's policy."""
    sound = {one.document.place for one in known}
    for file in request.files:
        documents = Root(find_root(file.parent), request.cwd).policy(file).documents
        lost = [document for document in documents if document.place not in sound]
        if documents and not lost:
            continue
        joined = _joined(file, request)
        said = _said(file, joined or (), request)
        if joined and request.clusters and said.clusters.isdisjoint(request.clusters):
            continue
        names = [found for found in _names(name, said, lost or [None]) if found is not None]
        if names and (problems := _wrong_with(file, request)):
            yield Broken(file, problems, next(filter(None, names), None), said.clusters)


def _joined(file: Path, request: Request) -> Sequence[Member] | None:
    """The clusters of a file by its path; None where the fleet's file cannot be used."""
    root = find_root(file.parent)
    fleet_file = request.fleet or (request.whole or root) / FLEET_FILE
    fleet: Fleet | None = fleet_at(Stack(Root(find_root(fleet_file.parent), request.cwd), []), fleet_file)
    if fleet is None:
        return None
    path = (below(file, fleet.folder) if fleet.folder is not None else None) or below(file, root) or file.name
    return members(fleet, path.split("/"), set()) or [Member(fleet.outside)]


def _said(file: Path, joined: Sequence[Member], request: Request) -> _Said:
    captured: dict[str, str] = {}
    for member in joined:
        captured.update(member.reading.captured)
    root = find_root(file.parent)
    marked = is_root(root)
    path = below(file.parent, root if marked else request.cwd)
    folders = path.split("/") if path else () if marked else file.parent.parts[-2:]
    clusters = frozenset(member.name for member in joined if member.name is not None)
    return _Said(captured.get("app"), captured.get("namespace"), folders, clusters)


def _names(name: str, said: _Said, documents: Sequence[Node | None]) -> Iterator[str | None]:
    """For each document: None if it is another app's, its full name, or nothing where that is a guess."""
    namespace, _, app = name.rpartition("/")
    for document in documents:
        apps = _both(document, "name", said.app)
        spaces = _both(document, "namespace", said.namespace)
        if apps and app in apps and (not namespace or not spaces or namespace in spaces):
            where = namespace or next(iter(spaces), None)
            yield f"{where}/{app}" if where and spaces else ""
        elif not apps and _leads_to(app, namespace, said.folders):
            yield ""
        else:
            yield None


def _both(document: Node | None, key: str, captured: str | None) -> list[str]:
    """What metadata and path say, where they say something; that they differ may be what is wrong."""
    said = document.text("metadata", key) if document is not None else None
    return [value for value in (said, captured) if value is not None]


def _leads_to(app: str, namespace: str, folders: Sequence[str]) -> bool:
    return (namespace, app) in pairwise(folders) if namespace else app in folders


def _wrong_with(file: Path, request: Request) -> list[Problem]:
    """The errors of one file and of all that lies under it."""
    found: list[Problem] = []
    for _ in merge_all(request._replace(files=[file], clusters=()), found):
        pass
    return in_order(problem for problem in found if problem.is_error)
