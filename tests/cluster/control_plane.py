"""etcd and kube-apiserver: the API as a real cluster has it, without controllers and without a node.

Nothing runs what is applied, and nothing is cleaned up behind a deletion: there is no garbage collection, and a
namespace cannot be deleted. Admission is the server's default, so Pod Security and ServiceAccount are enforced.
`node/` adds what is missing.
"""

import base64
import http.client
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.cluster.api import Api, Endpoint
from tests.processes import NotRunningError, Process, free_ports, running

START_SECONDS = 90
"""A start takes 4 s on an idle machine; a busy one gets patience."""
SERVICES = "198.19.0.0/16"
"""Of the benchmark range of RFC 2544, as all addresses of the tests."""
ADMIN = ("tests", "system:masters")


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


@dataclass(frozen=True, slots=True)
class Site:
    """Where a control plane keeps its files and listens, and whom it knows."""

    folder: Path
    endpoint: Endpoint
    etcd_port: int
    users: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Name and group by token, beside the endpoint's own, who may do everything."""

    @property
    def signing_key(self) -> Path:
        """What service accounts' tokens are signed with."""
        return self.folder / "service-accounts.key"


def site(folder: Path, address: str, ports: Sequence[int]) -> Site:
    """A new one; the ports are etcd's and the API server's."""
    etcd_port, port = ports
    endpoint = Endpoint(port, secrets.token_hex(16), folder / "apiserver.crt", address)
    return Site(folder, endpoint, etcd_port)


@contextmanager
def control_plane(programs: Programs) -> Iterator[ControlPlane]:
    """A control plane on loopback; its folder and processes are gone afterwards, also where the start fails."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backplan-apiserver-")))
        where = site(folder, "127.0.0.1", free_ports(2))
        write_credentials(where)
        etcd = running(etcd_command(programs, where), folder / "etcd.log")
        apiserver = running(apiserver_command(programs, where), folder / "kube-apiserver.log")
        processes = (stack.enter_context(etcd), stack.enter_context(apiserver))
        wait_until_ready(where.endpoint, processes)
        yield ControlPlane(where.endpoint, processes)


def write_credentials(where: Site) -> None:
    everybody = {where.endpoint.token: ADMIN, **where.users}
    rows = [f"{token},{user},{user},{group}\n" for token, (user, group) in everybody.items()]
    (where.folder / "users.csv").write_text("".join(rows))
    where.signing_key.write_text(_signing_key())


def etcd_command(programs: Programs, where: Site) -> list[str]:
    return [
        programs.etcd,
        f"--data-dir={where.folder / 'etcd'}",
        f"--listen-client-urls=http://127.0.0.1:{where.etcd_port}",
        f"--advertise-client-urls=http://127.0.0.1:{where.etcd_port}",
        "--listen-peer-urls=http://127.0.0.1:0",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def apiserver_command(programs: Programs, where: Site) -> list[str]:
    """On loopback, the server would refuse to publish its address to pods."""
    address = where.endpoint.address
    return [
        programs.apiserver,
        f"--etcd-servers=http://127.0.0.1:{where.etcd_port}",
        f"--bind-address={address}",
        f"--secure-port={where.endpoint.port}",
        f"--advertise-address={address}",
        f"--service-cluster-ip-range={SERVICES}",
        *(["--endpoint-reconciler-type=none"] if address.startswith("127.") else []),
        f"--cert-dir={where.folder}",
        f"--token-auth-file={where.folder / 'users.csv'}",
        "--authorization-mode=Node,RBAC",
        "--kubelet-preferred-address-types=InternalIP",  # names are not looked up
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={where.signing_key}",
        f"--service-account-signing-key-file={where.signing_key}",
    ]


def _signing_key() -> str:
    """A new private key for P-256 in the form of RFC 5915, in which the public half may be left out."""
    scalar = secrets.token_bytes(31).rjust(32, b"\1")  # below the order of the curve in any case
    curve = bytes.fromhex("a00a06082a8648ce3d030107")
    der = bytes.fromhex("30310201010420") + scalar + curve
    return f"-----BEGIN EC PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END EC PRIVATE KEY-----\n"


def wait_until_ready(endpoint: Endpoint, processes: Sequence[Process]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready(endpoint):
        for process in processes:
            process.insist()
        if time.monotonic() > deadline:
            stories = "\n".join(process.story() for process in processes)
            raise NotRunningError(f"{stories}\nnot ready after {START_SECONDS} s")
        time.sleep(0.1)


def ready(endpoint: Endpoint) -> bool:
    """Whether all start-up work is done; before that, there is no certificate, then no listener, then a 500."""
    try:
        with Api(endpoint) as api:
            return api.text("/readyz")[0] == 200
    except (OSError, http.client.HTTPException):
        return False
