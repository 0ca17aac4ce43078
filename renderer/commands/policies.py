"""What the commands that read policies share: which files are meant, what lies over them, how strictly."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from renderer.commands.console import Console
from renderer.errors import UsageError
from renderer.problem import Problem, Severity
from renderer.report.problems import FORMATS
from renderer.request import Request
from renderer.root import FileError
from renderer.search import policies_in, whole_fleet


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose policies and their layers."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="policy files, or folders to search; by default the fleet of the nearest backplan.yaml, else this folder",
    )
    layers(parser)
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")


def layers(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what lies under and over the policies, and how their problems are printed."""
    parser.add_argument("--fleet", metavar="FILE", help="use this fleet file, which may lie in another checkout")
    parser.add_argument(
        "--cluster",
        metavar="NAME",
        action="append",
        default=[],
        help="only for this cluster of the fleet; may be given several times",
    )
    parser.add_argument(
        "--overlay",
        metavar="NAME",
        action="append",
        default=[],
        help="an overlay over all policies; may be given several times",
    )
    parser.add_argument(
        "--format",
        choices=[*FORMATS],
        help="how problems are printed; github inside GitHub Actions, text elsewhere",
    )


def request(parsed: argparse.Namespace, console: Console) -> Request:
    """The policies that the arguments mean; raises `UsageError` where there is none."""
    cwd = console.cwd
    fleet = _fleet_file(parsed.fleet, cwd) if parsed.fleet is not None else None
    asked = Request([], cwd, parsed.overlay, fleet, parsed.cluster)
    try:
        if (found := whole_fleet(asked, parsed.paths)) is not None:
            return found
        files: dict[Path, None] = {}
        for name in parsed.paths or ["."]:
            files.update(dict.fromkeys(_files(name, asked)))
    except FileError as error:
        raise UsageError(str(error)) from error
    return asked._replace(files=list(files))


def _fleet_file(name: str, cwd: Path) -> Path:
    try:
        path = cwd / name
        if not path.is_file():
            raise UsageError(f"no file '{name}' for --fleet; name a backplan.yaml")
        return path.parent.resolve() / path.name
    except (OSError, ValueError) as error:
        raise UsageError(f"'{name[:80]}' is not a path") from error


def _files(name: str, asked: Request) -> list[Path]:
    try:
        path = asked.cwd / name
        if path.is_dir():
            found = list(policies_in(path.resolve(), asked))
            if not found:
                raise UsageError(f"no backup-policy.yaml in '{name}' or below; `backplan new` writes one")
            return found
        if not path.exists():
            raise UsageError(f"no file or folder '{name}'")
        return [path.parent.resolve() / path.name]
    except (OSError, ValueError) as error:
        raise UsageError(f"'{name[:80]}' is not a path") from error


def has_errors(problems: Sequence[Problem], strict: bool) -> bool:
    """Whether the run has failed."""
    return any(problem.is_error or (strict and problem.severity is Severity.WARNING) for problem in problems)


def counted(number: int, one: str, many: str) -> str:
    """`1 policy`, `2 policies`."""
    return f"{number} {one if number == 1 else many}"
