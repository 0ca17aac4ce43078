"""The app that the tests of this folder are about, as its policy says it, and how to compare what became of it."""

from pathlib import Path

from tests.cluster.node.clock import away
from tests.cluster.node.namespace import Finished, Namespace
from tests.mover import tree

UID, GID = 2000, 3000
POLICY = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {{name: paperless, namespace: {namespace}}}
spec:
  claim: paperless-data
  schedule: "@daily"
  window: "{window}"
  maintenance: {{window: "{window}"}}
  retain: {{daily: 7}}
  mover: {{securityContext: {{runAsUser: 2000, runAsGroup: 3000, fsGroup: 3000}}}}
  repository:
    url: {url}{namespace}
    secret: {{name: restic}}
"""


def policy(namespace: Namespace, more: str = "") -> str:
    """A policy with a repository of the namespace's own on the rest-server; `more` are lines of its spec.

    Nothing of it is due by itself while a test runs.
    """
    return POLICY.format(namespace=namespace.name, url=namespace.bed.rest.url, window=away()) + more


def deploy(namespace: Namespace, more: str = "") -> Path:
    """An app with one of everything in its volume, its policy applied, its repository made: where the volume is."""
    data = namespace.claim("paperless-data")
    tree.fill(data, UID, GID)
    namespace.render(policy(namespace, more))
    assert told(namespace.finished(namespace.job("paperless-init-"))) == ("Complete", "ok")
    return data


def told(finished: Finished) -> tuple[str, str]:
    """How a Job ended, for Kubernetes and in the mover's own words."""
    return finished.condition, finished.result["class"]


def lose(namespace: Namespace) -> Path:
    """The app's volume, and all that it was mounted in; an empty one takes its place: where that is."""
    data = namespace.volume("paperless-data")
    namespace.kubectl("delete", "pod", "--all")  # a finished pod, too, keeps its claims from going
    namespace.kubectl("delete", "pvc", "paperless-data", "--timeout=60s")
    namespace.wait_for("end of the volume", lambda: not data.exists())
    return namespace.claim("paperless-data")
