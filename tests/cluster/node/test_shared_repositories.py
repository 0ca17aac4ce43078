"""A repository of a fleet: three apps in three namespaces write it, and a fourth namespace makes and maintains it."""

import os

import pytest

from tests.cluster.node.clock import away
from tests.cluster.node.paperless import GID, UID, told
from tests.mover import tree

pytestmark = pytest.mark.cluster

VAULT = "vault"
APPS = {"library": "paper", "office": "paper", "studio": "paperless"}
"""Names by namespace; alike on purpose."""
FLEET = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupFleet
spec:
  cluster: home
  policies: ["apps/{{namespace}}/{{app}}/backup-policy.yaml"]
  defaults:
    schedule: "@daily"
    window: "{window}"
    retain: {{last: 7}}
    repository: {{ref: offsite, secret: {{name: restic}}}}
    mover: {{securityContext: {{runAsUser: {uid}, runAsGroup: {gid}, fsGroup: {gid}}}}}
  repositories:
    - name: offsite
      url: "{url}fleet"
      namespace: vault
      secret: {{name: restic}}
      maintenance: {{window: "{window}"}}
"""
POLICY = "apiVersion: backplan.dev/v1alpha1\nkind: BackupPolicy\nspec: {claim: data}\n"
LAST = POLICY.replace("}", ", retain: {last: 1}}")


class Fleet:
    """The namespaces, and the apps' volumes in them."""

    def __init__(self, new_namespace):
        self.vault = new_namespace(VAULT)
        self.apps = {name: new_namespace(name) for name in APPS}
        self.data = {name: namespace.claim("data") for name, namespace in self.apps.items()}
        files = {f"apps/{name}/{app}/backup-policy.yaml": POLICY for name, app in APPS.items()}
        fleet = FLEET.format(url=self.vault.bed.rest.url, uid=UID, gid=GID, window=away())
        self.vault.render({"backplan.yaml": fleet, **files, "apps/library/paper/backup-policy.yaml": LAST})
        self.repository = self.vault.repository("fleet")

    def names(self, kind, operation):
        """By namespace, where there are any."""
        namespaces = (self.vault, *self.apps.values())
        found = {one.name: one.all(kind, f"backplan.dev/operation={operation}") for one in namespaces}
        return {name: [one["metadata"]["name"] for one in objects] for name, objects in found.items() if objects}

    def write(self, namespace, text):
        (self.data[namespace] / "file").write_text(text)
        for path in (self.data[namespace], self.data[namespace] / "file"):
            os.chown(path, UID, GID)

    def save(self, name):
        """All apps at once."""
        for namespace, app in APPS.items():
            self.write(namespace, f"{namespace} {name}")
            self.apps[namespace].kubectl("create", "job", name, f"--from=cronjob/{app}-backup")
        for namespace in self.apps.values():
            assert told(namespace.finished(name)) == ("Complete", "ok")

    def snapshots(self):
        """Ids by host, oldest first."""
        found = {}
        for one in self.repository.snapshots():
            found.setdefault(one["hostname"], []).append(one["id"])
        return found


def test_repository_of_three_apps_is_made_and_maintained_once(new_namespace):
    fleet = Fleet(new_namespace)
    ((vault, (init,)),) = fleet.names("Job", "init").items()
    assert vault == VAULT
    assert told(fleet.vault.finished(init)) == ("Complete", "ok")
    fleet.save("first")
    fleet.save("second")
    before = fleet.snapshots()
    hosts = {f"home/{namespace}/{app}/data" for namespace, app in APPS.items()}
    assert {host: len(ids) for host, ids in before.items()} == dict.fromkeys(hosts, 2)

    assert fleet.names("CronJob", "maintenance") == {VAULT: ["offsite-maintenance"]}
    maintained = fleet.vault.run("offsite-maintenance", "maintenance")
    assert (told(maintained), maintained.result["removed"]) == (("Complete", "ok"), 1)
    assert fleet.snapshots() == before | {"home/library/paper/data": before["home/library/paper/data"][1:]}
    assert fleet.repository.is_sound()

    for namespace in APPS:
        fleet.write(namespace, "since then")
    (fleet.data["office"] / "file").unlink()
    assert told(fleet.apps["office"].run("paper-restore", "disaster")) == ("Complete", "restored")
    assert list(tree.restored(fleet.data["office"])) == ["file"]
    texts = {name: (data / "file").read_text() for name, data in fleet.data.items()}
    assert texts == {"library": "since then", "office": "office second", "studio": "since then"}
