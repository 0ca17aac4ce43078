"""What `render`, `validate` and `explain --effective` share: which policy files are meant, and how strictly."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from renderer.commands.console import Console
from renderer.errors import UsageError
from renderer.problem import Problem, Severity
from renderer.report.problems import FORMATS
from renderer.request import Request
from renderer.root import FileError, policies_below


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose policies and their layers."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="policy files, or folders to search; the current folder by default",
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
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")


def request(parsed: argparse.Namespace, console: Console) -> Request:
    """The policies that the arguments mean; raises `UsageError` where there is none."""
    files: dict[Path, None] = {}
    for name in parsed.paths or ["."]:
        files.update(dict.fromkeys(_files(name, console.cwd)))
    return Request(list(files), console.cwd, parsed.overlay)


def _files(name: str, cwd: Path) -> list[Path]:
    try:
        path = cwd / name
        if path.is_dir():
            found = list(policies_below(path.resolve()))
            if not found:
                raise UsageError(f"no backup-policy.yaml in '{name}' or below; `backplan new` writes one")
            return found
        if not path.exists():
            raise UsageError(f"no file or folder '{name}'")
        return [path.parent.resolve() / path.name]
    except FileError as error:
        raise UsageError(str(error)) from error
    except (OSError, ValueError) as error:
        raise UsageError(f"'{name[:80]}' is not a path") from error


def has_errors(problems: Sequence[Problem], strict: bool) -> bool:
    """Whether the run has failed."""
    return any(problem.is_error or (strict and problem.severity is Severity.WARNING) for problem in problems)


def counted(number: int, one: str, many: str) -> str:
    """`1 policy`, `2 policies`."""
    return f"{number} {one if number == 1 else many}"
