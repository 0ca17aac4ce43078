"""Restores from a policy to an identical folder: each object runs as it was rendered, with the real restic."""

import os
import subprocess
import sys

import pytest
import yaml

from tests.mover import tree
from tests.mover.pod import Pod, template_of
from tests.mover.rootfs import SHELLS
from tests.mover.test_end_to_end import APP, POLICY, UID, Cluster, containers
from tests.tools import ROOT

pytestmark = pytest.mark.mover

RESTORES = """\
  drill: {minFiles: 3, maxAge: 36h, sample: 5}
  restore: {bootstrap: {workload: {kind: Deployment, name: paperless}}}
  restores:
    - {name: check, token: first, to: {claim: paperless-check}}
"""
APP_CONTAINER = {
    "name": "app",
    "image": "app",
    "command": ["/bin/sh", "-c", "cat /data/pg/PG_VERSION >/dev/termination-log"],
    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
}


@pytest.fixture(params=SHELLS)
def cluster(request, images, tmp_path):
    """A cluster with a backup of an app."""
    made = Cluster(tmp_path, images[request.param], "".join([POLICY, APP, RESTORES]))
    rendered = [raw["metadata"]["name"] for raw in made.manifests if raw["kind"] == "PersistentVolumeClaim"]
    for name in {"paperless-check", *rendered} - {*made.claims}:
        made.claims[name] = tmp_path / name
        made.claims[name].mkdir()
    given(made.claims["paperless-data"])
    tree.fill(made.claims["paperless-data"], UID, UID)
    made.run("Job", "paperless-init-")
    assert made.run("CronJob", "paperless-backup").result["class"] == "ok"
    return made


@pytest.fixture
def before(cluster):
    """What is in the app's volume."""
    return tree.describe(cluster.claims["paperless-data"])


def restored(folder):
    return {path: facts for path, facts in tree.describe(folder).items() if not path.startswith(".backplan")}


def given(folder):
    """To the app's group, as the kubelet does once with a volume: later pods with that fsGroup then change nothing."""
    os.chown(folder, UID, UID)
    folder.chmod(0o2770)


def lose(cluster):
    """The volume."""
    folder = cluster.claims["paperless-data"]
    folder.rename(cluster.folder / "lost")
    folder.mkdir()


def test_declared_restore_fills_its_claim_once(cluster, before):
    first, again = cluster.run("Job", "paperless-check-"), cluster.run("Job", "paperless-check-")
    assert [(outcome.code, outcome.result["class"]) for outcome in (first, again)] == [(0, "restored"), (0, "already")]
    assert restored(cluster.claims["paperless-check"]) == before


def test_restore_on_demand_fills_a_lost_volume_and_no_other(cluster, before):
    refused = cluster.run("CronJob", "paperless-restore")
    assert (refused.code, refused.result["reason"]) == (65, "not-empty")
    lose(cluster)
    outcome = cluster.run("CronJob", "paperless-restore")
    assert (outcome.code, outcome.result["class"]) == (0, "restored"), outcome
    assert restored(cluster.claims["paperless-data"]) == before
    marker = cluster.claims["paperless-data"] / ".backplan" / "restore-on-demand"
    assert marker.read_text().startswith("done:paperless-restore\n"), "its token is its Job's name"
    assert cluster.run("CronJob", "paperless-backup").result["class"] == "ok"


def test_drill_compares_its_sample(cluster):
    outcome = cluster.run("CronJob", "paperless-drill")
    assert (outcome.code, outcome.result["class"], outcome.result["filesCompared"]) == (0, "ok", 5), outcome


def test_bootstrap_fills_the_volume_before_the_app_starts(cluster, before):
    template = patched(cluster)
    lose(cluster)
    for _ in range(2):
        outcome = start(cluster, template)
        assert (outcome.code, outcome.message) == (0, "16\n"), outcome
    assert restored(cluster.claims["paperless-data"]) == before


def test_app_does_not_start_where_its_repository_is_gone(cluster):
    template = patched(cluster)
    lose(cluster)
    cluster.repository.folder.rename(cluster.folder / "gone")
    outcome = start(cluster, template)
    assert (outcome.code, outcome.result["class"]) == (70, "no-repository")
    assert list(cluster.claims["paperless-data"].iterdir()) == []


def patched(cluster):
    """The pod template of an app, as kustomize makes it of the Component's patch."""
    out = cluster.folder / "out"
    command = [sys.executable, "-m", "renderer", "render", cluster.folder / "policy" / "backup-policy.yaml"]
    subprocess.run([*command, "--out", out], cwd=ROOT, capture_output=True, check=True)
    (patch,) = out.rglob("deployment-paperless.yaml")
    template = template_of(yaml.safe_load(patch.read_text()))
    claim = {"name": "data", "persistentVolumeClaim": {"claimName": "paperless-data"}}
    user = {"runAsUser": UID, "runAsGroup": UID, "fsGroup": UID, "fsGroupChangePolicy": "OnRootMismatch"}
    own = {"containers": [APP_CONTAINER], "securityContext": user}
    spec = template["spec"]
    return {"metadata": {"labels": {}}, "spec": spec | own | {"volumes": [claim, *spec["volumes"]]}}


def start(cluster, template):
    cluster.pods += 1
    images = {raw["image"]: cluster.image for raw in containers(template)}
    return Pod(template, cluster.namespace, images, cluster.folder / f"pod-{cluster.pods}", "paperless-7d9f-x2").run()
