"""The built wheel, installed where nothing else is, does what the checkout does, to the byte."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.tools import ROOT, missing

pytestmark = pytest.mark.slow

EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/backup-policy.yaml"))
SURROUNDINGS = [
    {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
    {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "random"},
    {"LC_ALL": "C", "TZ": "no/such/zone", "PYTHONHASHSEED": "random", "PYTHONUTF8": "0"},
]


def clean_environment(**variables: str) -> dict[str, str]:
    """Without what would point one Python at another's modules."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"} | variables


def run(command: list[str | Path], folder: Path, **variables: str) -> bytes:
    """Standard output of a command that must succeed."""
    done = subprocess.run(command, cwd=folder, env=clean_environment(**variables), capture_output=True, timeout=300)
    assert done.returncode == 0, (done.stdout[-2000:] + done.stderr[-2000:]).decode(errors="replace")
    return done.stdout


def build(folder: Path, **variables: str) -> Path:
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], ROOT, **variables)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def backplan(wheel, tmp_path_factory) -> Path:
    """The command, from a virtual environment that holds the wheel and its dependencies alone."""
    folder = tmp_path_factory.mktemp("empty venv")
    run([sys.executable, "-m", "venv", "--without-pip", folder], folder)
    install = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet"]
    run([*install, "--no-deps", "--no-index", wheel], folder)
    done = subprocess.run([*install, wheel], env=clean_environment(), capture_output=True, text=True, timeout=600)
    if done.returncode:
        missing(f"pip cannot fetch the wheel's dependencies: {done.stderr.strip().splitlines()[-1]}")
    return folder / "bin" / "backplan"


def test_wheel_holds_every_data_file(wheel):
    expected = {f"renderer/data/{path.relative_to(ROOT)}" for name in ("schemas", "overlays") for path in files(name)}
    expected |= {str(path.relative_to(ROOT)) for path in files("renderer")}
    assert expected <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel_holds_nothing_else(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"renderer"}


def test_wheel_is_the_same_bytes_when_built_again(wheel, tmp_path):
    again = build(tmp_path, **SURROUNDINGS[1])
    assert (again.name, again.read_bytes()) == (wheel.name, wheel.read_bytes())


@pytest.mark.parametrize("example", EXAMPLES)
def test_installed_wheel_renders_as_the_checkout(backplan, tmp_path, example):
    folder = ROOT / "examples" / example
    in_checkout = run([sys.executable, "-m", "renderer", "render", folder], ROOT)
    assert in_checkout
    assert run([backplan, "render", folder], tmp_path) == in_checkout


@pytest.mark.parametrize("example", EXAMPLES)
def test_bytes_do_not_depend_on_folder_locale_time_zone_or_hash_seed(backplan, tmp_path, example):
    here, elsewhere = (repository(tmp_path / name, example) for name in ("here", "wo\u0308anders hin"))
    expected = run([backplan, "render", here / "examples" / example], tmp_path)
    for surroundings in SURROUNDINGS:
        assert run([backplan, "render", "."], elsewhere / "examples" / example, **surroundings) == expected, (
            surroundings
        )


def repository(folder: Path, example: str) -> Path:
    """A repository with one example: headers name a policy by its path from the root, which `.git` marks."""
    (folder / ".git").mkdir(parents=True)
    shutil.copytree(ROOT / "examples" / example, folder / "examples" / example)
    return folder


def files(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
