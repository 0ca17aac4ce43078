"""The package's rooms are small, say what they are for, and keep to their trade."""

import ast
import re

import pytest

from tests.house.tree import modules
from tests.tools import ROOT

RENDERER = modules("renderer")
EVERYWHERE = RENDERER | modules("tests") | modules("benchmarks")
MAX_LINES = 250
BANNED = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "managers",
    "handler",
    "handlers",
}
"""Names that say nothing about what is inside."""
YAML_READERS = re.compile(r"renderer/(source|forms)\b")
"""Users' YAML is read in `source`; `forms` reads our own manifest forms, and lies below it."""


def words(name: str) -> set[str]:
    """`ErrorHandler`, `error_handler` and `error-handler.py` all have the word `handler`."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def defined(tree: ast.Module) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


def prints(tree: ast.Module) -> list[int]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return [call.lineno for call in calls if call.func.id == "print"]


@pytest.mark.parametrize("path", RENDERER)
def test_module_is_small(path):
    lines = len((ROOT / path).read_text("utf-8").splitlines())
    assert lines <= MAX_LINES, f"{path} has {lines} lines; split it by what its parts are about"


@pytest.mark.parametrize("path", RENDERER)
def test_module_says_what_it_is_for(path):
    tree = RENDERER[path]
    assert ast.get_docstring(tree) or not tree.body, f"{path} has no docstring"


@pytest.mark.parametrize("path", EVERYWHERE)
def test_names_say_what_is_inside(path):
    names = {*path.split("/"), *defined(EVERYWHERE[path])}
    assert not {name for name in names if words(name) & BANNED}


def test_banned_names_are_found_in_every_spelling():
    assert all(words(name) & BANNED for name in ("utils.py", "ErrorHandler", "path_helpers", "HTTPManager"))
    assert not words("uncommonly_handled") & BANNED


def test_only_the_commands_print():
    loud = {path: prints(tree) for path, tree in RENDERER.items() if prints(tree)}
    assert not loud


def test_only_source_and_forms_read_yaml():
    readers = {path for path, tree in RENDERER.items() if "yaml" in imported(tree)}
    assert not {path for path in readers if not YAML_READERS.match(path)}
