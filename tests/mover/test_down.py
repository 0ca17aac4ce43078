"""A server that is down when a run starts: one that comes back is waited for, one that does not can be given up."""

import signal
import time
from types import SimpleNamespace

import pytest

from tests.mover import servers
from tests.mover.container import told, wait_until
from tests.mover.repository import Repository
from tests.mover.rootfs import SHELLS
from tests.mover.servers import S3_KEYS
from tests.tools import scale

pytestmark = pytest.mark.mover

ENDS = {
    "backup": "ok",
    "maintenance": "ok",
    "unlock": "ok",
    "drill": "ok",
    "restore": "restored",
    "bootstrap": "restored",
    "init": "already",
}
"""Every operation, and its class on a repository that has a snapshot."""
INTO_A_VOLUME = {"drill", "restore", "bootstrap"}
MAINTENANCE = {
    "BACKPLAN_FORGET": "--host=documents/paperless/data\n--keep-last=1",
    "BACKPLAN_PRUNE_INTERVAL": "1",
    "BACKPLAN_PRUNE_GAP": "1",
    "BACKPLAN_DAY_OFFSET": "0",
    "BACKPLAN_DAY_BEGINS": "0",
    "BACKPLAN_CHECK_SUBSETS": "1",
}
KUBELET = 45.0
"""Seconds, of the 60 between SIGTERM and SIGKILL, in which the result must be there."""


@pytest.fixture(params=ENDS)
def started(request, kind, mover, restorer, tmp_path):
    """An operation that has met the absence of its server, and what would start that."""
    assert told(mover.run("backup")) == (0, "ok")
    (mover.volume / "new").write_text("since then\n")
    served = Repository(tmp_path / "served" / "backups" / "paperless", tmp_path / "restic-cache")
    served.copy_of(mover.repository)
    port = servers.free_port()
    scheme, server = kind
    one = restorer if request.param in INTO_A_VOLUME else mover
    env = {"RESTIC_REPOSITORY": f"{scheme}:http://127.0.0.1:{port}/backups/paperless", **S3_KEYS, **MAINTENANCE}
    running = one.start(request.param, **env)
    wait_until(lambda: "connection refused" in running.read("stderr"), running)
    return SimpleNamespace(
        running=running,
        server=lambda: server(tmp_path / "served", port=port),
        expected=ENDS[request.param],
        volume=restorer.volume,
        repository=served,
    )


@pytest.fixture(params=["rest"])
def kind(request):
    """A kind of server: the scheme of its URLs, and what starts one."""
    return request.param, {"rest": servers.rest_server, "s3": servers.s3_server}[request.param]


ALTERNATING = list(zip(SHELLS * len(ENDS), ENDS, strict=False))
BACK = [("rest", *each) for each in ALTERNATING] + [("s3", *each) for each in ALTERNATING[:: 3 if scale(1) == 1 else 1]]


@pytest.mark.parametrize(("kind", "image", "started"), BACK, indirect=True)
def test_server_that_comes_back_within_the_run_is_waited_for(started):
    with started.server():
        outcome = started.running.wait()
        assert told(outcome) == (0, started.expected), outcome
        assert started.repository.is_sound()


@pytest.mark.parametrize(("image", "started"), ALTERNATING, indirect=True)
def test_wait_for_a_server_that_stays_away_can_be_stopped(started):
    began = time.monotonic()
    started.running.signal(signal.SIGTERM)
    outcome = started.running.wait()
    assert told(outcome) == (130, "cancelled"), outcome
    assert time.monotonic() - began < KUBELET
    assert list(started.volume.iterdir()) == []
