"""Turn policies into manifests: to standard output, or with --out into files."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from renderer.commands import policies
from renderer.commands.console import Console
from renderer.errors import UsageError
from renderer.output import Change, OwnFolder, Pattern, app_text, apply, compare, laid_out, owned
from renderer.pipeline import render
from renderer.rendered import Rendered
from renderer.report.problems import summary


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `render`."""
    policies.arguments(parser)
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        help="write files below FOLDER as {namespace}/{app}/{kind}.yaml, "
        "or by a pattern of {dir} {cluster} {namespace} {app} {kind} {role}",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="with --out: write nothing, print what would change, exit 1 if anything would",
    )


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Render; nothing is written if anything is wrong with any policy."""
    if parsed.check and not parsed.out:
        raise UsageError("--check compares with files; say where they are with --out")
    pattern = Pattern.of(parsed.out) if parsed.out else None
    request = policies.request(parsed, console)
    rendered = render(request)
    console.report(rendered.problems, parsed.format)
    if policies.has_errors(rendered.problems, parsed.strict):
        if console.format(parsed.format) == "text":
            what = policies.counted(len(request.files), "policy file", "policy files")
            console.say(summary(rendered.problems, f"nothing rendered from {what}"))
        return 1
    if pattern is None:
        console.write("---\n".join(app_text(app) for app in rendered.apps))
        return 0
    return _files(rendered, pattern, parsed, console)


def _files(rendered: Rendered, pattern: Pattern, parsed: argparse.Namespace, console: Console) -> int:
    files = {console.cwd / path: file for path, file in laid_out(rendered.apps, pattern).items()}
    folders = [OwnFolder(console.cwd / own.folder, own.line) for own in owned(rendered.apps, pattern)]
    found = compare(files, console.cwd / pattern.base(rendered.apps), folders)
    changes = found.changes
    for path in found.left:
        name = _relative(path, console.cwd)
        console.say(f"left {name} as it is: not rendered by Backplan; list the rendered files in it\n")
    if parsed.check:
        for change in changes:
            console.write(replace(change, path=_relative(change.path, console.cwd)).diff())
        _conclude(
            f"{_counts(changes)}; run without --check to write" if changes else "all files are as rendered",
            console,
        )
        return 1 if changes else 0
    apply(changes)
    count = len(files) - len(found.left)
    _conclude(f"{policies.counted(count, 'file', 'files')}, {_counts(changes)}", console)
    return 0


def _relative(path: Path, cwd: Path) -> Path:
    return path.relative_to(cwd) if path.is_relative_to(cwd) else path


def _counts(changes: Sequence[Change]) -> str:
    words = {"create": "new", "update": "changed", "delete": "removed"}
    counts = [(sum(change.outcome == outcome for change in changes), word) for outcome, word in words.items()]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "none changed"


def _conclude(text: str, console: Console) -> None:
    console.say(f"{text}\n")
