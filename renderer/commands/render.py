"""Turn policies into manifests: to standard output, or into files by --out or by `output` of the fleet."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from renderer.commands import policies
from renderer.commands.console import Console
from renderer.errors import UsageError
from renderer.output import Change, Pattern, Target, app_text, apply, compared, spent_tokens, target_of, targets_of
from renderer.pipeline import render
from renderer.rendered import RenderedApp
from renderer.report.problems import summary
from renderer.request import Request


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `render`."""
    policies.arguments(parser)
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        help="write files below FOLDER as {namespace}/{app}/{kind}.yaml, below {cluster} in a fleet of several, "
        "or by a pattern of {dir} {cluster} {namespace} {app} {kind} {role}",
    )
    parser.add_argument("--stdout", action="store_true", help="print, even if the fleet has an `output`")
    parser.add_argument(
        "--check",
        action="store_true",
        help="instead of writing files print what would change, exit 1 if anything would",
    )


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Render; nothing is written if anything is wrong with any policy."""
    if parsed.stdout and (parsed.out or parsed.check):
        raise UsageError("--stdout prints what --out would write and --check would compare; leave it out")
    if parsed.out:
        Pattern.of(parsed.out)  # a mistake in it is said before all others
    request = policies.request(parsed, console)
    rendered = render(request)
    console.report(rendered.problems, parsed.format)
    if policies.has_errors(rendered.problems, parsed.strict):
        if console.format(parsed.format) == "text":
            what = policies.counted(len(request.files), "policy file", "policy files")
            console.say(summary(rendered.problems, f"nothing rendered from {what}"))
        return 1
    if targets := _targets(rendered.apps, parsed, console):
        return _files(targets, request, parsed, console)
    if parsed.check:
        raise UsageError("--check compares with files; say where they are with --out, or set output in backplan.yaml")
    _refuse_mixture(rendered.apps)
    console.write("---\n".join(app_text(app) for app in rendered.apps))
    return 0


def _targets(apps: Sequence[RenderedApp], parsed: argparse.Namespace, console: Console) -> list[Target]:
    """Where files are written; none for standard output."""
    if parsed.out:
        return [target_of(parsed.out, apps, console.cwd)]
    return [] if parsed.stdout else targets_of(apps)


def _refuse_mixture(apps: Sequence[RenderedApp]) -> None:
    """One stream is for one cluster."""
    clusters = sorted({app.app.cluster for app in apps if app.by_cluster and app.app.cluster is not None})
    if len(clusters) > 1:
        names = " and ".join(f"'{name}'" for name in clusters[:2])
        raise UsageError(f"objects for {names} would be mixed; choose one with --cluster, or write files with --out")


def _files(targets: Sequence[Target], request: Request, parsed: argparse.Namespace, console: Console) -> int:
    whole = request.whole if not request.clusters else None
    found = list(compared(targets, whole))
    changes = [change for one in found for change in one.changes]
    for path in (path for one in found for path in one.left):
        name = _relative(path, console.cwd)
        console.say(f"left {name} as it is: not rendered by Backplan; list the rendered files in it\n")
    console.report(spent_tokens(changes, [app for target in targets for app in target.apps]), parsed.format)
    if parsed.check:
        for change in changes:
            console.write(change._replace(path=_relative(change.path, console.cwd)).diff())
        _conclude(
            f"{_counts(changes)}; run without --check to write" if changes else "all files are as rendered",
            console,
        )
        return 1 if changes else 0
    apply(found)
    count = sum(one.total for one in found)
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
