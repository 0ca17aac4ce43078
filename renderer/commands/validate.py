"""Check policies: everything that `render` would check, without its manifests."""

import argparse

from renderer.commands import policies
from renderer.commands.console import Console
from renderer.pipeline import render
from renderer.report.problems import FORMATS, summary


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `validate`."""
    policies.arguments(parser)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Validate. With `--format json` the problems are the product and go to standard output."""
    request = policies.request(parsed, console)
    problems = render(request).problems
    form = console.format(parsed.format)
    if form == "json":
        console.write(FORMATS["json"](problems))
    else:
        console.report(problems, form)
        console.say(summary(problems, policies.counted(len(request.files), "policy file", "policy files")))
    return 1 if policies.has_errors(problems, parsed.strict) else 0
