"""An app with a ten-line policy: its backups, its maintenance, a disaster, and its data back."""

import os

import pytest
import yaml

from tests.cluster.node.paperless import GID, UID, deploy, lose, told
from tests.mover import tree

pytestmark = pytest.mark.cluster


def test_app_is_saved_lost_and_restored(namespace):
    data = deploy(namespace)
    before = tree.describe(data)
    first = namespace.run("paperless-backup", "first")
    assert told(first) == ("Complete", "ok")
    assert tree.describe(data) == before

    (data / "later").write_text("changed since\n")
    os.chown(data / "later", UID, GID)
    second = namespace.run("paperless-backup", "second")
    assert (told(second), second.result["filesNew"], second.result["filesChanged"]) == (("Complete", "ok"), 1, 0)
    assert told(namespace.run("paperless-backup", "third")) == ("Complete", "unchanged")
    maintained = namespace.run("paperless-maintenance", "maintenance")
    assert (told(maintained), maintained.result["kept"]) == (("Complete", "ok"), 2)  # restic keeps the oldest, too
    repository = namespace.repository(namespace.name)
    assert [snapshot["id"] for snapshot in repository.snapshots()] == [
        one.result["snapshot"] for one in (first, second)
    ]
    assert repository.is_sound()
    saved = tree.describe(data)

    data = lose(namespace)
    assert told(namespace.run("paperless-restore", "disaster")) == ("Complete", "restored")
    assert tree.restored(data) == saved


def test_printed_restore_brings_an_older_state_into_a_claim_beside_the_app(namespace):
    data = deploy(namespace)
    saved = tree.describe(data)
    assert told(namespace.run("paperless-backup", "first")) == ("Complete", "ok")
    (data / "later").write_text("changed since\n")
    assert told(namespace.run("paperless-backup", "second")) == ("Complete", "ok")
    namespace.claim("check")
    printed = namespace.backplan("restore", "paperless", "--previous", "1", "--to", "check", "--token", "look")
    assert printed.returncode == 0, printed.stderr
    namespace.apply(yaml.safe_load(printed.stdout))
    assert told(namespace.finished(namespace.job("paperless-restore-"))) == ("Complete", "restored")
    assert tree.restored(namespace.volume("check")) == saved
