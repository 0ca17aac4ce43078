"""Whose files are: a backup that only reads, a restore that gives them to their owner, and nobody who may do more."""

import pytest

from tests.cluster.node.paperless import lose, policy, told
from tests.mover import tree

pytestmark = pytest.mark.cluster

UID, GID, FS_GROUP = 2000, 2000, 5000
RESTRICTED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def writer(fs_group):
    """A pod that mounts the app's volume as apps do, and touches nothing itself."""
    container = {
        "name": "app",
        "image": "backplan.dev/busybox:1",
        "command": ["sleep", "infinity"],
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        "securityContext": RESTRICTED,
    }
    user = {"runAsNonRoot": True, "runAsUser": UID, "fsGroup": fs_group, "seccompProfile": {"type": "RuntimeDefault"}}
    data = {"name": "data", "persistentVolumeClaim": {"claimName": "paperless-data"}}
    spec = {"containers": [container], "securityContext": user, "volumes": [data], "terminationGracePeriodSeconds": 0}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "writer"}, "spec": spec}


def whole(folder):
    """All that is known of a volume, its root too."""
    return {**tree.describe(folder), ".": tree.facts(folder, folder, {})}


def refusals(namespace, job):
    """Of a Job's pods, as `kubectl describe job` shows them."""
    events = [event for event in namespace.all("Event") if event["involvedObject"]["name"] == job]
    return [event["message"] for event in events if event["reason"] == "FailedCreate"]


def test_backup_leaves_every_mode_and_owner_and_a_restore_brings_them_back(namespace):
    data = namespace.claim("paperless-data")
    tree.fill(data, UID, GID)
    before, files = whole(data), tree.describe(data)
    groups = f"runAsGroup: {GID}, fsGroup: {FS_GROUP}"
    namespace.render(policy(namespace).replace("runAsGroup: 3000, fsGroup: 3000", groups))
    assert told(namespace.finished(namespace.job("paperless-init-"))) == ("Complete", "ok")
    assert told(namespace.run("paperless-backup", "first")) == ("Complete", "ok")
    assert whole(data) == before

    namespace.apply(writer(FS_GROUP))
    namespace.wait_for("pod", lambda: namespace.get("Pod", "writer")["status"]["phase"] == "Running")
    seized = tree.describe(data)["pg"]
    assert (files["pg"]["mode"], files["pg"]["owner"]) == ("drwx------", (UID, GID))
    assert (seized["mode"], seized["owner"]) == ("drwxrws---", (UID, FS_GROUP)), "what a mount to write does here"

    data = lose(namespace)
    assert told(namespace.run("paperless-restore", "disaster")) == ("Complete", "restored")
    assert tree.restored(data) == files
    assert data.stat().st_gid == FS_GROUP


def test_namespace_admits_no_pod_that_may_become_root(namespace):
    careless = writer(FS_GROUP)
    del careless["spec"]["securityContext"]["runAsNonRoot"]
    careless["metadata"]["namespace"] = namespace.name
    refused = namespace.api.apply(careless)
    assert refused.status == 403
    assert 'violates PodSecurity "restricted:latest": runAsNonRoot != true' in refused.body["message"]


def test_mover_with_a_capability_of_root_is_refused_and_the_job_tells_why(namespace):
    namespace.claim("paperless-data")
    namespace.render(policy(namespace).replace("mover: {", "mover: {capabilities: [DAC_READ_SEARCH], "))
    job = namespace.job("paperless-init-")
    namespace.wait_for("refusal", lambda: bool(refusals(namespace, job)))
    assert 'violates PodSecurity "restricted:latest"' in refusals(namespace, job)[0]
    assert 'must not include "DAC_READ_SEARCH"' in refusals(namespace, job)[0]
    assert namespace.all("Pod") == []
