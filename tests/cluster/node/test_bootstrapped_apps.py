"""Deploy or restore: an app on an empty volume starts with its data, once; without a backup, as its policy says."""

import shutil

import pytest

from tests.cluster.node.paperless import deploy, lose, policy, told
from tests.cluster.node.workload import ANEW, BOOTSTRAP, PODS, bootstrapped, restart, running, start
from tests.mover import tree

pytestmark = pytest.mark.cluster

SLOWLY = """\
  targets: [{name: default, mover: {limitDownload: 500}}]
"""
"""The second replica is there long before the first one has all."""
EMPTY = BOOTSTRAP.replace("workload", "onMissing: empty, workload")


def saved(namespace, more=""):
    """What a backup of an app has."""
    data = deploy(namespace, more)
    assert told(namespace.run("paperless-backup", "first")) == ("Complete", "ok")
    return tree.describe(data)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def requests(namespace):
    """To the app's repository alone: what another test has left may still be on its way out."""
    return sum(f"/{namespace.name}/" in line for line in namespace.bed.rest.log.read_text().splitlines())


def shown(namespace):
    """What `kubectl get pods` says of the app."""
    return namespace.kubectl("get", "pods", f"--selector={PODS}", "--no-headers").stdout.split()[2]


def logged(namespace):
    return namespace.kubectl("logs", f"--selector={PODS}", "--container=backplan-restore-1").stdout


def clear(data):
    """What a person does who deletes all that an app has."""
    for path in data.iterdir():
        if path.name != ".backplan":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def test_app_starts_with_its_data_on_an_empty_cluster_and_what_is_deleted_later_stays_so(new_namespace):
    lost = new_namespace("deploy-or-restore")
    before = saved(lost)
    lost.kubectl("delete", "namespace", lost.name)
    namespace = new_namespace(lost.name)
    data = namespace.claim("paperless-data")
    namespace.render(policy(namespace, BOOTSTRAP))
    start(namespace)
    (pod,) = running(namespace)
    found = bootstrapped(pod)
    assert (found["exit"], found["class"], found["operation"]) == (0, "restored", "bootstrap")
    assert tree.restored(data) == before, "the app would have made new files if it had started without these"
    assert told(namespace.finished(namespace.job("paperless-init-"))) == ("Complete", "already")

    (data / "run.sh").unlink()
    asked = requests(namespace)
    assert asked
    assert bootstrapped(restart(namespace))["class"] == "present"
    assert tree.restored(data) == {path: facts for path, facts in before.items() if path != "run.sh"}
    clear(data)
    assert bootstrapped(restart(namespace))["class"] == "emptied"
    assert names(data) == [".backplan", ANEW]
    assert requests(namespace) == asked, "a restart asks nobody"


def test_app_that_was_never_backed_up_does_not_start_until_it_may_start_empty(namespace):
    data = namespace.claim("paperless-data")
    namespace.render(policy(namespace, BOOTSTRAP))
    assert told(namespace.finished(namespace.job("paperless-init-"))) == ("Complete", "ok")
    start(namespace)
    namespace.wait_for("refusal", lambda: any(map(bootstrapped, namespace.all("Pod", PODS))))
    (pod,) = namespace.all("Pod", PODS)
    refused = bootstrapped(pod)
    assert (refused["exit"], refused["class"]) == (66, "no-snapshot")
    namespace.wait_for("sight of it", lambda: shown(namespace) in {"Init:Error", "Init:CrashLoopBackOff"})
    said = f"mover: no snapshot fits: host '{namespace.name}/paperless/data'"
    namespace.wait_for("word of it", lambda: said in logged(namespace))  # of the last try; the next may have begun
    namespace.wait_for("empty volume", lambda: names(data) == [])
    (status,) = pod["status"]["containerStatuses"]
    assert "waiting" in status["state"]

    namespace.render(policy(namespace, EMPTY))
    start(namespace)
    (pod,) = running(namespace)
    assert bootstrapped(pod)["class"] == "empty"
    assert names(data) == [ANEW]


def test_two_replicas_on_one_volume_restore_once(namespace):
    before = saved(namespace, BOOTSTRAP + SLOWLY)
    data = lose(namespace)
    start(namespace, replicas=2)
    pods = running(namespace, replicas=2)
    assert sorted(bootstrapped(pod)["class"] for pod in pods) == ["present", "restored"]
    assert tree.restored(data) == before
    assert names(data / ".backplan") == ["restore-bootstrap"]
