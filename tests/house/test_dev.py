"""`./dev` starts anywhere, says in one line what is wrong, and leaves stdout to the product."""

import ast
import json
import os
import subprocess
import sys

import pytest

from tests.house.tree import load_dev
from tests.tools import ROOT

AS_IF = "import runpy, sys; {}; sys.argv = ['dev', 'render', 'x']; runpy.run_path({!r}, run_name='__main__')"


@pytest.fixture
def checkout(tmp_path):
    """A checkout that holds `dev` alone, in a folder with a space."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    (folder / "dev").write_bytes((ROOT / "dev").read_bytes())
    (folder / "dev").chmod(0o755)
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n")
    return folder


def run(command, **keywords):
    return subprocess.run(command, capture_output=True, text=True, timeout=600, **keywords)


def furnish(checkout, program):
    """A complete environment as `dev` would have left it, whose `backplan` is the given Python text."""
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    (binaries / "backplan").write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{program}' \"$@\"\n")
    (binaries / "backplan").chmod(0o755)
    dev = load_dev(checkout / "dev")
    dev.STAMP.write_text("\n".join(dev.fingerprints()))


def test_old_python_can_read_the_file():
    ast.parse((ROOT / "dev").read_text("utf-8"), feature_version=(3, 6))


def test_old_python_is_told_what_to_do(checkout):
    done = run([sys.executable, "-c", AS_IF.format("sys.version_info = (3, 9, 2)", str(checkout / "dev"))])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "needs Python 3.11 or newer" in done.stderr


def test_python_without_ensurepip_is_told_what_to_install(checkout):
    done = run([sys.executable, "-c", AS_IF.format("sys.modules['ensurepip'] = None", str(checkout / "dev"))])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.endswith("lacks the module ensurepip; on Debian: apt-get install python3-venv\n")


@pytest.mark.slow
def test_broken_environment_is_made_anew_and_a_failed_installation_is_one_line(checkout):
    (checkout / ".venv" / "half-made").mkdir(parents=True)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    done = run([checkout / "dev", "render", "x"], env=os.environ | offline)
    assert (done.returncode, done.stdout) == (2, "")
    making, installing, error = done.stderr.splitlines()
    assert making.startswith("dev: making .venv anew")
    assert installing.startswith("dev: installing")
    assert error.startswith("dev: error: pip: ")
    assert not (checkout / ".venv" / "half-made").exists()
    assert load_dev(checkout / "dev").stamped() == ("", "", set())


def test_complete_environment_is_used_in_silence_from_any_folder(checkout, tmp_path):
    furnish(checkout, "import os, sys, json; print(json.dumps([os.getcwd(), sys.argv[1:], dict(os.environ)]))")
    (tmp_path / "link").symlink_to(checkout / "dev")
    strange = {
        "PIP_USER": "1",
        "PIP_TARGET": "x",
        "VIRTUAL_ENV": "x",
        "PYTHONPATH": "x",
        "PYTHONOPTIMIZE": "1",
    }
    kept = {"PIP_INDEX_URL": "y", "LC_ALL": "C", "HOME": "/nonexistent"}
    done = run([tmp_path / "link", "render", "a b"], cwd=tmp_path, env=os.environ | strange | kept)
    assert (done.returncode, done.stderr) == (0, "")
    folder, arguments, environment = json.loads(done.stdout)
    assert (folder, arguments) == (str(tmp_path), ["render", "a b"])
    assert not strange.keys() & environment.keys()
    assert kept.items() <= environment.items()


def test_exit_code_is_the_tools_own(checkout):
    furnish(checkout, "raise SystemExit(7)")
    assert run([checkout / "dev", "backplan", "validate"]).returncode == 7


@pytest.mark.parametrize("change", ["moved", "another Python"])
def test_moved_or_foreign_environment_is_not_trusted(checkout, change):
    furnish(checkout, "")
    if change == "moved":
        checkout = checkout.rename(checkout.with_name("elsewhere"))
    else:
        (checkout / ".venv" / "bin" / "python").unlink()
    dev = load_dev(checkout / "dev")
    assert dev.stamped()[0] != dev.fingerprints()[0]


def test_bare_call_shows_usage_and_fails(checkout):
    bare, asked = run([checkout / "dev"]), run([checkout / "dev", "--help"])
    assert (bare.returncode, bare.stdout, asked.returncode, asked.stderr) == (2, "", 0, "")
    assert bare.stderr == asked.stdout
