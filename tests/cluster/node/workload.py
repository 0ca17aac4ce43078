"""The app's own workload: a Deployment that takes the rendered bootstrap in by its kustomization, as GitOps applies it.

What runs in it does as databases do: where its files are not there when it starts, it makes new ones.
"""

import json

import yaml

from tests.cluster.api import Raw
from tests.cluster.node.namespace import Namespace
from tests.cluster.node.paperless import GID, UID

BOOTSTRAP = """\
  restore: {bootstrap: {workload: {kind: Deployment, name: paperless}}}
"""
PODS = "app=paperless"
ANEW = "started-anew"
"""What an app that found no files of its own leaves in its volume."""
RUNS = f"[ -e /data/pg/PG_VERSION ] || echo new >/data/{ANEW}; trap 'exit 0' TERM; sleep infinity & wait"


def start(namespace: Namespace, *, replicas: int = 1) -> None:
    """Apply the app as it is to run, with what the policy became."""
    folder = namespace.source / "app"
    folder.mkdir(exist_ok=True)
    (folder / "deployment.yaml").write_text(yaml.safe_dump(deployment(replicas)))
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": namespace.name,
        "resources": ["deployment.yaml"],
        "components": [f"../rendered/{namespace.name}/paperless/bootstrap"],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    namespace.apply_folder(folder)


def deployment(replicas: int) -> Raw:
    """As a person writes it; nothing in it knows of backups."""
    container = {
        "name": "app",
        "image": "backplan.dev/busybox:1",
        "command": ["/bin/sh", "-c", RUNS],
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    user = {"runAsNonRoot": True, "runAsUser": UID, "runAsGroup": GID, "fsGroup": GID}
    pod = {
        "securityContext": {
            **user,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "paperless-data"}}],
    }
    key, value = PODS.split("=")
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "paperless"},
        "spec": {
            "replicas": replicas,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": {key: value}},
            "template": {"metadata": {"labels": {key: value}}, "spec": pod},
        },
    }


def running(namespace: Namespace, *, replicas: int = 1) -> list[Raw]:
    """The app's pods once they run, and only they are there."""

    def are() -> bool:
        pods = namespace.all("Pod", PODS)
        return len(pods) == replicas and all(map(is_ready, pods))

    namespace.wait_for(f"{replicas} running pods of the app", are)
    return namespace.all("Pod", PODS)


def names(namespace: Namespace) -> list[str]:
    """Of the app's pods."""
    return [pod["metadata"]["name"] for pod in namespace.all("Pod", PODS)]


def is_ready(pod: Raw) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def restart(namespace: Namespace) -> Raw:
    """Another pod in place of the one that runs."""
    (old,) = names(namespace)
    namespace.kubectl("delete", "pod", old, "--wait=false")
    namespace.wait_for(f"end of {old}", lambda: old not in names(namespace))
    (new,) = running(namespace)
    return new


def bootstrapped(pod: Raw) -> Raw:
    """How the restore before the app ended, the last time that it ran: its exit code, and its own words."""
    (status,) = pod["status"].get("initContainerStatuses", [{}])
    state = status.get("state", {}).get("terminated") or status.get("lastState", {}).get("terminated")
    return {"exit": state["exitCode"], **json.loads(state["message"])} if state else {}
