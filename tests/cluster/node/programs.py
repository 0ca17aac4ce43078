"""What a node is made of, and where it is; or why no node can be had on this machine."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster.control_plane import Programs
from tests.tools import INSTALL, missing, require

PLUGINS = [Path(folder) for folder in (os.environ.get("CNI_PATH"), "/usr/lib/cni", "/opt/cni/bin") if folder]
"""Where somebody says that the network plug-ins are, where Debian and where everybody else has them."""


@dataclass(frozen=True, slots=True)
class NodePrograms:
    """Paths of the programs, and the folder of the network plug-ins."""

    server: Programs
    controllers: str
    scheduler: str
    kubelet: str
    proxy: str
    containerd: str
    ctr: str
    kubectl: str
    plugins: Path


def find() -> NodePrograms:
    """All of them, or the end of the test with its reason."""
    if not sys.platform.startswith("linux"):
        missing(f"a node needs Linux, and this is {sys.platform}")
    if os.geteuid() != 0:
        missing("a node needs root: run the tests as root")
    for program in ("unshare", "nsenter", "setpriv", "ip", "nft", "runc"):
        require(program)
    _may_make_namespaces()
    return NodePrograms(
        server=Programs(etcd=require("etcd"), apiserver=require("kube-apiserver")),
        controllers=require("kube-controller-manager"),
        scheduler=require("kube-scheduler"),
        kubelet=require("kubelet"),
        proxy=require("kube-proxy"),
        containerd=require("containerd"),
        ctr=require("ctr"),
        kubectl=require("kubectl"),
        plugins=_plugins(),
    )


def find_or_exit(program: str) -> NodePrograms:
    """All of them, or the end of a program that is no test, which tells the reason."""
    try:
        return find()
    except (pytest.skip.Exception, pytest.fail.Exception) as reason:
        sys.exit(f"{program}: error: {reason}")


def _may_make_namespaces() -> None:
    done = subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "true"], capture_output=True, text=True)
    if done.returncode != 0:
        missing(f"this machine makes no namespaces: {done.stderr.strip()}; give the container SYS_ADMIN and NET_ADMIN")


def _plugins() -> Path:
    for folder in PLUGINS:
        if (folder / "bridge").exists() and (folder / "host-local").exists():
            return folder
    return missing(f"the network plug-ins bridge and host-local are in none of {[*map(str, PLUGINS)]}: {INSTALL}")
