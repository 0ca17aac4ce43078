"""Print the JSON Schema of a policy, an overlay or backplan.yaml, complete in one document, for editors."""

import argparse
import json

from renderer.commands.console import Console
from renderer.schema import published


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `schema`."""
    parser.add_argument(
        "file",
        choices=["policy", "overlay", "fleet"],
        nargs="?",
        default="policy",
        help="which file; policy by default",
    )


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print it."""
    console.write(json.dumps(published(f"{parsed.file}.json"), indent=2) + "\n")
    return 0
