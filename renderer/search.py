"""Which policy files a command means: those of a folder, or the whole fleet of the nearest `backplan.yaml`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from renderer.errors import UsageError
from renderer.fleet import Fleet, files_of, fleet_at, fleet_upwards
from renderer.request import Request
from renderer.root import FLEET_FILE, Root, find_root, policies_below
from renderer.stack import Stack


def whole_fleet(asked: Request, paths: Sequence[str]) -> Request | None:
    """A request for all policies of a fleet; None where only some are asked for, or there is no fleet.

    Without paths it is the fleet whose file is named or lies upwards; the folder of a fleet file means that fleet too.

    Raises `FileError` where a folder cannot be read, and `UsageError` where there is no policy: then it is more likely
    that something is wrong than that nothing is to be backed up any more.
    """
    file = _file(asked, paths)
    if file is None:
        return None
    fleet = _opened(file, asked.cwd)
    if fleet is not None and fleet.chooses:
        files = list(files_of(file.parent, fleet.globs))
    else:
        files = list(policies_below(file.parent, of_this_root=True))
    if not files:
        raise UsageError(_none(file, fleet))
    return asked._replace(files=files, whole=find_root(file.parent))


def _file(asked: Request, paths: Sequence[str]) -> Path | None:
    if not paths:
        return asked.fleet or fleet_upwards(asked.cwd.resolve())
    try:
        folder = (asked.cwd / paths[0]).resolve()
        file = folder / FLEET_FILE
        return file if len(paths) == 1 and file.is_file() and asked.fleet in (None, file) else None
    except (OSError, RuntimeError, ValueError):  # no path; what it is said to be follows
        return None


def _none(file: Path, fleet: Fleet | None) -> str:
    if fleet is not None and fleet.chooses:
        return f"no file is matched by any glob of '{file}'; correct them"
    return f"no backup-policy.yaml in '{file.parent}' or below; `backplan new` writes one"


def policies_in(folder: Path, asked: Request) -> Iterator[Path]:
    """The policies below a folder by their names, and those that the globs of its fleet find there."""
    file = asked.fleet or fleet_upwards(folder)
    fleet = _opened(file, asked.cwd) if file is not None else None
    found = dict.fromkeys(policies_below(folder))
    if file is not None and fleet is not None and fleet.chooses and folder.is_relative_to(file.parent):
        found.update(dict.fromkeys(files_of(file.parent, fleet.globs, folder)))
    yield from sorted(found)


def _opened(file: Path, cwd: Path) -> Fleet | None:
    """The fleet of a file; what is wrong with it is said when its policies are read."""
    return fleet_at(Stack(Root(find_root(file.parent), cwd), [], folder=file.parent), file)
