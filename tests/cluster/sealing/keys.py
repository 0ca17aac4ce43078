"""The keys of a sealed-secrets controller: Secrets with a label, which it reads when it starts."""

import base64
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.api import Api, Raw
from tests.tools import require

NAMESPACE = "kube-system"
LABEL = "sealedsecrets.bitnami.com/sealed-secrets-key"


def active(api: Api) -> list[Raw]:
    """Those that the controller has, as Secrets."""
    found: list[Raw] = api.get(f"/api/v1/namespaces/{NAMESPACE}/secrets?labelSelector={LABEL}").body["items"]
    return found


@dataclass(frozen=True, slots=True)
class Pair:
    """A key, and the certificate that seals for it."""

    key: Path
    certificate: Path


def pair(folder: Path, bits: int) -> Pair:
    """A new one, as a person makes it who does not leave that to the controller."""
    made = Pair(folder / "tls.key", folder / "tls.crt")
    command = f"{require('openssl')} req -x509 -nodes -days 3650 -subj /CN=tests -newkey rsa:{bits}".split()
    command += ["-keyout", str(made.key), "-out", str(made.certificate)]
    subprocess.run(command, capture_output=True, check=True)
    return made


def hand_over(api: Api, made: Pair, name: str) -> None:
    """Give a key to the controller, before it starts."""
    metadata = {"name": name, "namespace": NAMESPACE, "labels": {LABEL: "active"}}
    files = {"tls.key": made.key, "tls.crt": made.certificate}
    data = {key: base64.b64encode(file.read_bytes()).decode() for key, file in files.items()}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "kubernetes.io/tls", "data": data}
    answer = api.apply(secret)
    assert answer.complaints == []
