"""Nothing of a cluster is left when it is over: no process, mount, namespace, interface, cgroup or file."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cluster.node import places, programs
from tests.cluster.node.places import Place
from tests.tools import ROOT

pytestmark = pytest.mark.cluster

SECONDS = 120
POD = ["run", "pod", "--image=backplan.dev/busybox:1", "--restart=Never", "--", "sleep", "3600"]


@pytest.fixture
def place(monkeypatch):
    """One that nobody has."""
    programs.find()
    free = Place(100 + 2 * (os.getpid() % 77))  # not that of another run of these tests
    monkeypatch.setenv("BACKPLAN_CLUSTER", str(free.number))
    yield free
    subprocess.run([ROOT / "tests/cluster/down"], check=True)


def traces(place):
    """What tells that a cluster is, or was, at a place."""
    mark = f"backplan-cluster-{place.number}/"
    return {
        "processes": [one for one in Path("/proc").glob("[0-9]*") if belongs(one, place)],
        "mounts": [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if mark in line],
        "interfaces": list(Path("/sys/class/net").glob(place.name)),
        "cgroups": [folder for folder in place.cgroups if folder.exists()],
        "files": list(place.folder.parent.glob(f"{place.folder.name}*")),
    }


def belongs(process, place):
    try:
        words, groups = (process / "cmdline").read_text(errors="replace"), (process / "cgroup").read_text()
    except OSError:  # it has ended
        return False
    return f"{place.folder.name}/" in words or f"/{place.name}/" in groups


def networks(processes):
    """The network namespaces of processes."""
    found = set()
    for process in processes:
        try:
            found.add((process / "ns" / "net").readlink())
        except OSError:  # it has ended
            continue
    return found


def own_networks(place):
    """Those that came with a cluster: its own, and its pods'."""
    return networks(traces(place)["processes"]) - networks([Path("/proc/self")])


def assert_gone(place, made):
    """A kubectl that killed tests were waiting for takes its time to see that its server is gone."""
    until = time.monotonic() + SECONDS
    while traces(place)["processes"] and time.monotonic() < until:
        time.sleep(0.2)
    assert not any(traces(place).values()), traces(place)
    assert not made & networks(Path("/proc").glob("[0-9]*"))


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def up(place):
    """Start a cluster with a pod that runs; the networks of both."""
    said = run(ROOT / "tests/cluster/up")
    assert said == f"export KUBECONFIG={place.folder}/kubeconfig\n"
    kubectl = [programs.find().kubectl, f"--kubeconfig={place.folder}/kubeconfig"]
    run(*kubectl, *POD)
    run(*kubectl, "wait", "pod/pod", "--for=condition=Ready", f"--timeout={SECONDS}s")
    assert all(traces(place)[kind] for kind in ("processes", "interfaces", "cgroups", "files"))
    assert run(ROOT / "tests/cluster/up") == said  # it runs already
    made = own_networks(place)
    assert len(made) == 2
    return made


def test_cluster_by_hand_is_gone_after_down(place):
    made = up(place)
    run(ROOT / "tests/cluster/down")
    assert_gone(place, made)


def test_cluster_whose_keeper_was_killed_is_gone_after_down(place):
    made = up(place)
    os.kill(places.holder(place), signal.SIGKILL)
    run(ROOT / "tests/cluster/down")
    assert_gone(place, made)


def test_cluster_of_killed_tests_is_gone_after_down(place):
    folder = Path(__file__).parent
    tests = subprocess.Popen([sys.executable, "-m", "pytest", "-q", folder / "test_everyday.py"], cwd=ROOT)
    until = time.monotonic() + SECONDS
    theirs = Place(place.number + 1)
    while not list((theirs.folder / "volumes").glob("*")):
        assert time.monotonic() < until
        time.sleep(0.1)
    made = own_networks(theirs)
    assert made
    tests.kill()
    tests.wait()
    run(ROOT / "tests/cluster/down")
    assert_gone(theirs, made)
