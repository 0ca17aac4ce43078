"""The programs of Kubernetes beside its API server: command lines and configuration."""

import json
from pathlib import Path
from typing import Any

from tests.cluster.api import Endpoint
from tests.cluster.control_plane import Site
from tests.cluster.node.places import Place
from tests.cluster.node.programs import NodePrograms
from tests.cluster.node.runtime import socket

NODE = "node"
USERS = {
    "kubelet": (f"system:node:{NODE}", "system:nodes"),
    "kube-proxy": ("system:kube-proxy", "system:node-proxiers"),
    "kube-controller-manager": ("system:kube-controller-manager", "system:tests"),
    "kube-scheduler": ("system:kube-scheduler", "system:tests"),
}
"""Who they are, as the server's own roles know them."""


def kubeconfig(where: Site, token: str, path: Path) -> Path:
    """A file for a client with that token."""
    mine = where.endpoint
    path.write_text(json.dumps(Endpoint(mine.port, token, mine.certificate, mine.address).kubeconfig()))
    path.chmod(0o600)
    return path


def controllers(programs: NodePrograms, where: Site, config: Path) -> list[str]:
    return [
        programs.controllers,
        f"--kubeconfig={config}",
        "--use-service-account-credentials=true",
        f"--service-account-private-key-file={where.signing_key}",
        f"--root-ca-file={where.endpoint.certificate}",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
    ]


def scheduler(programs: NodePrograms, config: Path) -> list[str]:
    return [programs.scheduler, f"--kubeconfig={config}", "--leader-elect=false", "--bind-address=127.0.0.1"]


def kubelet(programs: NodePrograms, place: Place, config: Path) -> list[str]:
    """Whoever is in the cluster's network may ask it for logs: there is nobody else."""
    (place.folder / "resolv.conf").touch()  # there are no names to look up
    settings = {
        "containerRuntimeEndpoint": f"unix://{socket(place)}",
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{place.name}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "oomScoreAdj": 0,
        "resolvConf": str(place.folder / "resolv.conf"),
        "evictionHard": {"memory.available": "1%", "nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 100,
        "syncFrequency": "10s",
        "healthzPort": 0,
    }
    said = _written(place, "kubelet", "kubelet.config.k8s.io/v1beta1", settings)
    flags = [f"--config={said}", f"--kubeconfig={config}", f"--root-dir={place.folder / 'kubelet'}"]
    return [programs.kubelet, *flags, f"--hostname-override={NODE}", f"--node-ip={place.bridge}"]


def proxy(programs: NodePrograms, place: Place, config: Path) -> list[str]:
    """Pods reach the server by the address of its service."""
    settings = {
        "mode": "nftables",
        "clientConnection": {"kubeconfig": str(config)},
        "clusterCIDR": f"{place.address(0)}/24",
        "conntrack": {"maxPerCore": 0},  # the machine's
        "hostnameOverride": NODE,
    }
    said = _written(place, "kube-proxy", "kubeproxy.config.k8s.io/v1alpha1", settings)
    return [programs.proxy, f"--config={said}"]


def _written(place: Place, program: str, version: str, settings: dict[str, Any]) -> Path:
    kind = "".join(word.capitalize() for word in program.split("-")) + "Configuration"
    path = place.folder / f"{program}.yaml"
    path.write_text(json.dumps({"apiVersion": version, "kind": kind, **settings}))
    return path
