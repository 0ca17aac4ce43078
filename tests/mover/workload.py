"""An app's own pod with the bootstrap in it, as kustomize makes it of the Component that was rendered."""

from typing import Any

import yaml

from tests.mover.cluster import GID, UID, Cluster
from tests.mover.pod import template_of

BOOTSTRAP = """\
  restore: {bootstrap: {workload: {kind: Deployment, name: paperless}}}
"""


def pod_of_app(cluster: Cluster, command: str) -> dict[str, Any]:
    """The pod template of an app that runs a command on its volume, after what the rendered patch puts before it."""
    out = cluster.folder / f"out-{cluster.pods}"
    done = cluster.render("--out", out)
    assert done.returncode == 0, done.stderr
    (patch,) = out.rglob("deployment-paperless.yaml")
    spec = template_of(yaml.safe_load(patch.read_text()))["spec"]
    container = {
        "name": "app",
        "image": "app",
        "command": ["/bin/sh", "-c", command],
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    claim = {"name": "data", "persistentVolumeClaim": {"claimName": "paperless-data"}}
    user = {"runAsUser": UID, "runAsGroup": GID, "fsGroup": GID, "fsGroupChangePolicy": "OnRootMismatch"}
    own = {"containers": [container], "securityContext": user, "volumes": [claim, *spec["volumes"]]}
    return {"metadata": {"labels": {}}, "spec": spec | own}
