"""Restore Jobs as they are rendered: applied again in whatever way, they change nothing; of nothing, they fail.

That nothing is changed is told by inodes and their times of change too, which no program can set.
"""

import shutil

import pytest

from tests.mover.cluster import APP, CHECK, POLICY, given
from tests.mover.container import told
from tests.mover.tree import describe

pytestmark = pytest.mark.mover


def whole(folder):
    """A folder with its root, to the last nanosecond."""
    entries = {path: path.lstat() for path in (folder, *folder.rglob("*"))}
    return describe(folder), {path: (said.st_ino, said.st_ctime_ns, said.st_mtime_ns) for path, said in entries.items()}


@pytest.fixture(params=["ash", "dash"])
def moved_on(request, deployed):
    """A claim that a declared restore has filled, that its app has changed since, and that has newer backups."""
    cluster = deployed(APP, CHECK, shell=request.param)
    cluster.saved()
    target = cluster.claim("paperless-check")
    first = cluster.run("Job", "paperless-check-")
    assert told(first) == (0, "restored"), first
    (target / "run.sh").write_text("#!/bin/sh\n# the app's own by now\n")
    (target / "new").write_text("not of any snapshot\n")
    (target / "big").unlink()
    shutil.rmtree(target / "deep")
    cluster.write("later", "of a newer snapshot\n")
    cluster.saved()
    return cluster, target


def test_restore_job_that_is_applied_again_changes_nothing(moved_on):
    cluster, target = moved_on
    before = whole(target)
    for _ in range(2):
        assert told(cluster.run("Job", "paperless-check-")) == (0, "already")
    assert whole(target) == before


def test_restore_job_with_another_image_is_the_same_job_and_changes_nothing(moved_on, images):
    cluster, target = moved_on
    before, job = whole(target), cluster.manifest("Job", "paperless-check-")
    mover = APP.replace("{securityContext", "{image: mirror.example.com/restic:0.18.1, securityContext")
    cluster.apply(POLICY + mover + CHECK.replace("token: first", "token: first, labels: {team: archive}"))
    again = cluster.manifest("Job", "paperless-check-")
    assert again["metadata"]["name"] == job["metadata"]["name"]
    assert again["spec"] != job["spec"]
    for cluster.image in images.values():
        assert told(cluster.run("Job", "paperless-check-")) == (0, "already")
    assert whole(target) == before


def test_restore_job_that_is_made_anew_after_its_deletion_changes_nothing(moved_on):
    """Deleted with pods, caches and, what is worse, the repository and its Secret."""
    cluster, target = moved_on
    before = whole(target)
    shutil.rmtree(cluster.folder / "pod-2")
    shutil.rmtree(cluster.repository.folder)
    cluster.namespace("documents").secrets["restic"] = {}
    overwriting = CHECK.replace("token: first,", "token: first, overwrite: true, enableFileDeletion: true,")
    cluster.apply(POLICY + APP + overwriting)
    assert told(cluster.run("Job", "paperless-check-")) == (0, "already")
    assert whole(target) == before


NOTHING = {
    "before the first snapshot": ({"BACKPLAN_AS_OF": "2020-02-29T12:00:00Z"}, (66, "no-snapshot")),
    "more snapshots back than there are": ({"BACKPLAN_PREVIOUS": "9999"}, (66, "no-snapshot")),
    "a date that is none": ({"BACKPLAN_AS_OF": "last tuesday"}, (64, "error")),
    "a mistyped repository": ({"RESTIC_REPOSITORY": "/mnt/backups/paperles"}, (70, "no-repository")),
}
OVERWRITING = {"BACKPLAN_OVERWRITE": "true", "BACKPLAN_DELETE": "true"}


def test_restore_of_nothing_on_demand_fails_and_leaves_a_full_volume_as_it_is(deployed):
    """Somebody added to the Job with `kubectl set env`, and even allowed it to overwrite and to delete."""
    cluster = deployed(APP)
    cluster.saved()
    data = given(cluster.claim("paperless-data"))
    before, failed = describe(data), {}
    for what, (env, _) in NOTHING.items():
        outcome = cluster.run("CronJob", "paperless-restore", **env, **OVERWRITING)
        assert "snapshot" not in outcome.result
        failed[what] = told(outcome)
    assert failed == {what: expected for what, (_, expected) in NOTHING.items()}
    assert describe(data) == before
    assert [path.name for path in cluster.claim("backups").iterdir()] == ["paperless"], "no repository is made"
    assert len(cluster.repository.snapshots()) == 1
