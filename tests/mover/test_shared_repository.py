"""One repository of a fleet, many apps: what one does, says or suffers leaves the others' snapshots as they are.

The apps are called alike on purpose: one like the beginning of another, one like another in its own namespace, and all
their volumes `data`.
"""

import collections
import itertools
import os

import pytest

from tests.mover.cluster import GID, UID, Cluster, given
from tests.mover.container import told
from tests.mover.pod import template_of

pytestmark = pytest.mark.mover

FLEET = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupFleet
spec:
  cluster: home
  policies: ["apps/{namespace}/{app}/backup-policy.yaml"]
  defaults:
    schedule: "@daily"
    retain: {last: 7}
    repository: {ref: offsite, secret: {name: restic}}
    mover: {securityContext: {runAsUser: 2000, runAsGroup: 3000, fsGroup: 3000}}
  repositories:
    - {name: offsite, url: "%s", namespace: backups, secret: {name: restic}, pruneIntervalDays: 1, check: {subsets: 1}}
"""
POLICY = "apiVersion: backplan.dev/v1alpha1\nkind: BackupPolicy\nspec:\n  claim: data-of-{app}\n"
APPS = [("documents", "paper"), ("documents", "paperless"), ("media", "paper")]
PAPER, PAPERLESS, OTHER_PAPER = APPS
names = (f"shared-{number}" for number in itertools.count())


class Fleet:
    """Apps with a file each, at work in one repository."""

    def __init__(self, cluster: Cluster, repository) -> None:
        self.cluster = cluster
        self.repository = repository
        for namespace, app in APPS:
            given(cluster.claim(f"data-of-{app}", namespace))

    def file(self, app):
        return self.cluster.claim(f"data-of-{app[1]}", app[0]) / "file"

    def run(self, operation, app, **env):
        return self.cluster.run("CronJob", f"{app[1]}-{operation}", app[0], **env)

    def save(self, app, *texts):
        for text in texts:
            self.file(app).write_text(text)
            os.chown(self.file(app), UID, GID)
            outcome = self.run("backup", app)
            assert told(outcome) == (0, "ok"), outcome

    def maintain(self, **env):
        return self.cluster.run("CronJob", "offsite-maintenance", "backups", **env)

    def snapshots(self):
        """Ids by app, oldest first."""
        found = collections.defaultdict(list)
        for one in self.repository.snapshots():
            cluster, namespace, app, volume = one["hostname"].split("/")
            assert (cluster, volume) == ("home", "data")
            found[namespace, app].append(one["id"])
        return dict(found)


@pytest.fixture
def fleet(images, tmp_path, rest, new_repository):
    """Makes a fleet; what a policy says besides its claim, by app."""

    def make(said=()):
        said = dict(said)
        name = next(names)
        repository = rest.repository(name)
        repository.copy_of(new_repository)
        policies = {
            f"apps/{namespace}/{app}/backup-policy.yaml": POLICY.format(app=app) + said.get((namespace, app), "")
            for namespace, app in APPS
        }
        return Fleet(
            Cluster(tmp_path, images["ash"], {"backplan.yaml": FLEET % (rest.url + name)} | policies), repository
        )

    return make


def test_each_app_gets_its_own_back(fleet):
    made = fleet({PAPER: "  drill: {minFiles: 2}\n"})
    for app in APPS:
        made.save(app, f"{app} then", f"{app} now")
    (made.file(PAPERLESS).with_name("second")).write_text("only the neighbour has two\n")
    made.save(PAPERLESS, "newest of all")
    drill = made.run("drill", PAPER)
    assert (*told(drill), drill.result["files"]) == (67, "mismatch", 1), "the neighbour's two files are not counted"
    for app, expected in zip(APPS, (f"{PAPER} now", "newest of all", f"{OTHER_PAPER} now"), strict=True):
        made.cluster.lose(f"data-of-{app[1]}", app[0])
        assert told(made.run("restore", app, BACKPLAN_PREVIOUS="9")) == (66, "no-snapshot")
        assert told(made.run("restore", app)) == (0, "restored")
        assert made.file(app).read_text() == expected
    made.cluster.lose("data-of-paper", "documents")
    assert told(made.run("restore", PAPER, BACKPLAN_PREVIOUS="1")) == (0, "restored")
    assert made.file(PAPER).read_text() == f"{PAPER} then"


def test_each_apps_retain_is_for_its_own_snapshots(fleet):
    made = fleet({PAPER: "  retain: {last: 1}\n", PAPERLESS: "  retain: {last: 2}\n"})
    for number in range(3):
        for app in APPS:
            made.save(app, f"{app} {number}")
    before = made.snapshots()
    outcome = made.maintain()
    assert told(outcome) == (0, "ok"), outcome
    steps = [outcome.result[step] for step in ("forget", "prune", "check", "removed", "kept")]
    assert steps == ["ok", "ok", "ok", 3, 6]
    kept = {PAPER: 1, PAPERLESS: 2, OTHER_PAPER: 3}
    assert made.snapshots() == {app: before[app][-count:] for app, count in kept.items()}
    assert made.repository.is_sound()


def test_forget_that_fails_for_one_app_is_done_for_the_others(fleet):
    made = fleet({PAPER: "  retain: {last: 1}\n", PAPERLESS: "  retain: {last: 2}\n"})
    for number in range(3):
        for app in APPS:
            made.save(app, f"{app} {number}")
    before = made.snapshots()
    (container,) = template_of(made.cluster.manifest("CronJob", "offsite-"))["spec"]["containers"]
    (said,) = [raw["value"] for raw in container["env"] if raw["name"] == "BACKPLAN_FORGET"]
    wrong = said.replace("--keep-last=1", "--keep-next=1")  # no policy renders to what restic refuses
    outcome = made.maintain(BACKPLAN_FORGET=wrong)
    assert told(outcome) == (1, "error"), outcome
    assert [outcome.result[step] for step in ("forget", "prune", "check")] == ["failed", "skipped", "ok"]
    assert made.snapshots() == before | {PAPERLESS: before[PAPERLESS][-2:]}


def test_damage_to_one_apps_snapshot_is_told_and_the_others_go_on(fleet):
    made = fleet({PAPERLESS: "  retain: {last: 1}\n"})
    for app in APPS:
        made.save(app, f"{app} then", f"{app} now")
    before = made.snapshots()
    damaged = made.repository.folder / "snapshots" / before[PAPER][0]
    damaged.chmod(0o600)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    assert told(made.maintain()) == (67, "damaged")
    damaged.unlink()
    assert made.snapshots() == before | {PAPER: before[PAPER][1:], PAPERLESS: before[PAPERLESS][1:]}
    made.save(OTHER_PAPER, "later")


def test_backup_that_fails_takes_nothing_from_the_others(fleet):
    made = fleet()
    for app in APPS:
        made.save(app, f"{app} then")
    before = made.snapshots()
    made.file(PAPER).unlink()
    made.cluster.namespace("media").secrets["restic"] = {"RESTIC_PASSWORD": "of another repository"}
    assert told(made.run("backup", PAPER)) == (65, "guarded")
    assert told(made.run("backup", OTHER_PAPER)) == (72, "wrong-password")
    made.save(PAPERLESS, "now")
    assert told(made.maintain()) == (0, "ok")
    after = made.snapshots()
    assert after == before | {PAPERLESS: [*before[PAPERLESS], *after[PAPERLESS][1:]]}
    assert made.repository.locks() == []


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("  retain: {dayly: 7}\n", "unknown key 'dayly'"),
        ("  retain: {daily: 0}\n", "retain"),
        ("  repository: {identity: {host: home/documents/paperless/data}}\n", "both write repository 'offsite'"),
    ],
)
def test_wrong_policy_of_one_app_changes_nothing_of_the_others(fleet, tmp_path, said, problem):
    cluster = fleet().cluster
    out, alone = tmp_path / "out", tmp_path / "alone"
    assert cluster.render("--out", out).returncode == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    wrong = cluster.source / "apps/documents/paper/backup-policy.yaml"
    wrong.write_text(wrong.read_text() + said)
    refused = cluster.render("--out", out)
    assert refused.returncode == 1
    assert "apps/documents/paper/backup-policy.yaml:5:" in refused.stderr
    assert problem in refused.stderr
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert cluster.render("--out", alone, "apps/documents/paperless").returncode == 0
    rendered = {path.relative_to(alone): path.read_bytes() for path in alone.rglob("*.yaml")}
    assert rendered
    assert rendered == {path: (out / path).read_bytes() for path in rendered}
