"""What a patch may do to a mover's pod: everything that leaves its credential where it is. Refusals: attacks."""

import json

import pytest

POD = "/spec/jobTemplate/spec/template/spec"
MOVER = f"{POD}/containers/0"
TOKEN = {"serviceAccountToken": {"path": "token"}}


def patched(render, *steps):
    """The pod of the patched backup."""
    said = json.dumps([{"target": {"kind": "CronJob", "name": "web-backup"}, "patch": list(steps)}])
    return render(patches=said).all("CronJob")["web-backup"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def add(path, value):
    return {"op": "add", "path": path, "value": value}


@pytest.mark.parametrize(
    "steps",
    [
        [add(f"{MOVER}/resources", {"limits": {"memory": "2Gi"}})],
        [add(f"{MOVER}/env/-", {"name": "TZ", "value": "Europe/Berlin"})],
        [add(f"{MOVER}/env/-", {"name": "OF_MY_IMAGE", "valueFrom": {"secretKeyRef": {"name": "other", "key": "x"}}})],
        [add(f"{POD}/dnsConfig", {"options": [{"name": "ndots", "value": "1"}]})],
        [add(f"{POD}/dnsPolicy", "Default")],
        [add(f"{POD}/imagePullSecrets", [{"name": "registry"}])],
        [
            add(
                f"{POD}/containers/-",
                {"name": "more", "image": "busybox", "envFrom": [{"secretRef": {"name": "other"}}]},
            )
        ],
        [add(f"{POD}/initContainers", [{"name": "more", "image": "busybox"}])],
        [
            add(f"{POD}/volumes/-", {"name": "ssh", "secret": {"secretName": "ssh", "defaultMode": 0o400}}),
            add(f"{MOVER}/volumeMounts/-", {"name": "ssh", "mountPath": "/root"}),
        ],
        [
            add(f"{POD}/volumes/-", {"name": "more", "emptyDir": {}}),
            add(f"{MOVER}/volumeMounts/-", {"name": "more", "mountPath": "/mnt/more"}),
        ],
        [add(f"{POD}/hostAliases", [{"ip": "192.0.2.1", "hostnames": ["db.example.com"]}])],
        [{"op": "replace", "path": f"{POD}/volumes/2", "value": {"name": "tmp", "emptyDir": {"sizeLimit": "2Gi"}}}],
        [
            add(
                f"{POD}/volumes/-",
                {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "a"}}]}},
            ),
            add(f"{MOVER}/volumeMounts/-", {"name": "token", "mountPath": "/var/run/secrets/aws"}),
        ],
    ],
    ids=lambda steps: steps[-1]["path"].rpartition(POD)[2],
)
def test_patch_that_leaves_the_credential_alone_is_applied(render, steps):
    last = steps[-1]
    found = patched(render, *steps)
    for key in last["path"].removeprefix(f"{POD}/").removesuffix("/-").split("/"):
        found = found[int(key)] if isinstance(found, list) else found[key]
    assert found[-1] == last["value"] if last["path"].endswith("/-") else found == last["value"]
