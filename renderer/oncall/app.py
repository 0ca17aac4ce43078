"""Which policy is meant by an app's name, whatever is wrong with the others."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from renderer.errors import UsageError
from renderer.oncall.broken import Broken, broken
from renderer.problem import Problem
from renderer.request import Merged, Request, merge_all
from renderer.root import below

_SHOWN = 10


def policy_of(name: str, request: Request, problems: list[Problem]) -> Merged | None:
    """The one policy that is called so, as `app` or `namespace/app`.

    `problems` are its own; None where they keep it from being read. Raises `UsageError` for none and for several.
    """
    found: list[Problem] = []
    known = [one for one in merge_all(request, found) if one.is_wanted]
    same = [one for one in known if name in (one.app.name, _called(one))]
    lost = [*broken(name, request, known)] if any(problem.is_error for problem in found) else []
    if same and "/" in name:
        lost = [one for one in lost if one.called is not None]  # no guess stops the app whose full name was given
    if len(same) + len(lost) > 1:
        raise UsageError(_several(name, same, lost, request.cwd))
    if lost:
        problems.extend(lost[0].problems)
        return None
    if not same:
        raise UsageError(_none(name, known, found))
    problems.extend(_of_document(same[0], found))
    return same[0]


def _of_document(one: Merged, found: Sequence[Problem]) -> list[Problem]:
    """What is said of a policy's file, without what lies in its other documents: those are other apps'."""
    own = one.document.place
    starts = [document.place.line for document in one.root.policy(one.root.paths[own.file]).documents]
    end = min((line for line in starts if line > own.line), default=None)
    before_first = min(starts)
    return [
        problem
        for problem in found
        if problem.place.file == own.file
        and (problem.place.line < before_first or own.line <= problem.place.line)
        and (end is None or problem.place.line < end)
    ]


def _called(one: Merged) -> str:
    return f"{one.app.namespace}/{one.app.name}"


def _several(name: str, same: Sequence[Merged], lost: Sequence[Broken], cwd: Path) -> str:
    shown = [below(one.file, cwd) or one.file.as_posix() for one in lost]
    listed = [_placed(one) for one in same] + [f"one that cannot be read ({file})" for file in shown]
    return f"'{name[:80]}' may be {' or '.join(listed[:_SHOWN])}; {_way_out(name, same, lost)}"


def _way_out(name: str, same: Sequence[Merged], lost: Sequence[Broken]) -> str:
    """What tells the candidates apart."""
    called = [_called(one) for one in same] + [one.called for one in lost if one.called is not None]
    clusters = [name for one in lost for name in one.clusters]
    clusters += [one.app.cluster for one in same if one.fleet.by_cluster and one.app.cluster]
    if "/" not in name and called and len(set(called)) == len(called):
        return "name one as NAMESPACE/APP"
    if len(set(clusters)) == len(clusters) >= len(same) + len(lost) and all(one.clusters for one in lost):
        return "choose one with --cluster"
    return "run this in the folder of one"


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
