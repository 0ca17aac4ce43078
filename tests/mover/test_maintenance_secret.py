"""Backups whose credential cannot delete, and a maintenance with its own, on storage that tells them apart.

On S3 two pairs of keys open one URL. A rest-server is append-only as a whole, so there a second one on the same folder
has all rights; its URL is another, and each Secret brings its own.
"""

import itertools

import pytest

from tests.mover import tree
from tests.mover.cluster import APP, CHECK, POLICY
from tests.mover.container import told
from tests.mover.pod import template_of
from tests.mover.repository import PASSWORD
from tests.mover.s3_accounts import ADDING, add_account, let_it_add
from tests.mover.servers import S3_KEYS, s3_server

pytestmark = pytest.mark.mover

UPKEEP = """\
  maintenance: {secret: {name: restic-delete}}
  pruneIntervalDays: 1
  check: {subsets: 1}
  unlock: once
"""
STORED = "    url: /mnt/backups/paperless\n"
names = (f"apart-{number}" for number in itertools.count())


@pytest.fixture
def apart(deployed):
    """The cluster of an app whose backups and maintenance have different credentials."""

    def deploy(url, adding, deleting):
        policy = POLICY[: POLICY.index("    volume:")].replace(STORED, url).replace("daily: 7", "last: 1")
        cluster = deployed(APP, CHECK, UPKEEP, policy=policy)
        secrets = cluster.namespace("documents").secrets
        secrets["restic"] = {"RESTIC_PASSWORD": PASSWORD, **adding}
        secrets["restic-delete"] = {"RESTIC_PASSWORD": PASSWORD, **deleting}
        cluster.claim("paperless-check")
        return cluster

    return deploy


@pytest.fixture
def on_s3(apart, tmp_path):
    """Its bucket exists already, because nobody has rights in one that does not."""
    bucket = next(names)
    (tmp_path / "served" / bucket).mkdir(parents=True)
    (tmp_path / "accounts").mkdir()
    with s3_server(tmp_path / "served", accounts=tmp_path / "accounts") as server:
        add_account(server)
        let_it_add(server, bucket)
        cluster = apart(f"    url: {server.url}{bucket}/paperless\n", ADDING, S3_KEYS)
        yield cluster, server.repository(f"{bucket}/paperless")


@pytest.fixture
def on_rest(apart, rest, append_only):
    name = next(names)
    adding, deleting = ({"RESTIC_REPOSITORY": server.url + name} for server in (append_only, rest))
    return apart("", adding, deleting), rest.repository(name)


@pytest.mark.parametrize("storage", ["on_s3", "on_rest"])
def test_backups_cannot_delete_what_maintenance_can(request, storage):
    cluster, repository = request.getfixturevalue(storage)
    assert told(cluster.run("Job", "paperless-init-")) == (0, "ok")
    for text in ("one", "two", "three"):
        cluster.write("changing", text)
        saved = cluster.saved()
    assert [*repository.folder.glob("locks/*")] == [], "what may only add removes its own locks"
    before = tree.describe(repository.folder)

    refused = cluster.start(with_secret(cluster.manifest("CronJob", "paperless-maintenance"), "restic"))
    assert told(refused) == (1, "error"), refused
    assert refused.result["forget"] == "failed"
    assert "maintenance needs a credential that may delete" in refused.errors
    after = tree.describe(repository.folder)
    assert [path for path in before if path not in after] == []
    assert len(repository.snapshots()) == 3

    outcome = cluster.run("CronJob", "paperless-maintenance")
    assert told(outcome) == (0, "ok"), outcome
    done = [outcome.result[step] for step in ("forget", "prune", "check", "removed", "kept")]
    assert done == ["ok", "ok", "ok", 2, 1]
    assert told(cluster.run("Job", "paperless-unlock-")) == (0, "ok")

    assert told(cluster.run("Job", "paperless-check-")) == (0, "restored")
    restored = tree.describe(cluster.claim("paperless-check"))
    assert {path: one for path, one in restored.items() if ".backplan" not in str(path)} == saved
    assert repository.is_sound()


def with_secret(manifest, name):
    """What this object's pods would be with another Secret."""
    template = template_of(manifest)
    (container,) = template["spec"]["containers"]
    assert container["envFrom"] == [{"secretRef": {"name": "restic-delete"}}]
    container["envFrom"] = [{"secretRef": {"name": name}}]
    return template
