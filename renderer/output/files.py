"""Files on disk against files to be: what would change, and changing it without leaving anything half-written."""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from renderer.errors import UsageError
from renderer.fleet.pattern import KUSTOMIZATION
from renderer.output.layout import File
from renderer.output.owner import OwnFolder, is_copy, is_there, line_of, own_line, policy_of, stale
from renderer.output.vanished import Sweep, swept


class Outcome(StrEnum):
    """What happens to a file."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Change(NamedTuple):
    """One file that differs from what is rendered now."""

    path: Path
    outcome: Outcome
    before: str
    after: str

    def diff(self) -> str:
        """The change as a unified diff; of a copy of what sops encrypted nothing is shown, as it may be decrypted."""
        import difflib  # noqa: PLC0415 - 5 ms, paid only where there is something to show

        name = self.path.as_posix()
        old = "/dev/null" if self.outcome is Outcome.CREATE else f"a/{name.lstrip('/')}"
        new = "/dev/null" if self.outcome is Outcome.DELETE else f"b/{name.lstrip('/')}"
        if is_copy(self.path):
            return f"Encrypted files {old} and {new} differ\n"
        lines = difflib.unified_diff(self.before.splitlines(True), self.after.splitlines(True), old, new)
        return "".join(lines)


class Comparison(NamedTuple):
    """The disk against what is rendered now, each in order of path."""

    base: Path
    """The folder that nothing leaves."""
    total: int
    """Files that are rendered now."""
    changes: list[Change]
    left: list[Path]
    """Kustomizations of the user's own, which stay as they are."""


def compare(
    files: Mapping[Path, File], base: Path, owned: Iterable[OwnFolder], sweep: Sweep | None = None
) -> Comparison:
    """What must change on disk.

    `base` is the folder that nothing leaves, not even through a symbolic link. What a policy rendered once into a
    folder of its own and renders no more is deleted, and what `sweep` finds. Raises `UsageError` for a file in the way
    that is not ours.
    """
    try:
        found = _compared(files, base, owned)
        gone = {change.path for change in found.changes}
        more = [_deletion(path) for path in (swept(sweep, files) if sweep is not None else ()) if path not in gone]
        return found._replace(changes=sorted([*found.changes, *more], key=lambda change: change.path))
    except (OSError, RuntimeError) as error:  # RuntimeError: a symbolic link that leads to itself
        raise UsageError(
            f"cannot compare with what is there: {_reason(error)}; check the folder of the output"
        ) from error


def _compared(files: Mapping[Path, File], base: Path, owned: Iterable[OwnFolder]) -> Comparison:
    _stay_below(base, files)
    left = {path for path in files if path.name == KUSTOMIZATION and _is_foreign(path)}
    changes = [change for path, file in files.items() if path not in left and (change := _change(path, file))]
    changes += [_deletion(path) for path in set(stale(owned, files, base))]
    return Comparison(base, len(files) - len(left), changes, sorted(left))


def _is_foreign(path: Path) -> bool:
    """Whether there is something that Backplan did not render."""
    if path.is_symlink() or not path.is_file():
        return path.is_symlink() or path.exists()
    return policy_of(line_of(path)) is None


def _stay_below(base: Path, paths: Iterable[Path]) -> None:
    real = base.resolve()
    folders: dict[Path, Path] = {}
    for path in paths:
        folders.setdefault(path.parent, path)
    for folder, path in folders.items():
        if not folder.resolve().is_relative_to(real):
            raise UsageError(f"'{path}' would be written outside '{base}' through a symbolic link; nothing is written")


def _change(path: Path, file: File) -> Change | None:
    before = _content(path)
    if before is None:
        return Change(path, Outcome.CREATE, "", file.text)
    if before == file.text.encode():
        return None
    line = line_of(path)
    policy = policy_of(line)
    if policy is None and not is_copy(path):
        raise UsageError(f"'{path}' exists and was not rendered by Backplan; move it away or choose another --out")
    # a policy that is gone was renamed or moved, and has no more use for its files
    if policy is not None and line != own_line(file.app) and is_there(file.app, policy):
        raise UsageError(
            f"'{path}' is rendered from '{policy}' and would be overwritten by what '{file.app.source}' renders; "
            "add {app} to the folders of --out"
        )
    return Change(path, Outcome.UPDATE, before.decode("utf-8", "replace"), file.text)


def _content(path: Path) -> bytes | None:
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(mode):
        raise UsageError(f"'{path}' is in the way and is not a regular file; move it away")
    return path.read_bytes()


def _deletion(path: Path) -> Change:
    return Change(path, Outcome.DELETE, path.read_text("utf-8", "replace"), "")


def apply(comparisons: Sequence[Comparison]) -> None:
    """Carry the changes out: first every new text beside its file, then the renames, then the deletions.

    So a full disk or a missing permission leaves all files as they were. Raises `UsageError` with the reason.
    """
    staged: list[tuple[Path, Path]] = []
    changes = [change for comparison in comparisons for change in comparison.changes]
    try:
        for change in changes:
            if change.outcome is not Outcome.DELETE:
                staged += [(_stage(change), change.path)]
        for temporary, path in staged:
            temporary.replace(path)
        for comparison in comparisons:
            _delete([change.path for change in comparison.changes if change.outcome is Outcome.DELETE], comparison.base)
    except OSError as error:
        raise UsageError(f"cannot write {_reason(error)}") from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _delete(paths: Sequence[Path], base: Path) -> None:
    """Files, and the folders below `base` that are empty without them."""
    for path in paths:
        path.unlink(missing_ok=True)
    emptied = {folder for path in paths for folder in path.parents if folder != base and folder.is_relative_to(base)}
    for folder in sorted(emptied, key=lambda folder: -len(folder.parts)):
        with suppress(OSError):  # it holds something else
            folder.rmdir()


def _reason(error: Exception) -> str:
    if not isinstance(error, OSError):
        return "a symbolic link leads to itself"
    where = f"'{str(error.filename)[:120]}': " if error.filename else ""
    return f"{where}{(error.strerror or 'failed').lower()}"


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
