"""The benchmark of a backup on a node runs and its counts hold their bars; no test looks at seconds."""

import json
import os
import subprocess
import sys

import pytest

from tests.cluster.node import programs
from tests.tools import ROOT

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


def test_backup_stands_beside_its_peer_and_the_bars_of_counts_hold():
    programs.find()
    command = [sys.executable, str(ROOT / "benchmarks" / "cluster.py"), "--runs", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert len(report["ratios"]) == 3
    assert [one["what"] for one in report["ratios"] if not one["holds"] and "seconds" not in one["what"]] == []
    ours, peer, empty = report["runs"]
    assert (ours["opens"], peer["opens"], empty["opens"]) == ([1], [3], [0])
    assert peer["requests"] > ours["requests"] > empty["requests"] == [0]
    assert all(one["seconds"][0] > 0 for one in report["runs"])
