"""Write a first policy for an app; what is in it can be rendered as it is."""

import argparse
import re
from pathlib import Path

from renderer.commands.console import Console
from renderer.emit import document
from renderer.errors import UsageError
from renderer.root import POLICY_NAMES

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `new`."""
    parser.add_argument("app", metavar="APP", help="name of the app")
    parser.add_argument("--namespace", "-n", metavar="NAMESPACE", help="its namespace; the app's name by default")
    parser.add_argument("--claim", metavar="CLAIM", help="the claim to back up; the app's name by default")
    parser.add_argument(
        "--engine",
        choices=["cronjob", "volsync"],
        default="cronjob",
        help="what runs the backups: cronjob needs nothing in the cluster, volsync its operator; cronjob by default",
    )
    parser.add_argument(
        "--file",
        metavar="FILE",
        default=POLICY_NAMES[0],
        help=f"where to write it; {POLICY_NAMES[0]} by default, - prints it",
    )


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Write it; a file that is there is never changed."""
    namespace, claim = parsed.namespace or parsed.app, parsed.claim or parsed.app
    for name, what in ((parsed.app, "app"), (namespace, "namespace"), (claim, "claim")):
        if not _NAME.fullmatch(name):
            raise UsageError(f"'{name[:80]}' is no name for the {what}: lower-case letters, digits and '-', at most 63")
    text = _policy(parsed.app, namespace, claim, parsed.engine)
    if parsed.file == "-":
        console.write(text)
        return 0
    _write(console.cwd / parsed.file, text, parsed.file)
    console.say(f"wrote {parsed.file}; set the repository, then `backplan render {parsed.file}`\n")
    return 0


def _write(path: Path, text: str, name: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"'{name}' is there already; remove it, or choose another with --file") from error
    except OSError as error:
        raise UsageError(f"cannot write '{name}': {(error.strerror or 'failed').lower()}") from error


def _policy(app: str, namespace: str, claim: str, engine: str) -> str:
    volsync = engine == "volsync"
    return document(
        {
            "apiVersion": "backplan.dev/v1alpha1",
            "kind": "BackupPolicy",
            "metadata": {"name": app, "namespace": namespace},
            "spec": {
                **({"engine": "volsync"} if volsync else {}),
                "claim": claim,
                **({"copyMethod": "Snapshot"} if volsync else {}),
                "schedule": "@daily",
                "retain": {"daily": 7, "weekly": 4, "monthly": 6},
                "repository": {
                    "url": "s3:https://s3.example.com/backups/{namespace}/{app}",
                    "secret": {"name": "{app}-restic"},
                },
            },
        }
    )
