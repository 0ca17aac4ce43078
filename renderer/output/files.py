"""Files on disk against files to be: what would change, and changing it without leaving anything half-written."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from renderer.errors import UsageError
from renderer.output.layout import HEADER

_START = f"# {HEADER}".encode()


class Outcome(StrEnum):
    """What happens to a file."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """One file that differs from what is rendered now."""

    path: Path
    outcome: Outcome
    before: str
    after: str

    def diff(self) -> str:
        """The change as a unified diff."""
        import difflib  # noqa: PLC0415 - 5 ms, paid only where there is something to show

        name = self.path.as_posix()
        old = "/dev/null" if self.outcome is Outcome.CREATE else f"a/{name.lstrip('/')}"
        new = "/dev/null" if self.outcome is Outcome.DELETE else f"b/{name.lstrip('/')}"
        lines = difflib.unified_diff(self.before.splitlines(True), self.after.splitlines(True), old, new)
        return "".join(lines)


def compare(texts: Mapping[Path, str], base: Path, own_folders: bool) -> list[Change]:
    """What must change on disk, in order of path.

    `base` is the folder that nothing leaves, not even through a symbolic link. With `own_folders`, files in the
    apps' folders that we rendered once and render no more are deleted. Raises `UsageError` for a file in the way
    that is not ours.
    """
    _stay_below(base, texts)
    changes = [change for path, text in texts.items() if (change := _change(path, text))]
    if own_folders:
        changes += [_deletion(path) for path in _stale(texts)]
    return sorted(changes, key=lambda change: change.path)


def _stay_below(base: Path, texts: Mapping[Path, str]) -> None:
    real = base.resolve()
    folders: dict[Path, Path] = {}
    for path in texts:
        folders.setdefault(path.parent, path)
    for folder, path in folders.items():
        if not folder.resolve().is_relative_to(real):
            raise UsageError(f"'{path}' would be written outside '{base}' through a symbolic link; nothing is written")


def _change(path: Path, text: str) -> Change | None:
    before = _content(path)
    if before is None:
        return Change(path, Outcome.CREATE, "", text)
    if before == text.encode():
        return None
    if not before.startswith(_START):
        raise UsageError(f"'{path}' exists and was not rendered by Backplan; move it away or choose another --out")
    return Change(path, Outcome.UPDATE, before.decode("utf-8", "replace"), text)


def _content(path: Path) -> bytes | None:
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(mode):
        raise UsageError(f"'{path}' is in the way and is not a regular file; move it away")
    return path.read_bytes()


def _stale(texts: Mapping[Path, str]) -> Iterator[Path]:
    """Files of ours beside the rendered ones that are not rendered any more."""
    for folder in sorted({path.parent for path in texts}):
        if folder.is_dir():
            for path in sorted(folder.glob("*.yaml")):
                if path not in texts and not path.is_symlink() and path.is_file() and _is_ours(path):
                    yield path


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_START)) == _START


def _deletion(path: Path) -> Change:
    return Change(path, Outcome.DELETE, path.read_text("utf-8", "replace"), "")


def apply(changes: Sequence[Change]) -> None:
    """Carry the changes out: first every new text beside its file, then the renames, then the deletions.

    So a full disk or a missing permission leaves all files as they were. Raises `UsageError` with the reason.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for change in changes:
            if change.outcome is not Outcome.DELETE:
                staged += [(_stage(change), change.path)]
        for temporary, path in staged:
            temporary.replace(path)
        for change in changes:
            if change.outcome is Outcome.DELETE:
                change.path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write '{error.filename}': {(error.strerror or 'failed').lower()}") from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _stage(change: Change) -> Path:
    import tempfile  # noqa: PLC0415 - 15 ms with all that it imports, paid only where something is written

    change.path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=change.path.parent, prefix=f".{change.path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(change.after.encode())
        temporary.chmod(_mode(change.path))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or what a new file gets (mkstemp makes it private)."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
