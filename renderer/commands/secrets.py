"""List the Secrets of each app: who reads them, what they hold and need, who is affected by a change. Never a value."""

import argparse

from renderer.commands import policies
from renderer.commands.console import Console
from renderer.pipeline import render
from renderer.report.credentials import as_json, listing, text


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `secrets`."""
    policies.arguments(parser)
    parser.epilog = "With --format json the listing is JSON too."


def run(parsed: argparse.Namespace, console: Console) -> int:
    """List them; an app with an error in its policy has none, and the others are listed all the same."""
    rendered = render(policies.request(parsed, console))
    console.report(rendered.problems, parsed.format)
    found = listing(rendered.apps)
    if console.format(parsed.format) == "json":
        console.write(as_json(found))
    else:
        console.write(text(found))
    return 1 if policies.has_errors(rendered.problems, parsed.strict) else 0
