"""What the repository consists of, for tests that hold its own rules."""

import ast
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

from tests.tools import ROOT


def texts() -> dict[str, str]:
    """Every text file by its path from the top; not what tools leave behind (folders that git ignores)."""
    found = {}
    for top in ROOT.iterdir():
        if top.name.startswith(".") and top.name not in (
            ".ci",
            ".github",
            ".gitignore",
            ".pre-commit-hooks.yaml",
        ):
            continue
        for path in (top, *top.rglob("*")):
            if path.is_file() and not {"__pycache__", "dist"}.intersection(path.parts):
                try:
                    found[str(path.relative_to(ROOT))] = path.read_text("utf-8")
                except UnicodeDecodeError:
                    continue  # not a text: hostile input of a test
    return found


def modules(folder: str) -> dict[str, ast.Module]:
    """Every Python module below a folder, parsed, by its path from the top."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_bytes()) for path in paths}


def load_dev(path: Path) -> ModuleType:
    """The command `dev`, or a copy of it, as a module."""
    loader = SourceFileLoader("dev", str(path))
    spec = spec_from_loader("dev", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module
