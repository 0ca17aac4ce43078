"""What setups differ in: where the repository is, who signed its server's certificate, what is saved besides files."""

import pytest

from tests.cluster.node.paperless import GID, UID, deploy, lose, policy, told
from tests.cluster.node.workload import BOOTSTRAP, bootstrapped, running, start
from tests.mover import tree
from tests.mover.servers import Certificate, tls_server

pytestmark = pytest.mark.cluster

DUMP = """\
  targets: [{name: default, mover: {backoffLimit: 0}}]
  dumps:
    - name: database
      image: backplan.dev/busybox:1
      command: [sh, -c, 'echo "as $USER_OF_DATABASE"; test "$USER_OF_DATABASE" = paperless']
      envFrom: [{secretRef: {name: database}}]
      file: app.sql
"""
MOUNTED = """\
  repository:
    url: /mnt/backups/paperless
    volume: {mountPath: backups, persistentVolumeClaim: {claimName: repositories}}
    secret: {name: restic}
"""
TLS = """\
  repository:
    url: URL
    customCA: {file: internal-ca.crt}
    secret: {name: restic}
"""


def deploy_with(namespace, repository, more="", **files):
    """The app, with these lines about its repository: where its volume is."""
    data = namespace.claim("paperless-data")
    tree.fill(data, UID, GID)
    own, _, _ = policy(namespace).partition("  repository:")
    namespace.render({"backup-policy.yaml": own + repository + more, **files})
    assert told(namespace.finished(namespace.job("paperless-init-"))) == ("Complete", "ok")
    return data


def test_dump_is_saved_beside_the_volume_and_one_that_fails_is_not(namespace, tmp_path):
    namespace.secret("database", USER_OF_DATABASE="paperless")
    data = deploy(namespace, DUMP)
    before = tree.describe(data)
    assert told(namespace.run("paperless-backup", "first")) == ("Complete", "ok")
    repository = namespace.repository(namespace.name)
    saved = repository.restore(tmp_path / "saved")
    assert (saved / ".backplan" / "dumps" / "app.sql").read_text() == "as paperless\n"
    assert tree.describe(data) == before, "the dump is beside the volume, not in it"

    namespace.secret("database", USER_OF_DATABASE="nobody")
    failed = namespace.run("paperless-backup", "second")
    assert (failed.condition, failed.result) == ("Failed", {}), "restic was not even started"
    assert len(failed.pods) == 1
    assert len(repository.snapshots()) == 1

    data = lose(namespace)
    assert told(namespace.run("paperless-restore", "disaster")) == ("Complete", "restored")
    assert tree.restored(data) == before


def test_repository_in_a_mounted_volume_serves_every_operation(namespace):
    backups = namespace.claim("repositories")
    data = deploy_with(namespace, MOUNTED, BOOTSTRAP)
    before = tree.describe(data)
    assert told(namespace.run("paperless-backup", "first")) == ("Complete", "ok")
    maintained = namespace.run("paperless-maintenance", "maintenance")
    assert (told(maintained), maintained.result["kept"]) == (("Complete", "ok"), 1)
    assert sorted(path.name for path in backups.iterdir()) == ["paperless"]
    assert (backups / "paperless" / "config").stat().st_uid == UID
    data = lose(namespace)
    start(namespace)
    (pod,) = running(namespace)
    assert bootstrapped(pod)["class"] == "restored"
    assert tree.restored(data) == before


def test_server_whose_certificate_an_own_authority_signed_is_trusted(namespace, tmp_path):
    address = namespace.bed.cluster.place.machine
    certificate = Certificate.make(tmp_path, address)
    (tmp_path / "tls").mkdir()
    with tls_server(tmp_path / "tls", certificate, address) as server:
        about = TLS.replace("URL", f"{server.url}paperless")
        data = deploy_with(namespace, about, **{"internal-ca.crt": certificate.file.read_text()})
        before = tree.describe(data)
        assert told(namespace.run("paperless-backup", "first")) == ("Complete", "ok")
        assert server.repository("paperless").is_sound()
        data = lose(namespace)
        assert told(namespace.run("paperless-restore", "disaster")) == ("Complete", "restored")
    assert tree.restored(data) == before
