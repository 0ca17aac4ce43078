"""The server's programs are ended in every case, and a failed start says why."""

import os
from pathlib import Path

import pytest

from tests.cluster.control_plane import Programs, control_plane
from tests.processes import NotRunningError, running

pytestmark = pytest.mark.cluster


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def program(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return str(path)


def test_server_knows_its_version(server, bare_api):
    """One that was built without it says v0.0.0."""
    assert bare_api.get("/version").body["gitVersion"].startswith("v1.")
    for process in server.processes:
        process.insist()


def test_nothing_is_left_when_the_server_does_not_start(programs, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    apiserver = program(tmp_path / "kube-apiserver", 'echo "$@"; echo cannot start >&2; echo $PPID >&2; exit 7')
    with pytest.raises(NotRunningError) as failed, control_plane(Programs(programs.etcd, apiserver)):
        pass
    message = str(failed.value)
    assert message.startswith("kube-apiserver:\n--etcd-servers=http://127.0.0.1:")
    assert "\ncannot start\n" in message
    assert message.endswith("\nended with exit code 7")
    assert list(tmp_path.iterdir()) == [tmp_path / "kube-apiserver"]
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path).encode() in text_of(path)]


def text_of(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""  # ended meanwhile


def test_program_is_gone_after_its_time_also_when_it_does_not_want_to(tmp_path):
    stubborn = program(tmp_path / "stubborn", "trap '' TERM INT HUP; while :; do sleep 0.1; done")
    with running([stubborn], tmp_path / "stubborn.log") as process:
        assert is_running(process.pid)
    assert not is_running(process.pid)
