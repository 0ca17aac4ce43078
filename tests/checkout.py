"""Backplan as this checkout has it, run as a program on a folder of policies, as a person does."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.tools import ROOT


def backplan(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    command = [sys.executable, "-m", "renderer", *arguments]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def write(folder: Path, files: str | Mapping[str, str]) -> None:
    """Write a policy, or the files of a fleet, where those of the same names go."""
    for name, text in ({"backup-policy.yaml": files} if isinstance(files, str) else files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
