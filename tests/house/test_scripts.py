"""Shell scripts are clean, and what a person runs can be run."""

import os
import subprocess

import pytest

from tests.house.tree import load_dev
from tests.tools import ROOT, require

SCRIPTS = list(load_dev(ROOT / "dev").shell_scripts(ROOT))


def test_shell_scripts_are_found_by_their_first_line():
    assert {".ci/run", "scripts/install-debian"} <= set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_shell_script_is_clean(script):
    done = subprocess.run([require("shellcheck"), script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("program", ["dev", ".ci/run", "scripts/install-debian"])
def test_program_is_executable(program):
    assert os.access(ROOT / program, os.X_OK)


def test_installation_explains_itself():
    command = [ROOT / "scripts" / "install-debian"]
    asked = subprocess.run([*command, "--help"], capture_output=True, text=True)
    wrong = subprocess.run([*command, "--yes"], capture_output=True, text=True)
    assert (asked.returncode, asked.stderr, wrong.returncode, wrong.stdout) == (0, "", 2, "")
    assert asked.stdout == wrong.stderr
    assert asked.stdout.startswith("usage: scripts/install-debian\n")


def test_installation_does_nothing_where_all_is_there(tmp_path):
    """Neither apt-get nor a network is touched: the programs on this PATH would fail."""
    fake(tmp_path / "go", "echo go version go1.26.0 linux/amd64")
    for name in ("git", "python3", "kubectl", "kustomize"):
        fake(tmp_path / name, "exit 0")
    for name in ("apt-get", "sudo", "env"):
        fake(tmp_path / name, "echo must not run >&2; exit 1")
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(["sh", ROOT / "scripts" / "install-debian"], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def fake(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
