"""etcd and kube-apiserver on loopback: the API as a real cluster has it, without controllers and without a node.

Nothing runs what is applied, and nothing is cleaned up behind a deletion: there is no garbage collection, and a
namespace cannot be deleted. Admission is the server's default, so Pod Security and ServiceAccount are enforced.
"""

import base64
import http.client
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.api import Api, Endpoint
from tests.cluster.processes import NotRunningError, Process, free_ports, running

START_SECONDS = 90
"""A start takes 4 s on an idle machine; a busy one gets patience."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Paths of the programs."""

    etcd: str
    apiserver: str


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """What runs, and where it answers."""

    endpoint: Endpoint
    processes: tuple[Process, ...]


@contextmanager
def control_plane(programs: Programs) -> Iterator[ControlPlane]:
    """A control plane that is ready; its folder and its processes are gone afterwards, also where the start fails."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backplan-apiserver-")))
        etcd_port, port = free_ports(2)
        endpoint = Endpoint(port, token=secrets.token_hex(16), certificate=folder / "apiserver.crt")
        etcd = running([programs.etcd, *_etcd_flags(folder, etcd_port)], folder / "etcd.log")
        apiserver = running(
            [programs.apiserver, *_apiserver_flags(folder, endpoint, etcd_port)], folder / "kube-apiserver.log"
        )
        processes = (stack.enter_context(etcd), stack.enter_context(apiserver))
        _wait_until_ready(endpoint, processes)
        yield ControlPlane(endpoint, processes)


def _etcd_flags(folder: Path, port: int) -> list[str]:
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls=http://127.0.0.1:{port}",
        f"--advertise-client-urls=http://127.0.0.1:{port}",
        "--listen-peer-urls=http://127.0.0.1:0",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def _apiserver_flags(folder: Path, endpoint: Endpoint, etcd_port: int) -> list[str]:
    users = folder / "users.csv"
    users.write_text(f"{endpoint.token},tests,tests,system:masters\n")
    key = folder / "service-accounts.key"
    key.write_text(_signing_key())
    return [
        f"--etcd-servers=http://127.0.0.1:{etcd_port}",
        "--bind-address=127.0.0.1",
        f"--secure-port={endpoint.port}",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",  # it would refuse to publish a loopback address
        f"--cert-dir={folder}",
        f"--token-auth-file={users}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
    ]


def _signing_key() -> str:
    """A new private key for P-256 in the form of RFC 5915, in which the public half may be left out."""
    scalar = secrets.token_bytes(31).rjust(32, b"\1")  # below the order of the curve in any case
    curve = bytes.fromhex("a00a06082a8648ce3d030107")
    der = bytes.fromhex("30310201010420") + scalar + curve
    return f"-----BEGIN EC PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END EC PRIVATE KEY-----\n"


def _wait_until_ready(endpoint: Endpoint, processes: tuple[Process, ...]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _ready(endpoint):
        for process in processes:
            process.insist()
        if time.monotonic() > deadline:
            stories = "\n".join(process.story() for process in processes)
            raise NotRunningError(f"{stories}\nnot ready after {START_SECONDS} s")
        time.sleep(0.1)


def _ready(endpoint: Endpoint) -> bool:
    """Whether all start-up work is done; before that, there is no certificate, then no listener, then a 500."""
    try:
        with Api(endpoint) as api:
            return api.text("/readyz")[0] == 200
    except (OSError, http.client.HTTPException):
        return False
