"""A cluster of one node, started and ended as one; its programs can be killed and started one by one meanwhile."""

import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.cluster.api import Api
from tests.cluster.control_plane import Site, apiserver_command, etcd_command, site, wait_until_ready, write_credentials
from tests.cluster.node import components, runtime
from tests.cluster.node.places import Place
from tests.cluster.node.programs import NodePrograms
from tests.cluster.node.provisioner import provisioning, storage_class
from tests.cluster.node.sandbox import sandbox
from tests.processes import NotRunningError, Process, start

PORTS = (2379, 6443)
SECONDS = 120


@dataclass(slots=True)
class Cluster:
    """What runs, by name, and how to reach it."""

    place: Place
    programs: NodePrograms
    where: Site
    inside: list[str]
    """In front of a command that is to run in the cluster's namespaces."""
    commands: dict[str, list[str]] = field(default_factory=dict)
    running: dict[str, Process] = field(default_factory=dict)

    @property
    def kubeconfig(self) -> Path:
        return self.place.folder / "kubeconfig"

    @property
    def volumes(self) -> Path:
        """Where the provisioner's volumes are, by name."""
        return self.place.folder / "volumes"

    def start(self, name: str) -> None:
        """Start one of the programs."""
        self.running[name] = start(self.commands[name], self.place.folder / f"{name}.log", self.inside)

    def kill(self, name: str) -> None:
        """End one of the programs, as by accident; pods go on."""
        self.running.pop(name).kill()

    def insist(self) -> None:
        """Raise if one has ended unasked."""
        for process in self.running.values():
            process.insist()

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + SECONDS
        while not condition():
            self.insist()
            if time.monotonic() > until:
                stories = "\n\n".join(process.story() for process in self.running.values())
                raise NotRunningError(f"{stories}\n\nafter {SECONDS} s there is no {what}")
            time.sleep(0.1)


@contextmanager
def cluster(programs: NodePrograms, place: Place, images: Sequence[Path]) -> Iterator[Cluster]:
    """A cluster with these images, ready for pods; the first of them holds a pod's namespaces."""
    for folder in place.cgroups:
        folder.mkdir()
    with sandbox(place) as inside:
        users = {secrets.token_hex(16): user for user in components.USERS.values()}
        where = replace(site(place.folder, place.bridge, PORTS), users=users)
        write_credentials(where)
        made = Cluster(place, programs, where, inside)
        components.kubeconfig(where, where.endpoint.token, made.kubeconfig)
        made.commands = _commands(made, dict(zip(components.USERS, users, strict=True)))
        try:
            _start(made, images)
            with provisioning(where.endpoint, made.volumes, components.NODE):
                yield made
        finally:
            for name in list(made.running):
                made.kill(name)


def _commands(made: Cluster, tokens: dict[str, str]) -> dict[str, list[str]]:
    programs, place, where = made.programs, made.place, made.where
    config = {
        name: components.kubeconfig(where, token, place.folder / f"{name}.kubeconfig") for name, token in tokens.items()
    }
    return {
        "etcd": etcd_command(programs.server, where),
        "containerd": runtime.command(programs, place, "backplan.dev/busybox:1"),
        "kube-apiserver": apiserver_command(programs.server, where),
        "kube-controller-manager": components.controllers(programs, where, config["kube-controller-manager"]),
        "kube-scheduler": components.scheduler(programs, config["kube-scheduler"]),
        "kubelet": components.kubelet(programs, place, config["kubelet"]),
        "kube-proxy": components.proxy(programs, place, config["kube-proxy"]),
    }


def _start(made: Cluster, images: Sequence[Path]) -> None:
    """What needs the API server comes after it."""
    for name in ("etcd", "containerd", "kube-apiserver"):
        made.start(name)
    made.wait_for("containerd", runtime.socket(made.place).exists)
    runtime.images(made.programs, made.place, images, made.inside)
    wait_until_ready(made.where.endpoint, list(made.running.values()))
    for name in ("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"):
        made.start(name)
    with Api(made.where.endpoint) as api:
        api.apply(storage_class("standard", default=True))
        made.wait_for("node", lambda: _is_ready(api))
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        made.wait_for("service account", lambda: api.get(account).status == 200)


def _is_ready(api: Api) -> bool:
    nodes = api.get("/api/v1/nodes").body.get("items", [])
    conditions = [condition for node in nodes for condition in node["status"].get("conditions", [])]
    return {"type": "Ready", "status": "True"} in [{key: one[key] for key in ("type", "status")} for one in conditions]


def kubectl(made: Cluster, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run it against the cluster."""
    command = [made.programs.kubectl, f"--kubeconfig={made.kubeconfig}", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True)
