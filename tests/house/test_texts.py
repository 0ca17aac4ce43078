"""The repository's texts hold on every machine, and the record of changes is kept."""

import re

from tests.house.tree import texts
from tests.tools import ROOT

TEXTS = texts()
# Spelled in parts, so that this file does not hold what it forbids.
MACHINE_PATHS = re.compile("|".join(rf"(?<![\w.}}-])/{name}/" for name in ("work", "root", "home")))
REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("proxy.golang", "org"),
    ("sum.golang", "org"),
    ("npmjs", "org"),
    ("crates", "io"),
    ("maven.apache", "org"),
    ("deb.debian", "org"),
)
SKIPS = re.compile(r"pytest\.(skip\(|importorskip|mark\.skip)|unittest\.skip")


def found(pattern: re.Pattern[str], paths: dict[str, str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in paths.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_text_names_a_folder_of_one_machine():
    assert found(MACHINE_PATHS, TEXTS) == []


def test_no_text_names_a_package_registry():
    hosts = "|".join(re.escape(".".join(parts)) for parts in REGISTRIES)
    assert found(re.compile(rf"\b({hosts})\b"), TEXTS) == []


def test_tests_skip_only_with_a_reason_that_ci_can_refuse():
    """Through tests/tools.py, whose skips are failures in CI."""
    tests = {path: text for path, text in TEXTS.items() if path.startswith("tests/") and path.endswith(".py")}
    allowed = {"tests/tools.py", "tests/house/test_texts.py"}
    assert found(SKIPS, {path: text for path, text in tests.items() if path not in allowed}) == []


def test_changelog_has_a_place_for_what_is_unreleased():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"


def test_texts_end_with_a_line_break_and_have_no_carriage_returns():
    ours = {path: text for path, text in TEXTS.items() if not path.startswith("tests/")}
    assert [path for path, text in ours.items() if text and not text.endswith("\n")] == []
    assert [path for path, text in ours.items() if "\r" in text] == []
