"""VolSync's own end-to-end scenarios that are about a server: a bucket that nobody made, an authority of one's own.

As in `test_volsync_scenarios.py`: docstrings have the numbers, and say where ours differs on purpose.
"""

import itertools

import pytest

from tests.mover import tree
from tests.mover.cluster import APP, CHECK, POLICY
from tests.mover.container import told
from tests.mover.servers import S3_KEYS, Certificate, tls_server
from tests.mover.workload import BOOTSTRAP, pod_of_app

pytestmark = pytest.mark.mover

names = (f"scenario-{number}" for number in itertools.count())


@pytest.fixture
def on_s3(deployed, s3):
    """The same on an S3, where neither the repository nor its bucket exists."""

    def deploy(*more, policy=POLICY):
        bucket = next(names)
        there = policy.replace("/mnt/backups/paperless", f"{s3.url}{bucket}/paperless")
        cluster = deployed(*more, policy=there[: there.index("    volume:")])
        cluster.namespace("documents").secrets["restic"] |= S3_KEYS
        return cluster, s3.folder / bucket

    return deploy


@pytest.fixture
def certificate(tmp_path):
    """Of a server on loopback."""
    return Certificate.make(tmp_path)


@pytest.fixture
def on_tls(deployed, tmp_path, certificate, new_repository):
    """The same on a rest-server that speaks TLS."""
    (tmp_path / "served").mkdir()
    with tls_server(tmp_path / "served", certificate) as server:
        server.repository("paperless").copy_of(new_repository)
        url = f"{server.url}paperless"

        def deploy(*more):
            there = POLICY.replace("/mnt/backups/paperless", url)
            return deployed(*more, policy=there[: there.index("    volume:")])

        yield deploy


def test_manual_run_on_s3_restores_into_a_claim_that_was_there(on_s3):
    """1, from a bucket that does not exist: VolSync's movers make it, here the init Job does."""
    cluster, bucket = on_s3(APP, CHECK, policy=POLICY.replace('schedule: "@daily"', "manual: once"))
    before = tree.describe(cluster.claim("paperless-data"))
    cluster.claim("paperless-check")
    jobs = [cluster.run("Job", f"paperless-{which}-") for which in ("init", "backup", "check")]
    assert [told(job) for job in jobs] == [(0, "ok"), (0, "ok"), (0, "restored")], jobs
    assert tree.restored(cluster.claim("paperless-check")) == before
    assert any(cluster.claim("paperless-backup-cache").rglob("index/*/*")), "the cache stays for the next run"
    assert bucket.is_dir()


@pytest.mark.parametrize("missing", ["bucket", "path"])
def test_app_that_may_start_empty_does_until_there_is_a_backup(on_s3, missing):
    """7. VolSync's restore makes the repository that it does not find, and succeeds; here nothing is made."""
    may = BOOTSTRAP.replace("{bootstrap: {", "{bootstrap: {onMissing: empty, ")
    cluster, bucket = on_s3(APP, may)
    if missing == "path":
        bucket.mkdir()
    full = cluster.lose("paperless-data")
    app = pod_of_app(cluster, "ls -A /data >/dev/termination-log")
    for _ in range(2):
        outcome = cluster.start(app)
        assert (outcome.code, outcome.message) == (0, ""), outcome
    assert not bucket.exists() if missing == "bucket" else not [*bucket.iterdir()]
    cluster.namespace("documents").claims["paperless-data"] = full
    cluster.run("Job", "paperless-init-")
    assert told(cluster.run("CronJob", "paperless-backup")) == (0, "ok")
    before = tree.describe(full)
    cluster.lose("paperless-data")
    assert cluster.start(app).code == 0
    assert tree.restored(cluster.claim("paperless-data")) == before


def test_app_that_must_have_its_data_waits_for_it(on_s3):
    """7, as it is without `onMissing: empty`: VolSync has nothing like it (volsync#1211)."""
    cluster, bucket = on_s3(APP, BOOTSTRAP, CHECK)
    cluster.lose("paperless-data")
    cluster.claim("paperless-check")
    app = pod_of_app(cluster, "touch /data/started")
    outcomes = cluster.start(app), cluster.run("Job", "paperless-check-")
    assert [told(outcome) for outcome in outcomes] == [(70, "no-repository")] * 2, outcomes
    assert [*cluster.claim("paperless-data").iterdir()] == [*cluster.claim("paperless-check").iterdir()] == []
    assert not bucket.exists()


@pytest.mark.parametrize("kind", ["secret", "configMap"])
def test_server_may_have_an_authority_of_its_own(on_tls, certificate, kind):
    """8 and 9."""
    cluster = on_tls(f"    customCA: {{{kind}Name: authority, key: ca.crt}}\n", APP, CHECK)
    there = cluster.namespace("documents")
    (there.secrets if kind == "secret" else there.config_maps)["authority"] = {"ca.crt": certificate.file.read_text()}
    before = cluster.saved()
    cluster.claim("paperless-check")
    assert told(cluster.run("Job", "paperless-check-")) == (0, "restored")
    assert tree.restored(cluster.claim("paperless-check")) == before


def test_certificate_that_nobody_trusts_is_told_within_seconds(on_tls):
    """8 and 9, forgotten: restic by itself would ask again for a quarter of an hour."""
    cluster = on_tls(APP, CHECK)
    cluster.claim("paperless-check")
    for kind, name in (("Job", "paperless-init-"), ("CronJob", "paperless-backup"), ("Job", "paperless-check-")):
        outcome = cluster.run(kind, name)
        assert told(outcome) == (1, "error"), outcome
        assert "repository.customCA" in outcome.errors
        assert outcome.seconds < 60
