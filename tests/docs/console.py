"""The examples of the documentation: what a ```console block says, and whether it is true.

The convention, for who writes README.md and docs/*.md:

- A block marked `console` is run by the tests; one marked `sh` is only shown.
- A line that starts with `$ ` is a command, for `sh -c`; lines that start with `> ` continue it. It must exit
  with 0, or with N where the command ends in the comment `# exit N`.
- The other lines, up to the next command, are what it prints (stdout and stderr). `...` alone on a line
  stands for any number of lines. With no such lines, all output is accepted.
- All commands of one file run one after another in one throw-away folder, which has a copy of `examples/` and
  the programs `./dev` and `backplan`. There, `./dev` knows Backplan's own commands only.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.tools import ROOT

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"# exit (\d+)$")


class Command(NamedTuple):
    """A command of a document, the line where it stands, and the lines that it is said to print."""

    line: int
    text: str
    output: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """What the comment at its end says."""
        match = EXIT.search(self.text)
        return int(match[1]) if match else 0


def commands(document: str) -> list[Command]:
    """All commands of a document's console blocks, in order."""
    found: list[Command] = []
    for block in BLOCK.finditer(document):
        first = document.count("\n", 0, block.start(1)) + 1
        for number, line in enumerate(block[1].splitlines(), first):
            if line.startswith("$ "):
                found.append(Command(number, line[2:], ()))
            elif line.startswith("> ") and not found[-1].output:
                found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{line[2:]}")
            else:
                found[-1] = found[-1]._replace(output=(*found[-1].output, line))
    return found


def same(output: tuple[str, ...], printed: str) -> bool:
    """Whether a program printed these lines, of which `...` stands for any."""
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line.rstrip()) + r"[ \t]*\n" for line in output)
    return not output or re.fullmatch(pattern, printed.rstrip("\n") + "\n") is not None


def furnish(folder: Path) -> None:
    """Make the throw-away folder."""
    (folder / ".git").mkdir()  # the mark of a repository's root, from which paths in headers count
    shutil.copytree(ROOT / "examples", folder / "examples")
    (folder / "bin").mkdir()
    for program in (folder / "dev", folder / "bin" / "backplan"):
        program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -P -m renderer "$@"\n')
        program.chmod(0o755)


def failures(document: str, folder: Path) -> list[str]:
    """What the document says and is not so, one text per command."""
    env = os.environ | {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    wrong = []
    for command in commands(document):
        done = subprocess.run(
            ["sh", "-c", command.text],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        if done.returncode != command.exit_code or not same(command.output, done.stdout):
            wrong.append(f"line {command.line}: {command.text}\nexit {done.returncode}, printed:\n{done.stdout}")
    return wrong
