"""Two ways to read a volume that an app has in use, a clone or the volume itself; and two targets of one volume."""

import os

import pytest
import yaml

from tests.cluster.node.namespace import result
from tests.cluster.node.paperless import GID, UID, policy, told
from tests.cluster.node.watching import watched
from tests.mover import tree

pytestmark = pytest.mark.cluster

CLONE = "  copyMethod: Clone\n  capacity: 1Gi\n"
COLOCATE = "  colocate: {matchLabels: {app: paperless}}\n"
APP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: paperless}
spec:
  selector: {matchLabels: {app: paperless}}
  template:
    metadata: {labels: {app: paperless}}
    spec:
      terminationGracePeriodSeconds: 0
      securityContext: {runAsNonRoot: true, runAsUser: 2000, runAsGroup: 3000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: app
          image: backplan.dev/busybox:1
          command: [sleep, infinity]
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: paperless-data}}]
"""
TARGETS = """\
  targets:
    - name: default
    - {{name: nas, repository: {{url: "{url}{namespace}-nas"}}}}
"""


def deployed(namespace, text):
    """Where the app's volume is; its policy is applied, and its repositories are made."""
    data = namespace.claim("paperless-data")
    tree.fill(data, UID, GID)
    namespace.render(text)
    inits = namespace.all("Job", "backplan.dev/operation=init")
    assert [told(namespace.finished(job["metadata"]["name"])) for job in inits] == [("Complete", "ok") for _ in inits]
    return data


@pytest.mark.parametrize("grouped", [True, False], ids=["the app has an fsGroup", "it has none"])
def test_clone_is_saved_as_the_volume_is_and_gone_with_its_pod(namespace, tmp_path, grouped):
    text = policy(namespace, CLONE)
    data = deployed(namespace, text if grouped else text.replace(", fsGroup: 3000", ""))
    data.chmod(0o2775 if grouped else 0o755)  # as the kubelet leaves a volume that has a group
    before, others = tree.describe(data), names(namespace, "PersistentVolumeClaim")
    with watched(namespace, "pods") as pods, watched(namespace, "persistentvolumeclaims") as claims:
        namespace.kubectl("create", "job", "first", "--from=cronjob/paperless-backup")
        said = result(pods.until_gone("first-"))  # the CronJob's history keeps no Job
        clone = claims.until_gone("first-")
    assert said["class"] == "ok"
    assert clone["spec"]["dataSource"]["name"] == "paperless-data"
    copy = namespace.bed.cluster.volumes / clone["spec"]["volumeName"]
    namespace.wait_for("end of the clone", lambda: not copy.exists())
    assert names(namespace, "PersistentVolumeClaim") == others
    assert names(namespace, "Job", "backplan.dev/operation=backup") == []
    assert tree.describe(data) == before
    assert tree.describe(namespace.repository(namespace.name).restore(tmp_path / "saved")) == before


def test_volume_of_one_node_is_saved_beside_its_app_and_without_it(namespace):
    data = deployed(namespace, policy(namespace, COLOCATE))
    namespace.apply(yaml.safe_load(APP))
    namespace.wait_for("app", lambda: phases(namespace) == ["Running"])
    before, app = tree.describe(data), namespace.all("Pod", "app=paperless")[0]
    beside = namespace.run("paperless-backup", "beside")
    assert told(beside) == ("Complete", "ok")
    assert phases(namespace) == ["Running"]
    assert namespace.all("Pod", "app=paperless")[0]["metadata"]["uid"] == app["metadata"]["uid"]
    assert beside.pods[0]["spec"]["nodeName"] == app["spec"]["nodeName"]
    (wish,) = beside.pods[0]["spec"]["affinity"]["podAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    assert wish["podAffinityTerm"]["labelSelector"] == {"matchLabels": {"app": "paperless"}}

    namespace.kubectl("scale", "deployment/paperless", "--replicas=0")
    namespace.wait_for("end of the app", lambda: phases(namespace) == [])
    (data / "later").write_text("by hand, while the app is away\n")
    os.chown(data / "later", UID, GID)
    alone = namespace.run("paperless-backup", "alone")
    assert (told(alone), alone.result["filesNew"]) == (("Complete", "ok"), 1)
    (data / "later").unlink()
    assert without_times(tree.describe(data)) == without_times(before)


def test_each_of_two_targets_has_the_data(namespace):
    said = TARGETS.format(url=namespace.bed.rest.url, namespace=namespace.name)
    saved = tree.describe(deployed(namespace, policy(namespace, said)))
    for name in ("default", "nas"):
        cron_job = "paperless-backup" if name == "default" else "paperless-nas-backup"
        namespace.kubectl("create", "job", name, f"--from=cronjob/{cron_job}")
        namespace.claim(f"from-{name}")
    assert [told(namespace.finished(name)) for name in ("default", "nas")] == [("Complete", "ok")] * 2
    repositories = [namespace.repository(name) for name in (namespace.name, f"{namespace.name}-nas")]
    assert [len(repository.snapshots()) for repository in repositories] == [1, 1]
    assert repositories[0].snapshots()[0]["id"] != repositories[1].snapshots()[0]["id"]

    for name in ("default", "nas"):
        printed = namespace.backplan("restore", "paperless", "--target", name, "--to", f"from-{name}", "--token", name)
        namespace.apply(yaml.safe_load(printed.stdout))
    jobs = names(namespace, "Job", "backplan.dev/operation=restore")
    assert [told(namespace.finished(job)) for job in jobs] == [("Complete", "restored")] * 2
    assert [tree.restored(namespace.volume(f"from-{name}")) for name in ("default", "nas")] == [saved, saved]


def names(namespace, kind, selector=""):
    return [one["metadata"]["name"] for one in namespace.all(kind, selector)]


def phases(namespace):
    return [pod["status"]["phase"] for pod in namespace.all("Pod", "app=paperless")]


def without_times(described):
    return {path: {key: fact for key, fact in facts.items() if key != "modified"} for path, facts in described.items()}
