"""Which policy is meant by an app's name, whatever is wrong with the others."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from renderer.errors import UsageError
from renderer.problem import Problem, in_order
from renderer.request import Merged, Request, merge_all
from renderer.root import Root, below, find_root
from renderer.source import Node

_SHOWN = 10


def policy_of(name: str, request: Request, problems: list[Problem]) -> Merged | None:
    """The one policy that is called so, as `app` or `namespace/app`.

    `problems` are its own; None where they keep it from being read. Raises `UsageError` for none and for several.
    """
    found: list[Problem] = []
    known = [one for one in merge_all(request, found) if one.is_wanted]
    same = [one for one in known if name in (one.app.name, _called(one))]
    broken = _broken(name, request, known) if any(problem.is_error for problem in found) else {}
    if len(same) + len(broken) > 1:
        shown = [below(file, request.cwd) or file.as_posix() for file in broken]
        raise UsageError(_several(name, same, shown))
    if broken:
        problems.extend(next(iter(broken.values())))
        return None
    if not same:
        raise UsageError(_none(name, known, found))
    problems.extend(problem for problem in found if problem.place.file == same[0].document.place.file)
    return same[0]


def _called(one: Merged) -> str:
    return f"{one.app.namespace}/{one.app.name}"


def _broken(name: str, request: Request, known: Sequence[Merged]) -> dict[Path, list[Problem]]:
    """Files that cannot be read, with the reasons, and by their metadata or path are of the policy that is meant."""
    sound = {one.document.place for one in known}
    found = {}
    for file in request.files:
        documents = Root(find_root(file.parent), request.cwd).policy(file).documents
        lost = [document for document in documents if document.place not in sound]
        if (lost or not documents) and _may_be(name, file, lost):
            found[file] = _wrong_with(file, request)
    return {file: problems for file, problems in found.items() if problems}


def _may_be(name: str, file: Path, documents: Sequence[Node]) -> bool:
    """Whether a policy may be called so: as its metadata says, or a folder where that says nothing."""
    namespace, _, app = name.rpartition("/")
    of_path = app in file.parts and (not namespace or namespace in file.parts)
    for document in documents:
        said, where = document.text("metadata", "name"), document.text("metadata", "namespace")
        if said == app and (not namespace or where in (None, namespace)):
            return True
        of_path = of_path and said is None
    return of_path


def _wrong_with(file: Path, request: Request) -> list[Problem]:
    """The errors of one file and of all that lies under it."""
    found: list[Problem] = []
    for _ in merge_all(request._replace(files=[file], clusters=()), found):
        pass
    return in_order(problem for problem in found if problem.is_error)


def _several(name: str, same: Sequence[Merged], broken: Sequence[str]) -> str:
    clusters = {one.app.cluster for one in same if one.fleet.by_cluster}
    listed = [_placed(one) for one in same] + [f"one that cannot be read ({file})" for file in broken]
    way_out = "name one as NAMESPACE/APP"
    if len({_called(one) for one in same}) < len(same):
        way_out = "choose one with --cluster" if len(clusters) > 1 else "run this in the folder of one"
    return f"'{name[:80]}' may be {' or '.join(listed[:_SHOWN])}; {way_out}"


def _placed(one: Merged) -> str:
    cluster = f" of cluster '{one.app.cluster}'" if one.fleet.by_cluster and one.app.cluster else ""
    return f"{_called(one)}{cluster} ({one.document.place.file})"


def _none(name: str, known: Sequence[Merged], problems: Sequence[Problem]) -> str:
    names = sorted({one.app.name for one in known} | {_called(one) for one in known})
    namesakes = [_called(one) for one in known if one.app.name == name.rpartition("/")[2]]
    close = difflib.get_close_matches(name[:80], names, n=1) or namesakes
    listed = sorted({_called(one) for one in known})
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    hint = f"there is {', '.join(listed[:_SHOWN])}{more}" if listed else "no policy could be read"
    if close:
        hint = f"did you mean '{close[0]}'?"
    wrong = len({problem.place.file for problem in problems if problem.is_error})
    files = "1 file" if wrong == 1 else f"{wrong} files"
    unread = f"; {files} cannot be read, `backplan validate` says why" if wrong else ""
    return f"no policy of an app '{name[:80]}'; {hint}{unread}"
