"""Real servers of repositories on loopback, each over a folder that tests look into with restic itself.

What they store lies as in a local repository, so `Repository` works on the folder while the mover talks to the server.
"""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mover.repository import Repository
from tests.processes import NotRunningError, Process, running
from tests.tools import require

LOOPBACK = "127.0.0.1"
S3_KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hidden"}


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs."""

    folder: Path
    url: str
    """In front of a repository's name, as restic writes it."""
    log: Path
    mark: str
    """What each line about a request has in the log."""

    def requests(self) -> int:
        """How many it has answered so far."""
        return sum(self.mark in line for line in self.log.read_text(errors="replace").splitlines())

    def repository(self, name: str) -> Repository:
        """One of its repositories, which need not exist, seen from behind."""
        return Repository(self.folder / name, self.folder.parent / "restic-cache", owner=(os.getuid(), os.getgid()))


@contextlib.contextmanager
def rest_server(
    folder: Path, *, append_only: bool = False, port: int | None = None, address: str = LOOPBACK
) -> Iterator[Server]:
    """The server of restic itself, with all rights or with those of a backup's credential."""
    port, log = port or free_port(address), folder.parent / f"rest-{append_only}.log"
    command = [require("restic-rest-server"), "--path", str(folder), "--no-auth", "--log", str(log)]
    command += ["--listen", f"{address}:{port}", *(["--append-only"] if append_only else [])]
    with listening(command, (address, port), folder.parent / f"rest-{append_only}.out"):
        yield Server(folder, f"rest:http://{address}:{port}/", log, '" "')


@dataclass(frozen=True, slots=True)
class Certificate:
    """Of a server on loopback, which is its own authority; PEM files."""

    file: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, address: str = LOOPBACK) -> "Certificate":
        """A new one."""
        made = cls(folder / "certificate.pem", folder / "key.pem")
        about = ["-subj", "/CN=restic", "-addext", f"subjectAltName=IP:{address}", "-days", "3650"]
        kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        files = ["-out", str(made.file), "-keyout", str(made.key)]
        subprocess.run([require("openssl"), "req", "-x509", *kind, *about, *files], check=True, capture_output=True)
        return made


@contextlib.contextmanager
def tls_server(folder: Path, certificate: Certificate, address: str = LOOPBACK) -> Iterator[Server]:
    """A rest-server over TLS."""
    port, log = free_port(address), folder.parent / "rest-tls.log"
    command = [require("restic-rest-server"), "--path", str(folder), "--no-auth", "--log", str(log), "--tls"]
    command += ["--tls-cert", str(certificate.file), "--tls-key", str(certificate.key)]
    with listening([*command, "--listen", f"{address}:{port}"], (address, port), folder.parent / "rest-tls.out"):
        yield Server(folder, f"rest:https://{address}:{port}/", log, '" "')


@contextlib.contextmanager
def s3_server(
    folder: Path, *, port: int | None = None, address: str = LOOPBACK, accounts: Path | None = None
) -> Iterator[Server]:
    """An S3 whose buckets are folders; with a folder of accounts there may be other keys than `S3_KEYS`."""
    port, log = port or free_port(address), folder.parent / "s3.log"
    keys = ["--access", S3_KEYS["AWS_ACCESS_KEY_ID"], "--secret", S3_KEYS["AWS_SECRET_ACCESS_KEY"]]
    kept = ["--iam-dir", str(accounts)] if accounts is not None else []
    command = [require("versitygw"), "--port", f"{address}:{port}", *keys, *kept, "posix", str(folder)]
    with listening(command, (address, port), log):
        yield Server(folder, f"s3:http://{address}:{port}/", log, "| vgw |")


@contextlib.contextmanager
def listening(command: list[str], listens: tuple[str, int], log: Path) -> Iterator[None]:
    """A program that listens at an address and port for as long as the block lasts."""
    with running(command, log) as process:
        wait_for(process, listens)
        yield


def wait_for(process: Process, listens: tuple[str, int], patience: float = 20) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        process.insist()
        with socket.socket() as probe:
            if probe.connect_ex(listens) == 0:
                return
        time.sleep(0.02)
    raise NotRunningError(f"{process.story()}\nnothing listens after {patience} s")


def free_port(address: str = LOOPBACK) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port
