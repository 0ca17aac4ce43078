"""List the Secrets of each app: who reads them, what they hold and need, who is affected by a change. Never a value."""

import argparse

from renderer.commands import policies
from renderer.commands.console import Console
from renderer.pipeline import render
from renderer.report.credentials import as_json, listing, text
from renderer.report.problems import summary


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `secrets`."""
    policies.arguments(parser)
    parser.epilog = "With --format json the listing is JSON too."


def run(parsed: argparse.Namespace, console: Console) -> int:
    """List them; an app with an error in its policy has none, and the others are listed all the same."""
    request = policies.request(parsed, console)
    rendered = render(request, with_policies=True)
    console.report(rendered.problems, parsed.format)
    is_json = console.format(parsed.format) == "json"
    if not is_json and any(problem.is_error for problem in rendered.problems):
        files = policies.counted(len(request.files), "policy file", "policy files")
        console.say(summary(rendered.problems, files))
        console.say("apps whose policy has an error are not listed\n")
    found = listing(rendered.apps)
    console.write(as_json(found) if is_json else text(found))
    return 1 if policies.has_errors(rendered.problems, parsed.strict) else 0
