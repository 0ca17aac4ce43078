"""Drills: what they restore into is thrown away, and data that has gone behind everybody's back is found."""

import json

import pytest

from tests.cluster.node.paperless import deploy, told
from tests.mover import tree

pytestmark = pytest.mark.cluster

DRILL = """\
  drill: {schedule: "@monthly", capacity: 1Gi, minFiles: 3, maxAge: 48h}
"""
FAILED_AT_ONCE = "PodFailurePolicy"


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def lose_packs(repository):
    """What a disk does that forgets: the packs of file contents go, and all that is still listed is as it was."""
    packs = sorted((path for path in (repository.folder / "data").rglob("*/*")), key=lambda path: path.stat().st_size)
    packs[-1].unlink()
    return packs[-1].name


def test_drill_passes_until_the_repository_has_lost_data(namespace):
    data = deploy(namespace, DRILL)
    before = tree.describe(data)
    assert told(namespace.run("paperless-backup", "first")) == ("Complete", "ok")
    passed = namespace.run("paperless-drill", "drill")
    assert told(passed) == ("Complete", "ok")
    count = len(files(data))
    assert (passed.result["files"], passed.result["filesCompared"]) == (count, count)

    repository = namespace.repository(namespace.name)
    lose_packs(repository)
    failed = namespace.run("paperless-drill", "another-drill")
    assert told(failed) == ("Failed", "damaged")
    assert len(failed.pods) == 1, "another try would find the same"
    (condition,) = [one for one in failed.job["status"]["conditions"] if one["type"] == "Failed"]
    assert condition["reason"] == FAILED_AT_ONCE
    assert "exit code 67" in condition["message"]
    said = namespace.kubectl("logs", "job/another-drill").stdout
    assert "mover: the repository lacks data of this snapshot" in said
    assert tree.describe(data) == before, "a drill has nothing to do with the volume"
    assert repository.locks() == []

    kept = {"paperless-data", "paperless-backup-cache"}
    assert len(claims(namespace) - kept) == 2, "what was restored can be looked at"
    for drill in (passed, failed):
        let_the_day_be_over(namespace, drill.job)
    namespace.wait_for("end of the drills' volumes", lambda: claims(namespace) == kept)


def claims(namespace):
    return {claim["metadata"]["name"] for claim in namespace.all("PersistentVolumeClaim")}


def let_the_day_be_over(namespace, job):
    """The day after which Kubernetes itself removes the Job, and with it the pod and the claim made for it."""
    assert job["spec"]["ttlSecondsAfterFinished"] == 24 * 3600
    soon = json.dumps({"spec": {"ttlSecondsAfterFinished": 1}})
    done = namespace.kubectl("patch", "job", job["metadata"]["name"], "--type=merge", f"--patch={soon}")
    assert done.returncode == 0, done.stderr
