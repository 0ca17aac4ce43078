"""VolSync's own end-to-end scenarios for its restic mover, with movers that run as a policy renders them.

Each docstring has the scenario's number in docs/moving-from-volsync.md and, where ours differs on purpose, what VolSync
does instead. Those that are about a server are in `test_volsync_servers.py`.
"""

import os
from datetime import UTC, datetime

import pytest

from tests.mover import tree
from tests.mover.cluster import APP, CHECK, GID, POLICY, UID, given
from tests.mover.container import told
from tests.mover.pod import template_of

pytestmark = pytest.mark.mover


def test_mover_with_the_rights_of_root_brings_back_every_owner(deployed):
    """2. VolSync's `privileged-movers`."""
    rights = "[DAC_READ_SEARCH, DAC_OVERRIDE, CHOWN, FOWNER, FSETID]"
    user = "{runAsUser: 0, runAsGroup: 0, runAsNonRoot: false}"
    cluster = deployed(f"  mover: {{securityContext: {user}, capabilities: {rights}}}\n", CHECK)
    data = cluster.claim("paperless-data")
    for number, path in enumerate(sorted(data.rglob("*"))):
        os.chown(path, 3000 + number % 5, 4000 + number % 3, follow_symlinks=False)
    before = cluster.saved()
    cluster.claim("paperless-check")
    assert told(cluster.run("Job", "paperless-check-")) == (0, "restored")
    assert tree.restored(cluster.claim("paperless-check")) == before


def test_restore_leaves_nothing_but_the_claim_that_it_filled(deployed):
    """3. VolSync leaves a claim for the data and one for the cache, unless `cleanupTempPVC` and `cleanupCachePVC`."""
    policy = APP + CHECK.replace("{claim: paperless-check}", "{claim: paperless-check, create: {capacity: 1Gi}}")
    cluster = deployed(policy)
    before = cluster.saved()
    claims = {*cluster.namespace("documents").claims}
    assert claims == {"paperless-data", "paperless-check", "paperless-backup-cache", "backups"}
    volumes = template_of(cluster.manifest("Job", "paperless-check-"))["spec"]["volumes"]
    used = {raw["persistentVolumeClaim"]["claimName"] for raw in volumes if "persistentVolumeClaim" in raw}
    assert used == {"paperless-check", "backups"}
    assert told(cluster.run("Job", "paperless-check-")) == (0, "restored")
    assert tree.restored(cluster.claim("paperless-check")) == before
    (cluster.claim("paperless-check") / "big").write_text("moved on\n")
    cluster.apply(POLICY + policy.replace("token: first,", "token: second, overwrite: true,"))
    assert told(cluster.run("Job", "paperless-check-")) == (0, "restored")
    assert tree.restored(cluster.claim("paperless-check")) == before
    assert {*cluster.namespace("documents").claims} == claims


def test_repository_may_lie_on_a_claim(deployed):
    """5. VolSync's `moverVolumes`."""
    cluster = deployed(APP, CHECK)
    before = cluster.saved()
    cluster.claim("paperless-check")
    assert told(cluster.run("Job", "paperless-check-")) == (0, "restored")
    assert tree.restored(cluster.claim("paperless-check")) == before
    assert cluster.repository.is_sound()


LONG = "a-name-as-long-as-kubernetes-lets-a-namespaced-thing-be-called"
SHORTER = """\
  names:
    cronJob: long-backup
    maintenance: long-maintenance
    restore: "long-{restore}"
    init: long-init
    configMap: long-mover
"""


def test_long_name_is_refused_with_the_cure_and_then_runs(deployed):
    """6. VolSync shortens what is too long with a hash, so nobody finds the Job; here the names are the user's."""
    cluster = deployed(APP)
    long = POLICY.replace("name: paperless,", f"name: {LONG},")
    (cluster.source / "backup-policy.yaml").write_text(long + APP)
    refused = cluster.render()
    assert refused.returncode == 1
    assert (
        f"the CronJob name '{LONG}-backup' is longer than 52 characters; shorten it with spec.names" in refused.stderr
    )
    cluster.apply(long + APP + SHORTER)
    before = tree.describe(cluster.claim("paperless-data"))
    assert told(cluster.run("CronJob", "long-backup")) == (0, "ok")
    cluster.lose("paperless-data")
    assert told(cluster.run("CronJob", "long-restore")) == (0, "restored")
    assert tree.restored(cluster.claim("paperless-data")) == before
    assert [one["hostname"] for one in cluster.repository.snapshots()] == [f"documents/{LONG}/data"]


NEVER = """\
  restores:
    - {name: beyond, token: x, previous: 9999, to: {claim: paperless-check}}
    - {name: too-early, token: x, asOf: "1980-01-01T00:00:00Z", to: {claim: paperless-other}}
"""


@pytest.mark.parametrize(("name", "claim"), [("beyond", "check"), ("too-early", "other")])
def test_restore_that_no_snapshot_fits_fails_and_leaves_the_claim_as_it_is(deployed, name, claim):
    """10 and 11: VolSync ends with a success and an empty volume."""
    cluster = deployed(APP, NEVER)
    target = cluster.claim(f"paperless-{claim}")
    cluster.saved()
    outcome = cluster.run("Job", f"paperless-{name}-")
    assert told(outcome) == (66, "no-snapshot"), outcome
    assert [*target.iterdir()] == []


def test_restore_as_of_a_time_brings_what_there_was_then(deployed):
    """11."""
    cluster = deployed(APP)
    earlier = cluster.saved()
    moment = datetime.now(UTC).isoformat()  # noqa: TID251 - restic's snapshots are of now
    cluster.write("later", "after the first backup\n")
    now = cluster.saved()
    found = {}
    for when in (moment, "2100-01-01T00:00:00Z"):
        claim = cluster.claim(f"paperless-{len(found)}")
        declared = f'  restores: [{{name: then, token: x, asOf: "{when}", to: {{claim: {claim.name}}}}}]\n'
        cluster.apply(POLICY + APP + declared)
        assert told(cluster.run("Job", "paperless-then-")) == (0, "restored")
        found[when] = tree.restored(claim)
    assert [*found.values()] == [earlier, now]
    assert earlier != now


def test_restore_removes_what_the_snapshot_lacks_where_it_shall(deployed):
    """12. Where VolSync's restores begin in a claim that is not empty, ours need `overwrite: true` to do so."""
    cluster = deployed(APP, CHECK.replace("token: first,", "token: first, overwrite: true, enableFileDeletion: true,"))
    before = cluster.saved()
    target = given(cluster.claim("paperless-check"))
    for name in ("extra", "more/and/more", "pg/extra", "big", "lost+found/inode"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("not of the snapshot\n")
    for path in target.rglob("*"):
        os.chown(path, UID, GID)
    outcome = cluster.run("Job", "paperless-check-")
    assert told(outcome) == (0, "restored"), outcome
    after = tree.restored(target)
    assert {*after} - {*before} == {"lost+found", "lost+found/inode"}, "it is the filesystem's own"
    assert {path: after[path] for path in before} == before


def test_each_tick_and_each_run_by_hand_is_one_snapshot(deployed):
    """13. Without a trigger VolSync saves without a pause; a CronJob has ticks, and `kubectl create job --from`."""
    cluster = deployed(APP)
    for text in ("first tick", "second tick", "by hand"):
        cluster.write("changing", text)
        cluster.saved()
    assert len(cluster.repository.snapshots()) == 3
    assert told(cluster.run("CronJob", "paperless-backup")) == (0, "unchanged")
    assert len(cluster.repository.snapshots()) == 3
