"""The files of a repository: where its root is, what may be read, and how a file is called in messages.

The one place where policies, overlays and other inputs are opened. Nothing outside the root is read, whatever a
policy says: names are followed through symbolic links first and compared afterwards.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from renderer.problem import Place, Problem
from renderer.source import MAX_BYTES, Source, read

FLEET_FILE = "backplan.yaml"
MARKS = frozenset((FLEET_FILE, ".git"))
"""What makes a folder a root."""
POLICY_NAMES = ("backup-policy.yaml", "backup-policy.yml")
_POLICY_ENDINGS = tuple(f"{mark}{name}" for name in POLICY_NAMES for mark in (".", "-", "_"))


class FileError(Exception):
    """A file that cannot or may not be read; the text is the message, in our words."""


def find_root(start: Path) -> Path:
    """The nearest folder upwards with `backplan.yaml` or `.git`, else `start` itself.

    A fleet file above the repository is somebody else's: it must not change what is rendered here.
    """
    folder = str(start)  # texts, not paths: asked for every policy, and five times as fast
    while True:
        if any(os.path.exists(f"{folder}/{mark}") for mark in MARKS):  # noqa: PTH110 - see above
            return Path(folder)
        above = os.path.dirname(folder)  # noqa: PTH120 - see above
        if above == folder:
            return start
        folder = above


def is_root(folder: Path) -> bool:
    """Whether something marks a folder as a root; a policy below no mark has its own folder for one."""
    return any((folder / mark).exists() for mark in MARKS)


class Root:
    """A root folder, resolved, and the sources read under it so far."""

    __slots__ = ("_sources", "cwd", "path", "paths", "shared")

    def __init__(self, path: Path, cwd: Path, shared: "Root | None" = None) -> None:
        """`shared` is the root of a fleet file that lies elsewhere: what its files name stays inside it."""
        self.path = path
        self.cwd = cwd
        """Where the command runs: messages show files relative to it, as compilers do."""
        self.shared = shared
        self.paths: dict[str, Path] = {}
        """The real path of each file by its name in messages."""
        self._sources: dict[Path, Source] = {}

    def shown(self, path: Path) -> str:
        """How messages name a file."""
        name = below(path, self.cwd) or path.as_posix()
        self.paths[name] = path
        return name

    def from_root(self, path: Path) -> str:
        """A file's path from the root: what rendered headers name, the same on every machine."""
        return below(path, self.path) or path.name

    def within(self, path: Path) -> Path:
        """The file that a path leads to; raises `FileError` where that is outside the root."""
        try:
            real = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise FileError(f"cannot be followed: {_reason(error)}; check its path") from error
        if real != self.path and below(real, self.path) is None:
            raise FileError(f"lies outside '{self.path.name}', the root; files must stay inside it")
        return real

    def content(self, path: Path) -> bytes:
        """The bytes of a regular file under the root, one more than allowed at most."""
        return _content(self.within(path))

    def content_beside(self, file: str, name: str) -> bytes:
        """`content` of a file whose name counts from the one that names it, in whose root it must lie."""
        root, path = self._beside(file, name)
        return root.content(path)

    def path_beside(self, file: str, name: str) -> Path:
        """Where such a file lies, beside the one that names it, with links as they are."""
        _, path = self._beside(file, name)
        return Path(os.path.normpath(path))

    def source_beside(self, file: str, name: str) -> Source:
        """A YAML file whose name counts from the one that names it, read once; raises `FileError` as `content` does."""
        root, path = self._beside(file, name)
        path = root.within(path)
        if path not in self._sources:
            self._sources[path] = read(root.content(path), self.shown(path))
        return self._sources[path]

    def _beside(self, file: str, name: str) -> tuple["Root", Path]:
        root = self if file in self.paths or self.shared is None else self.shared
        if file not in root.paths or name.startswith("/") or "\0" in name:
            raise FileError("cannot be read; write a path that counts from the file that names it")
        return root, root.paths[file].parent / name

    def source(self, path: Path) -> Source:
        """A YAML file that many policies use, read once and kept."""
        if path not in self._sources:
            self._sources[path] = self.policy(path)
        return self._sources[path]

    def policy(self, path: Path) -> Source:
        """A YAML file under the root. What is wrong with it stands in its problems."""
        name = self.shown(path)
        try:
            return read(self.content(path), name)
        except FileError as error:
            return Source([], [Problem(Place(name), f"the file {error}", "file")])

    def shipped(self, path: Path) -> Source:
        """A file that came with Backplan; it lies where Backplan is installed."""
        if path not in self._sources:
            self._sources[path] = read(path.read_bytes(), f"(shipped) {path.name}")
        return self._sources[path]


def below(path: Path, folder: Path) -> str | None:
    """The path from a folder above it; as texts, which takes a tenth of `relative_to`'s time."""
    start = f"{folder.as_posix().rstrip('/')}/"
    name = path.as_posix()
    return name.removeprefix(start) if name.startswith(start) else None


def _content(path: Path) -> bytes:
    try:
        found = path.stat()
        mode = found.st_mode
        if stat.S_ISDIR(mode):
            raise FileError("is a folder; name a file")
        if not stat.S_ISREG(mode):
            raise FileError("is a device, pipe or socket; name a regular file")
        with path.open("rb") as file:
            # Python sets aside as much as it is asked for: a megabyte for a small file takes longer than its YAML
            return file.read(min(max(found.st_size, 4096), MAX_BYTES) + 1)
    except OSError as error:
        hint = "check its permissions" if isinstance(error, PermissionError) else "check its path"
        raise FileError(f"cannot be read: {_reason(error)}; {hint}") from error


def _reason(error: Exception) -> str:
    return error.strerror.lower() if isinstance(error, OSError) and error.strerror else "its name is not valid"


def policies_below(folder: Path, *, of_this_root: bool = False) -> Iterator[Path]:
    """Every policy file below a folder by its name, sorted; hidden folders and linked ones are passed over.

    With `of_this_root` folders that are roots themselves are passed over too. Raises `FileError` for a folder that
    cannot be read: a policy in it would be missed in silence.
    """
    for path, folders, files in os.walk(folder, onerror=unreadable):
        if of_this_root and path != str(folder) and not MARKS.isdisjoint((*folders, *files)):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name in POLICY_NAMES or name.endswith(_POLICY_ENDINGS):
                yield Path(path, name)


def unreadable(error: OSError) -> NoReturn:
    """A folder that cannot be listed ends the search."""
    raise FileError(f"folder '{error.filename}' cannot be read: {_reason(error)}; check its permissions") from error
