"""The mover's benchmark runs, counts both movers, and holds its bars: they are of counts, which no machine changes."""

import json
import os
import subprocess
import sys

import pytest

from tests.tools import ROOT, missing, require

pytestmark = [pytest.mark.mover, pytest.mark.slow]


def test_counts_stand_beside_their_peer_and_every_bar_holds():
    if os.geteuid() != 0:
        missing("only root can make containers: run the tests as root")
    for program in ("restic", "restic-rest-server", "busybox", "unshare"):
        require(program)
    command = [sys.executable, str(ROOT / "benchmarks" / "mover.py"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    report = json.loads(done.stdout)
    missed = [ratio["what"] for ratio in report["ratios"] if not ratio["holds"] and "seconds" not in ratio["what"]]
    assert missed == []
    found = {cost["what"]: (cost["opens"], cost["requests"]) for cost in report["costs"]}
    assert found["backup"][0] == 1
    assert found["VolSync, steady sync: backup, forget"][0] == 3
    assert found["bootstrap, data there"] == (0, 0)
    assert len(report["ratios"]) == 7
