"""Whose a file is: its first line names the policy that it was rendered from.

A copy that must stay as it is has no such line. The kustomization beside it has, which lists it.
"""

import os
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from renderer.attachments import COPY_ENDING
from renderer.emit import document
from renderer.fleet.pattern import KUSTOMIZATION
from renderer.rendered import RenderedApp
from renderer.root import MARKS

HEADER = "Rendered by Backplan from "
"""How the first comment of every rendered file begins; only files with it are ever overwritten or deleted."""
_END = "; changes made here are overwritten."
_START = f"# {HEADER}".encode()
_LONGEST = 16_384
"""Bytes of a first line that are read; a path has a quarter of that at most."""


class OwnFolder(NamedTuple):
    """A folder that one app has to itself."""

    folder: Path
    line: bytes
    """The first line of what its policy renders."""


def header(app: RenderedApp) -> str:
    """The comment at the top of every file of an app."""
    return _header(app.source)


def own_line(app: RenderedApp) -> bytes:
    """`header` as it stands in a file."""
    return line_from(app.source)


def line_from(source: str) -> bytes:
    """The first line of what is rendered from a file, which is named from the root."""
    return first_line(document({}, header=(_header(source),)).encode())


def _header(source: str) -> str:
    return f"{HEADER}{source}{_END}"


def first_line(content: bytes) -> bytes:
    """Without its end, which git may have changed."""
    return content.partition(b"\n")[0].rstrip(b"\r")


def policy_of(line: bytes) -> str | None:
    """The policy that a first line names, from the root; None where Backplan did not render the file."""
    if not line.startswith(_START) or not line.endswith(_END.encode()):
        return None
    return line.removeprefix(_START).removesuffix(_END.encode()).decode("utf-8", "replace")


def is_there(app: RenderedApp, policy: str) -> bool:
    """Whether another policy of the app's root still exists."""
    return os.path.isfile(f"{app.root}/{policy}")  # noqa: PTH113 - Path raises for some of what a file may say


def stale(owned: Iterable[OwnFolder], rendered: Container[Path], base: Path) -> Iterator[Path]:
    """Files in the apps' own folders that their policy rendered once and renders no more.

    Other policies' files stay, wherever they are: with `{dir}` folders lie in one another.
    """
    real = base.resolve()
    for own in owned:
        if own.folder.resolve().is_relative_to(real):
            for path in yaml_below(own.folder):
                if path not in rendered and line_of(path) == own.line:
                    yield path


def yaml_below(folder: Path, *, of_this_root: bool = False) -> Iterator[Path]:
    """Regular files below a folder; links are not followed, and hidden folders such as `.git` are passed over.

    With `of_this_root` so are folders that are roots themselves: what lies there was rendered from other policies.
    """
    waiting = [str(folder)]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as listed:
                entries = list(listed)
        except OSError:  # what cannot be listed is not known to hold anything of ours
            continue
        if of_this_root and here != str(folder) and any(entry.name in MARKS for entry in entries):
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting += [entry.path] if not entry.name.startswith(".") else []
            elif entry.name.endswith((".yaml", ".yml")) and entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def is_copy(path: Path) -> bool:
    """Whether a file's name says that it was passed on byte for byte."""
    return path.name.endswith(COPY_ENDING)


def line_of(path: Path) -> bytes:
    """The line that tells whose a file is: its first."""
    try:
        with (path.with_name(KUSTOMIZATION) if is_copy(path) else path).open("rb") as file:
            return first_line(file.readline(_LONGEST))
    except OSError:  # what cannot be read is not known to be ours
        return b""
