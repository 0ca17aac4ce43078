"""kubeseal and the sealed-secrets controller: what unseals a SealedSecret in a real cluster, beside the API server.

The controller finds its server only as a pod does, by files below /var/run/secrets: it runs among mounts of its own.
"""

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.cluster.api import Api, Endpoint, Raw
from tests.cluster.sealing.keys import NAMESPACE, active
from tests.processes import Process, free_ports, running
from tests.tools import missing, require

SECONDS = 90
"""A key of 4096 bits is found in seconds, all else takes milliseconds; a busy machine gets patience."""
AS_A_POD = """mount -t tmpfs -o mode=0755 tmpfs /var/run
mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
cp token ca.crt /var/run/secrets/kubernetes.io/serviceaccount
exec "$@"
"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Controller:
    """A running controller."""

    api: Api
    address: str
    process: Process

    @property
    def certificate(self) -> str:
        """What kubeseal seals with, for its `--cert`."""
        return f"http://{self.address}/v1/cert.pem"

    def renew(self) -> None:
        """Have it make a new key, as it does every 30 days, and wait for that."""
        known = len(active(self.api))
        os.kill(self.process.pid, signal.SIGUSR1)
        within(lambda: len(active(self.api)) > known or None)

    def sealed_again(self, sealed: Raw) -> Raw:
        """What `kubeseal --re-encrypt` gets from it: the same, sealed with its newest key."""
        connection = http.client.HTTPConnection(self.address, timeout=SECONDS)
        connection.request("POST", "/v1/rotate", json.dumps(sealed))
        response = connection.getresponse()
        assert response.status == 200
        found: Raw = {key: sealed[key] for key in ("apiVersion", "kind")} | json.load(response)  # as kubeseal adds them
        connection.close()
        return found

    def outcome(self, sealed: Raw) -> tuple[str, str]:
        """What the controller says of a SealedSecret as the server has it now: its condition's status and message."""

        def look() -> tuple[str, str] | None:
            self.process.insist()
            now = self.api.read(sealed).body
            said = now.get("status", {})
            if said.get("observedGeneration") != now["metadata"]["generation"]:
                return None
            (condition,) = said["conditions"]
            return condition["status"], condition.get("message", "")

        return within(look)

    def values(self, sealed: Raw) -> dict[str, str]:
        """What the Secret holds that the controller made of it."""
        assert self.outcome(sealed) == ("True", "")
        data = self.api.read(secret_of(sealed)).body["data"]
        return {key: base64.b64decode(value).decode() for key, value in data.items()}


def secret_of(sealed: Raw) -> Raw:
    """The Secret of a SealedSecret, enough to ask for it."""
    metadata = {key: sealed["metadata"][key] for key in ("name", "namespace")}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}


def within(look: Callable[[], T | None]) -> T:
    """What `look` gives at last."""
    deadline = time.monotonic() + SECONDS
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"nothing after {SECONDS} s"
        time.sleep(0.1)
    return found


def kubeseal(certificate: str | Path, values: Mapping[str, str], scope: str, place: str) -> str:
    """A SealedSecret as kubeseal writes it; `place` is `<namespace>/<name>`."""
    metadata = dict(zip(("namespace", "name"), place.split("/"), strict=True))
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": dict(values)}
    command = [require("kubeseal"), "--cert", str(certificate), "--scope", scope, "--format", "yaml"]
    return subprocess.run(command, input=json.dumps(secret), capture_output=True, text=True, check=True).stdout


@contextmanager
def controller(api: Api, endpoint: Endpoint, folder: Path, options: Sequence[str] = ()) -> Iterator[Controller]:
    """The controller of a cluster, on loopback. Its keys are gone afterwards."""
    (folder / "token").write_text(endpoint.token)
    shutil.copy(endpoint.certificate, folder / "ca.crt")
    port, port_of_metrics = free_ports(2)
    address = f"127.0.0.1:{port}"
    place = {"HOST": endpoint.address, "PORT": str(endpoint.port)}
    variables = [f"KUBERNETES_SERVICE_{key}={value}" for key, value in place.items()]
    inside = [*_own_mounts(), "sh", "-ec", AS_A_POD, "sh", "env", f"POD_NAMESPACE={NAMESPACE}", *variables]
    listening = [f"--listen-addr={address}", f"--listen-metrics-addr=127.0.0.1:{port_of_metrics}"]
    command = [require("sealed-secrets-controller"), *listening, *options]
    log = folder / "sealed-secrets-controller.log"
    try:
        with running(command, log, inside) as process:
            within(lambda: _is_ready(process, port))
            yield Controller(api, address, process)
    finally:
        for key in active(api):
            api.delete({"apiVersion": "v1", "kind": "Secret", **key})


def _is_ready(process: Process, port: int) -> bool | None:
    process.insist()
    try:
        with socket.create_connection(("127.0.0.1", port)):
            return True
    except ConnectionRefusedError:
        return None


def _own_mounts() -> list[str]:
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = [require("unshare"), *user, "--mount", "--"]
    if subprocess.run([*command, "true"], capture_output=True).returncode != 0:
        missing("a mount namespace cannot be made here; be root")
    return command
