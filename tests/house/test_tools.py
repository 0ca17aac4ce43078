"""Where the tests look for programs, and what they say where one is missing."""

import pytest

from tests import tools


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with an etcd of the system in PATH, and nothing else."""
    for name in ("assets", "cache/backplan/bin", "path"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.delenv("BACKPLAN_REQUIRE_ALL", raising=False)
    program(tmp_path / "path", "etcd")
    return tmp_path


def program(folder, name):
    (folder / name).touch(mode=0o755)
    return str(folder / name)


def test_server_is_looked_for_where_envtest_does_then_where_ours_are_built(machine, monkeypatch):
    ours = program(machine / "cache" / "backplan" / "bin", "etcd")
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(machine / "assets"))
    assert tools.require("etcd") == ours
    theirs = program(machine / "assets", "etcd")
    assert tools.require("etcd") == theirs


def test_missing_server_is_skipped_with_the_way_to_get_it(machine):
    with pytest.raises(pytest.skip.Exception) as skipped:
        tools.require("etcd")
    assert str(skipped.value).startswith("etcd is not installed: run scripts/build-kubernetes, or set KUBEBUILDER_")


def test_missing_program_is_a_failure_where_all_must_be_there(machine, monkeypatch):
    monkeypatch.setenv("BACKPLAN_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="kube-apiserver is not installed"):
        tools.require("kube-apiserver")


def test_another_restic_can_be_asked_for_by_its_name(machine, monkeypatch):
    old, new = program(machine / "path", "restic"), program(machine / "cache" / "backplan" / "bin", "restic-0.19.1")
    monkeypatch.delenv("BACKPLAN_RESTIC", raising=False)
    assert tools.require("restic") == old
    monkeypatch.setenv("BACKPLAN_RESTIC", "restic-0.19.1")
    assert tools.require("restic") == new
    monkeypatch.setenv("BACKPLAN_RESTIC", "/nowhere/restic")
    with pytest.raises(pytest.skip.Exception, match="/nowhere/restic is not installed"):
        tools.require("restic")
