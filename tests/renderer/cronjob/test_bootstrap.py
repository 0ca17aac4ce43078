"""The bootstrap Component, built by kustomize into workloads that have init containers and volumes of their own."""

import copy
import subprocess
from collections import Counter

import pytest
import yaml

from renderer.cli import main
from tests.renderer.cronjob.policies import TWO_VOLUMES, policy, repository
from tests.tools import require

BOOTSTRAP = "{bootstrap: {workload: {kind: Deployment, name: web}}}"
OWN_VOLUMES = [
    {"name": "tmp", "emptyDir": {}},
    {"name": "data", "persistentVolumeClaim": {"claimName": "web-data"}},
    {"name": "config", "configMap": {"name": "web"}},
]


def workload(kind="Deployment", name="web", namespace=None, **pod):
    spec = {
        "initContainers": [
            {"name": "migrate", "image": "web", "volumeMounts": [{"name": "data", "mountPath": "/var"}]}
        ],
        "containers": [{"name": "web", "image": "web", "volumeMounts": [{"name": "data", "mountPath": "/var"}]}],
        "volumes": OWN_VOLUMES,
        "securityContext": {"fsGroup": 568},
        **pod,
    }
    metadata = {"name": name, "labels": {"app": name}, **({"namespace": namespace} if namespace else {})}
    template = {"metadata": {"labels": {"app": name}}, "spec": {key: value for key, value in spec.items() if value}}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": metadata,
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template},
    }


@pytest.fixture
def built(tmp_path, monkeypatch, capsys):
    """What kustomize makes of an app and the Component of its policy, by kind and name."""
    kustomize = require("kustomize")

    def build(*apps, namespace=None, **keys):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "backup-policy.yaml").write_text(policy(**{"restore": BOOTSTRAP, **keys}))
        assert main(["render", "backup-policy.yaml", "--out", "backup"]) == 0, capsys.readouterr().err
        (tmp_path / "app.yaml").write_text(yaml.safe_dump_all(copy.deepcopy(apps)))
        kustomization = {
            "resources": ["app.yaml", "backup/shop/web"],
            "components": ["backup/shop/web/bootstrap"],
            **({"namespace": namespace} if namespace else {}),
        }
        (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        done = subprocess.run([kustomize, "build", "."], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(done.stdout)}

    return build


def pod(found, kind="Deployment", name="web"):
    return found[kind, name]["spec"]["template"]["spec"]


def claims(volumes):
    return Counter(one["persistentVolumeClaim"]["claimName"] for one in volumes if "persistentVolumeClaim" in one)


def assert_sound(spec):
    """Mounts have volumes, names are unique, and no claim stands in two volumes: such a pod hangs."""
    names = [one["name"] for one in spec["volumes"]]
    assert len(names) == len(set(names))
    assert set(claims(spec["volumes"]).values()) <= {1}
    containers = [*spec["initContainers"], *spec["containers"]]
    assert len({one["name"] for one in containers}) == len(containers)
    for container in containers:
        assert {mount["name"] for mount in container["volumeMounts"]} <= set(names)
        paths = [mount["mountPath"] for mount in container["volumeMounts"]]
        assert len(paths) == len(set(paths))


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_restore_comes_first_and_changes_nothing_else(built, kind):
    before = workload(kind)
    after = built(before, restore=f"{{bootstrap: {{workload: {{kind: {kind}, name: web}}}}}}")[kind, "web"]
    spec = after["spec"]["template"]["spec"]
    assert_sound(spec)
    first, *others = spec["initContainers"]
    assert first["name"] == "backplan-restore-1"
    assert {"name": "data", "mountPath": "/data"} in first["volumeMounts"]
    spec["initContainers"] = others
    spec["volumes"] = [one for one in spec["volumes"] if not one["name"].startswith("backplan-")]
    assert after == before


def test_app_without_init_containers_and_further_volumes(built):
    spec = pod(built(workload(initContainers=None, volumes=OWN_VOLUMES[1:2])))
    assert_sound(spec)
    assert [one["name"] for one in spec["initContainers"]] == ["backplan-restore-1"]


def test_volume_may_be_called_otherwise_in_the_pod(built):
    volumes = [{"name": "storage", "persistentVolumeClaim": {"claimName": "web-data"}}]
    mounts = [{"name": "storage", "mountPath": "/var"}]
    app = workload(volumes=volumes, initContainers=None, containers=[{"name": "web", "volumeMounts": mounts}])
    spec = pod(built(app, restore="{bootstrap: {workload: {kind: Deployment, name: web, volume: storage}}}"))
    assert_sound(spec)
    assert {"name": "storage", "mountPath": "/data"} in spec["initContainers"][0]["volumeMounts"]


def test_volume_of_a_claim_template_is_found(built):
    app = workload("StatefulSet", volumes=None, initContainers=None)
    app["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}]
    found = built(app, restore="{bootstrap: {workload: {kind: StatefulSet, name: web}}}")["StatefulSet", "web"]
    spec = found["spec"]["template"]["spec"]
    assert claims(spec["volumes"]) == {}
    assert {"name": "data", "mountPath": "/data"} in spec["initContainers"][0]["volumeMounts"]
    assert found["spec"]["volumeClaimTemplates"] == app["spec"]["volumeClaimTemplates"]


def test_two_volumes_of_one_workload_are_restored_one_after_the_other(built):
    volumes = [
        {"name": "data", "persistentVolumeClaim": {"claimName": "a"}},
        {"name": "media", "persistentVolumeClaim": {"claimName": "b"}},
    ]
    spec = pod(built(workload(volumes=volumes), volumes=TWO_VOLUMES))
    assert_sound(spec)
    assert [one["name"] for one in spec["initContainers"]] == ["backplan-restore-1", "backplan-restore-2", "migrate"]
    hosts = [environment(one)["BACKPLAN_HOST"] for one in spec["initContainers"][:2]]
    assert hosts == ["shop/web/data", "shop/web/media"]
    assert claims(spec["volumes"]) == {"a": 1, "b": 1}


def test_two_workloads_restore_each_its_own(built):
    def target(name, volume, workload):
        bootstrap = f"{{bootstrap: {{workload: {{{workload}}}}}}}"
        return f"{{name: {name}, volumes: [{{name: {volume}, claim: {volume}}}], restore: {bootstrap}}}"

    targets = [target("one", "data", "kind: Deployment, name: web"), target("two", "db", "kind: StatefulSet, name: db")]
    found = built(
        workload(volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]),
        workload("StatefulSet", "db", volumes=[{"name": "db", "persistentVolumeClaim": {"claimName": "db"}}]),
        claim=None,
        restore=None,
        targets=f"[{', '.join(targets)}]",
    )
    for kind, name, volume in (("Deployment", "web", "data"), ("StatefulSet", "db", "db")):
        first, *others = pod(found, kind, name)["initContainers"]
        assert environment(first)["BACKPLAN_HOST"] == f"shop/web/{volume}"
        assert [one["name"] for one in others] == ["migrate"]


def test_namespace_of_the_workload_may_come_from_the_kustomization(built):
    found = built(workload(), namespace="shop")
    assert found["Deployment", "web"]["metadata"]["namespace"] == "shop"
    assert pod(found)["initContainers"][0]["name"] == "backplan-restore-1"


def test_namespace_of_the_workload_may_stand_in_its_manifest(built):
    assert pod(built(workload(namespace="shop")))["initContainers"][0]["name"] == "backplan-restore-1"


def test_built_twice_is_the_same(built):
    assert built(workload()) == built(workload())


def environment(container):
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container["env"]}


def test_restore_is_told_what_to_restore_and_whose_pod_it_is_in(built):
    restore = (
        '{bootstrap: {onMissing: empty, token: second, asOf: "2026-03-01T00:00:00Z", previous: 1, '
        "workload: {kind: Deployment, name: web}}}"
    )
    first = pod(built(workload(), restore=restore, repository=repository("customCA: {secretName: ca, key: k}")))[
        "initContainers"
    ][0]
    told = environment(first)
    wanted = {
        "BACKPLAN_OPERATION": "bootstrap",
        "BACKPLAN_HOST": "shop/web/data",
        "BACKPLAN_RESTORE": "bootstrap",
        "BACKPLAN_TOKEN": "second",
        "BACKPLAN_AS_OF": "2026-03-01T00:00:00Z",
        "BACKPLAN_PREVIOUS": "1",
        "BACKPLAN_ON_MISSING": "empty",
        "BACKPLAN_POD": {"fieldRef": {"fieldPath": "metadata.name"}},
        "BACKPLAN_TIMEOUT": "120",
    }
    assert {key: told.get(key) for key in wanted} == wanted
    assert first["envFrom"] == [{"secretRef": {"name": "restic"}}]
    assert "/ca" in {mount["mountPath"] for mount in first["volumeMounts"]}


def test_guest_is_as_closed_as_a_mover_and_runs_as_the_app(built):
    spec = pod(built(workload()))
    assert spec["initContainers"][0]["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert spec["securityContext"] == {"fsGroup": 568}


def test_script_is_the_rendered_one(built):
    found = built(workload())
    volumes = {one["name"]: one for one in pod(found)["volumes"]}
    assert ("ConfigMap", volumes["backplan-1-mover"]["configMap"]["name"]) in found
