"""Where the policies of a fleet lie: one walk through the folders that any glob can lead to.

A folder with a `backplan.yaml` or `.git` of its own is another root, and none of this fleet's business.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from renderer.fleet.globs import Glob, is_hidden
from renderer.root import MARKS, unreadable

_State = tuple[Glob, int]
"""A glob, and which of its segments a name in this folder has to match."""


def files_of(folder: Path, globs: Iterable[Glob], below: Path | None = None) -> Iterator[Path]:
    """Every file that a glob matches, in order; with `below` only those in that folder.

    Linked folders are not followed. Raises `FileError` for a folder that cannot be read.
    """
    path = "" if below is None else below.as_posix()
    waiting = [(folder.as_posix(), _closed((glob, 0) for glob in globs))]
    while waiting:
        here, states = waiting.pop()
        names, folders = _listed(here)
        if here != folder.as_posix() and not MARKS.isdisjoint((*names, *folders)):
            continue
        if not path or _is_in(here, path):
            yield from (Path(here, name) for name in names if _is_a_match(name, states))
        deeper = [(f"{here}/{name}", next_states) for name in folders if (next_states := _after(name, states))]
        waiting += [one for one in reversed(deeper) if not path or _is_in(one[0], path) or _is_in(path, one[0])]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Files and folders, sorted."""
    names: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif not (entry.is_symlink() and os.path.isdir(entry.path)):  # noqa: PTH112 - False for a broken one
                    names.append(entry.name)
    except OSError as error:
        unreadable(error)
    return sorted(names), sorted(folders)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def _closed(states: Iterable[_State]) -> list[_State]:
    """With what follows `**`, which may stand for no folder at all."""
    closed: dict[_State, None] = {}
    for glob, number in states:
        closed[glob, number] = None
        if glob.segments[number] is None:
            closed[glob, number + 1] = None
    return list(closed)


def _is_a_match(name: str, states: Sequence[_State]) -> bool:
    return any(
        number == len(glob.segments) - 1 and (segment := glob.segments[number]) is not None and segment.matches(name)
        for glob, number in states
    )


def _after(name: str, states: Sequence[_State]) -> list[_State]:
    """What names in a folder have to match."""
    return _closed(_steps(name, states))


def _steps(name: str, states: Sequence[_State]) -> Iterator[_State]:
    for glob, number in states:
        segment = glob.segments[number]
        if segment is None:
            if not is_hidden(name):
                yield glob, number
        elif number < len(glob.segments) - 1 and segment.matches(name):
            yield glob, number + 1
