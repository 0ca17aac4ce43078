"""A provisioner for the tests: a folder of the node for each claim, a copy of another claim's where it asks for that.

The volumes are `local` ones, so the kubelet gives them to a pod's fsGroup as it does with a disk's; on a hostPath it
does not. A volume that is released is removed with its folder, as reclaim policy Delete says.
"""

import http.client
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.api import Api, Endpoint, Raw

NAME = "backplan.dev/tests"
PAUSE = 0.2
CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
BY = "pv.kubernetes.io/provisioned-by"


def storage_class(name: str, *, default: bool = False) -> Raw:
    """A class whose claims are provisioned here at once."""
    said = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    about = {"name": name, "annotations": said}
    return {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": about, "provisioner": NAME}


@contextmanager
def provisioning(endpoint: Endpoint, folder: Path, node: str) -> Iterator[None]:
    """Provision below a folder of this node for as long as the block lasts."""
    over = threading.Event()
    thread = threading.Thread(target=_work, args=(endpoint, folder, node, over), name="provisioner", daemon=True)
    folder.mkdir(exist_ok=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _work(endpoint: Endpoint, folder: Path, node: str, over: threading.Event) -> None:
    while not over.wait(PAUSE):
        try:
            with Api(endpoint) as api:
                while not over.wait(PAUSE):
                    _round(api, folder, node)
        except (OSError, http.client.HTTPException):  # the server is being restarted, say
            continue


def _round(api: Api, folder: Path, node: str) -> None:
    ours = {one["metadata"]["name"] for one in _all(api, CLASSES) if one["provisioner"] == NAME}
    claims = {_key(one): one for one in _all(api, "/api/v1/persistentvolumeclaims")}
    volumes = [one for one in _all(api, "/api/v1/persistentvolumes") if _is_ours(one)]
    named = {volume["metadata"]["name"] for volume in volumes}
    for claim in claims.values():
        waits = claim["spec"].get("storageClassName") in ours and claim["status"]["phase"] == "Pending"
        if waits and _volume_name(claim) not in named and _fill(claim, claims, folder):
            api.apply(_volume(claim, folder, node))
    for volume in volumes:
        if volume["status"]["phase"] == "Released":
            subprocess.run(["rm", "-rf", volume["spec"]["local"]["path"]], check=True)
            api.delete({"apiVersion": "v1", "kind": "PersistentVolume", **volume})


def _all(api: Api, path: str) -> list[Raw]:
    answer = api.get(path)
    if answer.status != 200:
        raise ConnectionError(answer.body)
    items: list[Raw] = answer.body["items"]
    return items


def _is_ours(volume: Raw) -> bool:
    return bool(volume["metadata"].get("annotations", {}).get(BY) == NAME)


def _key(claim: Raw) -> tuple[str, str]:
    return claim["metadata"]["namespace"], claim["metadata"]["name"]


def _volume_name(claim: Raw) -> str:
    return f"pvc-{claim['metadata']['uid']}"


def _fill(claim: Raw, claims: dict[tuple[str, str], Raw], folder: Path) -> bool:
    """Whether there is a folder now: a copy takes an origin that has one; other kinds of origin are not ours."""
    target = folder / _volume_name(claim)
    origin = claim["spec"].get("dataSource") or claim["spec"].get("dataSourceRef")
    if origin is None:
        target.mkdir(exist_ok=True)
        return True
    from_claim = claims.get((claim["metadata"]["namespace"], origin["name"]))
    if origin["kind"] != "PersistentVolumeClaim" or from_claim is None or from_claim["status"]["phase"] != "Bound":
        return False
    subprocess.run(["cp", "-a", folder / _volume_name(from_claim), target], check=True)
    return True


def _volume(claim: Raw, folder: Path, node: str) -> Raw:
    here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": _volume_name(claim), "annotations": {BY: NAME}},
        "spec": {
            "capacity": claim["spec"]["resources"]["requests"],
            "accessModes": claim["spec"]["accessModes"],
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": claim["spec"]["storageClassName"],
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": claim["metadata"]["namespace"],
                "name": claim["metadata"]["name"],
                "uid": claim["metadata"]["uid"],
            },
            "local": {"path": str(folder / _volume_name(claim))},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}},
        },
    }
