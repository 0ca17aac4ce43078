"""Where a run writes: by `--out` of the command line, or by `output` of each fleet."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from renderer.errors import UsageError
from renderer.fleet import Output
from renderer.output.files import Comparison, compare
from renderer.output.layout import File, laid_out, owned
from renderer.output.owner import OwnFolder, line_from, own_line
from renderer.output.pattern import Pattern
from renderer.output.vanished import Sweep
from renderer.rendered import RenderedApp
from renderer.root import FLEET_FILE


class Target(NamedTuple):
    """Apps that are written by one pattern."""

    apps: Sequence[RenderedApp]
    pattern: Pattern
    folder: Path
    """What the pattern counts from."""
    boundary: Path
    """The folder that nothing leaves, not even through a symbolic link."""

    def files(self) -> dict[Path, File]:
        """What is to be written."""
        return {self.folder / path: file for path, file in laid_out(self.apps, self.pattern).items()}

    def compared(self, files: Mapping[Path, File], whole: Path | None) -> Comparison:
        """What would change; `whole` is the root of the fleet of which these are all policies."""
        sweep = self._sweep(whole) if whole is not None else None
        if sweep is not None and sweep.shape is None:  # it looks into every folder, those of single apps too
            return compare(files, self.boundary, (), sweep)
        folders = (OwnFolder(self.folder / own.folder, own.line) for own in owned(self.apps, self.pattern))
        return compare(files, self.boundary, folders, sweep)

    def _sweep(self, root: Path) -> Sweep | None:
        base = root if self.pattern.is_beside_policies else self.folder / self.pattern.folder
        if any(app.root != root for app in self.apps) or not _is_inside(base, root):
            return None  # other repositories may render into it too, and headers do not say which one it was
        return Sweep(
            root=root,
            base=base,
            shape=self.pattern.shape() if base.resolve() == root.resolve() else None,
            beside_policies=self.pattern.is_beside_policies,
            # a fleet that has no shared repository any more still answers for what it rendered for them
            lines=frozenset((*map(own_line, self.apps), line_from(FLEET_FILE))),
        )


def _is_inside(folder: Path, root: Path) -> bool:
    try:
        return folder.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a link to itself, of which the comparison will speak
        return False


def target_of(out: str, apps: Sequence[RenderedApp], cwd: Path) -> Target:
    """By the command line."""
    pattern = Pattern.of(out)
    return Target(apps, pattern, cwd, cwd / pattern.base(apps))


def targets_of(apps: Sequence[RenderedApp]) -> list[Target]:
    """By the fleets of the apps; none where no fleet says where. Raises `UsageError` where only some do."""
    groups: dict[tuple[Output, Path], list[RenderedApp]] = {}
    for app in apps:
        if app.output is not None:
            groups.setdefault((app.output, app.root), []).append(app)
    silent = next((app for app in apps if app.output is None), None)
    if groups and silent is not None:
        raise UsageError(
            f"the fleet of '{silent.source}' has no output, others have one; use --out or --stdout, or render it alone"
        )
    return [_by_fleet(output, root, group) for (output, root), group in groups.items()]


def _by_fleet(output: Output, root: Path, apps: list[RenderedApp]) -> Target:
    pattern = Pattern.of(output.text, "'output'")
    return Target(apps, pattern, output.folder, root if pattern.is_beside_policies else output.root)


def compared(targets: Sequence[Target], whole: Path | None) -> Iterator[Comparison]:
    """What would change. Raises `UsageError` where two of them would write one file."""
    written: set[Path] = set()
    for target in targets:
        files = target.files()
        if twice := next((path for path in files if path in written), None):
            raise UsageError(f"two fleets would write '{twice}'; give each an output of its own")
        written.update(files)
        yield target.compared(files, whole)
