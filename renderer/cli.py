"""The command line: finds the subcommand, runs it, and turns whatever happens into an exit code.

Subcommands are modules that are imported when they are called, because a hook pays for every import.
"""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from renderer.commands.console import Console
from renderer.errors import BackplanError, OutputError
from renderer.source.characters import printable

COMMANDS = {
    "render": "turn policies into manifests",
    "validate": "check policies without rendering them",
    "explain": "say what a key means, or where a value comes from",
    "schema": "print the JSON Schema of a file, for editors",
    "secrets": "list the Secrets of each app: keys, origin, who reads them",
    "restore": "print a Job that restores an app's volume",
    "run": "print a Job that looks into an app's repository: snapshots, ls, check, ...",
    "new": "write a first policy",
}
_USAGE = """usage: backplan COMMAND [ARGUMENTS]

Restic backups on Kubernetes by GitOps: one small policy file per app becomes every manifest it needs.

commands:
{commands}

`backplan COMMAND --help` says more. Exit codes: 0 ok, 1 problems or drift, 2 usage, 3 a bug of ours.
"""


class _Parser(argparse.ArgumentParser):
    """argparse, whose complaints may go to a terminal whatever they repeat."""

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and say its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    console = Console(sys.stdout.buffer, sys.stderr.buffer, _cwd(), os.environ, sys.stderr.isatty())
    try:
        return _run(arguments, console)
    except BackplanError as error:
        console.say(f"backplan: {printable(str(error))}\n")
        if isinstance(error, OutputError):
            _discard_output()
        return error.exit_code
    except KeyboardInterrupt:
        console.say("backplan: interrupted\n")
        return 130
    except BrokenPipeError:
        _discard_output()  # the reader has gone, as `| head` does
        return 141
    except Exception as error:  # a bug of ours is said in one line, not in forty
        if "BACKPLAN_DEBUG" in os.environ:
            raise
        console.say(
            f"backplan: a bug of ours: {type(error).__name__}; BACKPLAN_DEBUG=1 shows where, please report it\n"
        )
        return 3


def run() -> None:
    """The entry point of the installed command: `main` in a process that is ours alone."""
    # A run keeps nearly all that it makes and makes no cycles: looking for some costs a fifth of the time.
    gc.disable()
    code = main()
    with suppress(OSError):  # whoever read it has gone; what could not be written has been said
        sys.stdout.flush()
        sys.stderr.flush()
    # Python would take every node of every policy apart before it ends, a tenth of a large run; nothing waits for it.
    os._exit(code)


def _cwd() -> Path:
    """The working folder; where somebody has removed it, a path that nothing is found under."""
    try:
        return Path.cwd()
    except OSError:
        return Path(os.environ.get("PWD", "/nowhere"))


def _discard_output() -> None:
    """What could not be written is not tried again at the interpreter's end, which would complain about it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str], console: Console) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        width = max(map(len, COMMANDS))
        commands = "\n".join(f"  {name:{width}}  {what}" for name, what in COMMANDS.items())
        console.write(_USAGE.format(commands=commands))
        return 0 if arguments else 2
    if arguments[0] in ("-V", "--version"):
        from importlib.metadata import version  # noqa: PLC0415 - 15 ms, paid only here

        console.write(f"backplan {version('backplan')}\n")
        return 0
    if arguments[0] not in COMMANDS:
        name = printable(arguments[0][:60])
        console.say(f"backplan: no command '{name}'; there is {', '.join(COMMANDS)}\n")
        return 2
    module = importlib.import_module(f"renderer.commands.{arguments[0]}")
    parser = _Parser(prog=f"backplan {arguments[0]}", description=module.__doc__, allow_abbrev=False)
    module.arguments(parser)
    try:
        parsed = parser.parse_args(arguments[1:])
    except SystemExit as stop:  # argparse has said why
        return int(stop.code or 0)
    return int(module.run(parsed, console))
