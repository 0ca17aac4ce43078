"""The benchmark runs and says what it should; how fast anything is, no test looks at."""

import json
import subprocess
import sys

import pytest

from tests.tools import ROOT

pytestmark = pytest.mark.slow


def bench(*arguments: str) -> str:
    command = [sys.executable, str(ROOT / "benchmarks" / "render.py"), "--policies", "3", "--runs", "1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_prints_a_table_with_every_figure_and_its_bar():
    table = bench()
    for what in ("validate, one policy", "render, one policy", "render, 3 policies", "--check, 30 policies"):
        assert f"backplan {what}" in table or f"backplan render {what}" in table
    assert "per policy" in table
    assert "bar: at most" in table


def test_prints_json_for_programs():
    report = json.loads(bench("--json"))
    assert report["machine"]["python"]
    assert all(series["median_seconds"] > 0 and series["peak_rss_mib"] > 0 for series in report["series"])
    assert all({"what", "value", "bar", "holds"} <= ratio.keys() for ratio in report["ratios"])
