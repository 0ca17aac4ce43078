"""containerd and the network of its pods."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.cluster.node.places import Place
from tests.cluster.node.programs import NodePrograms

CONFIG = """\
version = 2
root = "{folder}/containerd"
state = "/run/containerd"

[grpc]
address = "{socket}"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{pause}"
restrict_oom_score_adj = true  # where a node is itself in a container, nobody may lower it
disable_apparmor = true

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{plugins}"
conf_dir = "{folder}/cni"

[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
"""


def socket(place: Place) -> Path:
    return place.folder / "containerd.sock"


def command(programs: NodePrograms, place: Place, pause: str) -> list[str]:
    """What starts containerd, after its files are written; `pause` is the image that holds a pod's namespaces."""
    config = place.folder / "containerd.toml"
    said = {"folder": place.folder, "socket": socket(place), "plugins": programs.plugins, "pause": pause}
    config.write_text(CONFIG.format(**said))
    (place.folder / "cni").mkdir(exist_ok=True)
    (place.folder / "cni" / "pods.conflist").write_text(json.dumps(_network(place)))
    return [programs.containerd, "--config", str(config)]


def _network(place: Place) -> dict[str, object]:
    """Pods are on the bridge, beside the node and the machine."""
    addresses = {"subnet": f"{place.address(0)}/24", "rangeStart": place.address(10), "rangeEnd": place.address(250)}
    ipam = {"type": "host-local", "ranges": [[addresses]], "routes": [{"dst": "0.0.0.0/0"}]}
    bridge = {"type": "bridge", "bridge": "bridge", "isGateway": True, "hairpinMode": True, "ipam": ipam}
    return {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge]}


def images(programs: NodePrograms, place: Place, archives: Sequence[Path], inside: Sequence[str]) -> None:
    """Let the node have images; there is no registry."""
    ctr = [*inside, programs.ctr, "--address", str(socket(place)), "--namespace", "k8s.io"]
    for archive in archives:
        subprocess.run([*ctr, "images", "import", str(archive)], check=True, capture_output=True)
