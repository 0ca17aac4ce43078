"""Every message that a user can get, word for word.

A case is a folder `<rule>/<case>/` with a policy and what it needs beside it. `expected.txt` is all of standard error
of `backplan validate --format text` run in that folder, the summary in the last line included; `arguments.txt`, where
there is one, holds further arguments. A new case is a new folder: no Python. Input that git cannot hold well (NUL,
invalid UTF-8, megabytes) is made in `tests/renderer/test_hostile.py`.
"""

import re
import shlex
from pathlib import Path

import pytest

from renderer.cli import main
from renderer.rules import RULES

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/expected.txt"))
LINE = re.compile(
    r"(?P<file>[^:]+)(:(?P<line>\d+):(?P<column>\d+))?: (error|warning|note): (?P<message>.+) \[(?P<rule>.+)\]"
)
PRODUCTS = ("Flux", "VolSync", "Argo", "Kubernetes", "JSON", "UTF-8", "UTC")
"""Names that keep their capital at the start of a message."""


def name(case):
    return str(case.relative_to(HERE))


def messages(case):
    return [LINE.fullmatch(line) for line in (case / "expected.txt").read_text("utf-8").splitlines()[:-1]]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_messages_are_as_written_down(case, monkeypatch, capsysbinary):
    monkeypatch.chdir(case)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    arguments = case / "arguments.txt"
    extra = shlex.split(arguments.read_text("utf-8")) if arguments.exists() else []
    code = main(["validate", "--format", "text", *extra])
    said = capsysbinary.readouterr()
    expected = (case / "expected.txt").read_text("utf-8")
    assert said.err.decode() == expected
    assert said.out == b""
    failed = ": error: " in expected or ("--strict" in extra and ": warning: " in expected)
    assert code == (1 if failed else 0)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_messages_keep_the_house_style(case):
    for found in messages(case):
        assert found, "every line but the last is file:line:column: severity: message [rule]"
        assert found["line"] or found["file"] == "--overlay", "only an argument has no lines"
        message = found["message"]
        assert not message.endswith((".", "!")), "no full stop"
        assert message[0] == message[0].lower() or message.startswith(PRODUCTS), "lower case"
        assert len(message) < 260, "short enough to be read"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_places_exist(case):
    """A place is inside the text of the file that it names."""
    for found in messages(case):
        if found["file"] == "--overlay":
            continue
        lines = [*(case / found["file"]).read_text("utf-8").splitlines(), ""]
        assert int(found["column"]) <= len(lines[int(found["line"]) - 1]) + 1


@pytest.mark.parametrize("case", CASES, ids=name)
def test_case_lies_in_the_folder_of_a_rule_that_it_shows(case):
    rules = {found["rule"] for found in messages(case)}
    assert case.parent.name in RULES
    assert not rules or case.parent.name in rules


def test_every_rule_has_a_case():
    shown = {found["rule"] for case in CASES for found in messages(case)}
    assert set(RULES) - shown == set()


def test_no_case_lacks_its_expectation():
    folders = {path.parent for path in HERE.glob("*/*/*") if path.parent.parent.name in RULES}
    assert folders - set(CASES) == set()
