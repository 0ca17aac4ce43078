"""What the person on call prints runs as it was printed, with the real restic, where nothing else was applied.

The cluster has claims and the Secret. No ConfigMap, no ServiceAccount and no CronJob is there.
"""

import json
import os
import subprocess
from datetime import timedelta

import pytest
import yaml

from tests import checkout
from tests.mover import tree
from tests.mover.container import told
from tests.mover.history import HOST, History
from tests.mover.pod import Pod, template_of
from tests.mover.repository import PASSWORD, Repository
from tests.mover.rootfs import SHELLS
from tests.mover.volumes import Namespace

pytestmark = pytest.mark.mover

UID = 2000
POLICY = f"""\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {{name: paperless, namespace: documents}}
spec:
  claim: paperless-data
  schedule: "@daily"
  retain: {{daily: 7}}
  mover: {{securityContext: {{runAsUser: {UID}, runAsGroup: {UID}, fsGroup: {UID}}}}}
  repository:
    url: /mnt/backups/paperless
    secret: {{name: restic}}
    volume: {{mountPath: backups, persistentVolumeClaim: {{claimName: backups}}}}
"""
VOLSYNC = POLICY.replace("  claim:", "  engine: volsync\n  copyMethod: Snapshot\n  claim:")
CLAIMS = ("paperless-data", "backups", "paperless-backup-cache", "paperless-check")


class OnCall:
    """Somebody with a checkout of the fleet, and a cluster to which they apply what is printed."""

    def __init__(self, folder, image, like=None):
        self.folder, self.image, self.pods = folder, image, 0
        (folder / "fleet").mkdir()
        self.policy(POLICY)
        self.claims = {name: folder / name for name in CLAIMS}
        for name, path in self.claims.items():
            if like is None:
                made(path)
            else:
                subprocess.run(["cp", "-a", like.claims[name], path], check=True)
        self.data = self.claims["paperless-data"]
        self.namespace = Namespace(claims=self.claims, secrets={"restic": {"RESTIC_PASSWORD": PASSWORD}})
        self.repository = Repository(self.claims["backups"] / "paperless", folder / "restic-cache", owner=(UID, UID))

    def policy(self, text):
        (self.folder / "fleet" / "backup-policy.yaml").write_text(text)

    def prints(self, *arguments):
        done = checkout.backplan(self.folder / "fleet", *arguments)
        assert done.returncode == 0, done.stderr
        assert PASSWORD not in done.stdout + done.stderr
        return yaml.safe_load(done.stdout)

    def start(self, *arguments):
        """The pod of a Job that was printed, started."""
        self.pods += 1
        command, app, *rest = arguments
        job = self.prints(command, app, "--token", f"call-{self.pods}", *rest)
        template = template_of(job)
        return Pod(
            template,
            self.namespace,
            {raw["image"]: self.image for raw in template["spec"]["containers"]},
            self.folder / f"pod-{self.pods}",
            f"{job['metadata']['name']}-x7k2p",
        )

    def restore(self, *arguments):
        return self.start("restore", "paperless", *arguments).run()

    def run(self, *words):
        return self.start("run", "paperless", *words).run()


@pytest.fixture(scope="module")
def days(images, tmp_path_factory, new_repository):
    """Three days of an app, each saved by a Job that was printed; to be copied."""
    made = OnCall(tmp_path_factory.mktemp("days"), images["ash"])
    made.repository.copy_of(new_repository)
    tree.fill(made.data, UID, UID)
    for text in ("monday", "tuesday", "wednesday"):
        given(made.data, text)
        assert told(made.run("--", "backup")) == (0, "ok")
    return made


@pytest.fixture(params=SHELLS)
def call(request, images, tmp_path, days):
    """The evening of the third day, under every shell."""
    return OnCall(tmp_path, images[request.param], days)


@pytest.fixture
def plain(images, tmp_path, days):
    """The same under one shell, where another would change nothing."""
    return OnCall(tmp_path, images["ash"], days)


def given(folder, text):
    """The volume as it was when its file `state` said this; what it had at no other time is named after it."""
    (folder / "state").write_text(text)
    for old in folder.glob("only-*"):
        old.unlink()
    (folder / f"only-{text}").touch()
    for path in (folder / "state", folder / f"only-{text}"):
        os.chown(path, UID, UID)


def lose(call):
    """The volume; a new claim is empty."""
    call.data.rename(call.folder / "lost")
    made(call.data)
    return call.data


def made(claim):
    claim.mkdir()
    os.chown(claim, UID, UID)
    claim.chmod(0o2770)


def state(folder):
    return (folder / "state").read_text()


@pytest.mark.parametrize(
    ("point", "text"),
    [
        (lambda _: [], "wednesday"),
        (lambda saved: ["--as-of", saved[1]["time"]], "tuesday"),
        (lambda _: ["--previous", "2"], "monday"),
        (lambda saved: ["--snapshot", saved[1]["id"][:8]], "tuesday"),
    ],
    ids=["newest", "as-of", "previous", "snapshot"],
)
def test_lost_volume_is_back_as_it_was_at_the_time_asked_for(plain, point, text):
    before = tree.describe(plain.data)
    data = lose(plain)
    outcome = plain.restore(*point(plain.repository.snapshots()))
    assert told(outcome) == (0, "restored"), outcome
    found = tree.describe(data)
    assert (state(data), {path for path in found if path.startswith("only-")}) == (text, {f"only-{text}"})
    assert others(found) == others(before)


def others(found):
    """What is the same on all three days."""
    return {path: facts for path, facts in found.items() if not path.startswith(("state", "only-", ".backplan"))}


def test_volume_with_files_is_refused_until_overwriting_is_asked_for(call):
    data = call.data
    given(data, "today")
    refused = call.restore()
    assert (refused.code, refused.result["reason"]) == (65, "not-empty")
    assert (state(data), call.repository.locks()) == ("today", [])
    assert told(call.restore("--overwrite")) == (0, "restored")
    assert (state(data), (data / "only-today").exists()) == ("wednesday", True)
    assert told(call.restore("--overwrite", "--delete")) == (0, "restored"), "each print is a restore of its own"
    assert not (data / "only-today").exists()


def test_another_claim_is_filled_and_the_app_s_own_is_not_mounted(plain):
    given(plain.data, "today")
    pod = plain.start("restore", "paperless", "--to", "paperless-check")
    assert "paperless-data" not in json.dumps(pod.template)
    assert told(pod.run()) == (0, "restored")
    assert state(plain.claims["paperless-check"]) == "wednesday"
    assert state(plain.data) == "today"


def test_restore_of_a_time_before_all_backups_fails(plain):
    data = lose(plain)
    outcome = plain.restore("--as-of", "2020-01-01T00:00:00Z")
    assert told(outcome) == (66, "no-snapshot")
    assert list(data.iterdir()) == []


def test_same_job_twice_restores_once(plain):
    lose(plain)
    pod = plain.start("restore", "paperless")
    assert told(pod.run()) == (0, "restored")
    again = Pod(pod.template, pod.namespace, pod.images, plain.folder / "again", pod.name)
    assert told(again.run()) == (0, "already")


def test_looking_shows_what_this_app_saved_and_leaves_no_trace(plain):
    ids = [one["id"] for one in plain.repository.snapshots()]
    other = history(plain).save(host="media/photos/data")
    before = tree.describe(plain.repository.folder)
    shown = json.loads(plain.run("--", "snapshots", "--json").output)
    assert [one["id"] for one in shown] == ids
    assert other not in [one["id"] for one in shown]
    assert json.loads(plain.run("--", "stats", "--json").output)["snapshots_count"] == 3
    newest = plain.run("--", "ls").output
    assert ("/only-wednesday" in newest, "/only-monday" in newest) == (True, False), newest
    assert "/only-monday" in plain.run("--", "ls", ids[0][:8]).output
    inside = plain.run("--", "ls", "-l", "/pg").output
    assert ("/pg/PG_VERSION" in inside, "/only-wednesday" in inside) == (True, False), inside
    assert tree.describe(plain.repository.folder) == before


def history(call):
    """Of somebody else."""
    folder = call.folder / "elsewhere"
    folder.mkdir()
    (folder / "theirs").write_text("theirs\n")
    return History(call.repository, folder)


def test_looking_works_beside_a_backup_and_a_prune(plain):
    plain.repository.lock(age=timedelta(minutes=1), exclusive=True)
    assert plain.run("--", "snapshots").code == 0


def test_volsync_s_history_is_shown_with_its_own_secret(plain):
    plain.policy(VOLSYNC)
    theirs = history(plain).save(host="volsync", ours=False)
    assert [one["id"] for one in json.loads(plain.run("--", "snapshots", "--json").output)] == [theirs]
    assert "/theirs" in plain.run("--", "ls", theirs[:8]).output
    assert told(plain.run("--", "check")) == (0, "ok")


def test_backup_is_the_one_that_is_scheduled(plain):
    before = plain.repository.snapshots()
    given(plain.data, "thursday")
    outcome = plain.run("--", "backup")
    assert told(outcome) == (0, "ok"), outcome
    newest = plain.repository.snapshots()[-1]
    assert (newest["id"], newest["hostname"], newest["paths"]) == (outcome.result["snapshot"], HOST, ["/data"])
    assert newest["parent"] == before[-1]["id"]
    data = lose(plain)
    assert told(plain.restore()) == (0, "restored")
    assert state(data) == "thursday"


def test_unlock_removes_dead_locks_alone(plain):
    plain.repository.lock(age=timedelta(minutes=31), exclusive=True)
    kept = plain.repository.lock(age=timedelta(minutes=1), exclusive=False)
    outcome = plain.run("--", "unlock")
    assert (told(outcome), outcome.result["locksRemoved"]) == ((0, "ok"), 1)
    assert plain.repository.locks() == [kept]


def test_check_finds_what_is_damaged(call):
    assert told(call.run("--", "check")) == (0, "ok")
    pack = max((path for path in (call.repository.folder / "data").rglob("*") if path.is_file()), key=os.path.getsize)
    content = bytearray(pack.read_bytes())
    content[10] ^= 1
    pack.write_bytes(content)
    outcome = call.run("--", "check", "--read-data")
    assert (outcome.code, outcome.result["class"], outcome.result["operation"]) == (67, "damaged", "check"), outcome
    pack.unlink()
    assert told(call.run("--", "check")) == (67, "damaged")


def test_check_gets_past_a_dead_lock(call):
    call.repository.lock(age=timedelta(minutes=31), exclusive=False)
    assert told(call.run("--", "check")) == (0, "ok")
    assert call.repository.locks() == []
