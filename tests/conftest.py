"""What every test shares: the checkout's path, a repeatable Hypothesis, and the minutes of each suite."""

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings

from tests.tools import ROOT

# The same examples on every run: a red run can be repeated. BACKPLAN_SCALE widens the search instead.
settings.register_profile("backplan", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("backplan")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


def suite_of(nodeid: str) -> str:
    """The folder right under tests/, or the file where there is none."""
    parts = nodeid.split("::", 1)[0].removeprefix("tests/").split("/")
    return parts[0].removesuffix(".py")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line per suite, such as `suite renderer: 0.4 min, 120 passed, 0 skipped`."""
    seconds: dict[str, float] = defaultdict(float)
    outcomes: dict[str, dict[str, int]] = defaultdict(dict)
    for outcome, reports in terminalreporter.stats.items():
        for report in reports:
            if isinstance(report, pytest.TestReport | pytest.CollectReport):
                suite = suite_of(report.nodeid)
                seconds[suite] += getattr(report, "duration", 0.0)
                if outcome:  # a set-up or tear-down that went well has none
                    outcomes[suite][outcome] = outcomes[suite].get(outcome, 0) + 1
    for suite, counted in sorted(outcomes.items()):
        figures = ", ".join(f"{n} {outcome}" for outcome, n in ({"passed": 0, "skipped": 0} | counted).items())
        terminalreporter.write_line(f"suite {suite}: {seconds[suite] / 60:.1f} min, {figures}")
