"""One API server for all tests of this folder, and what each of them finds on it."""

import json
import subprocess

import pytest

from tests.cluster import custom_resources
from tests.cluster.api import Api
from tests.cluster.control_plane import Programs, control_plane
from tests.cluster.surroundings import furnish
from tests.tools import require


@pytest.fixture(scope="session")
def programs():
    return Programs(etcd=require("etcd"), apiserver=require("kube-apiserver"))


@pytest.fixture(scope="session")
def server(programs):
    with control_plane(programs) as plane:
        yield plane


@pytest.fixture(scope="session")
def bare_api(server):
    """A session with a server that knows the built-in kinds alone."""
    with Api(server.endpoint) as session:
        yield session


@pytest.fixture(scope="session")
def api(bare_api):
    """The same, and it knows the kinds of VolSync and the others whose CRDs are at hand."""
    custom_resources.install(bare_api, custom_resources.definitions())
    return bare_api


@pytest.fixture
def applied(bare_api):
    """Apply manifests in namespaces that enforce Pod Security "restricted"; they are gone after the test.

    Returns the answers. A manifest that is refused does not stop those after it.
    """
    done = []

    def apply(manifests):
        furnish(bare_api, manifests)
        done.extend(manifests)
        return [bare_api.apply(manifest) for manifest in manifests]

    yield apply
    for manifest in reversed(done):
        bare_api.delete(manifest)
    assert [one["kind"] for one in done if bare_api.read(one).status != 404] == []


@pytest.fixture
def kubectl(server, tmp_path):
    """Run kubectl on the server; `said` is its standard input."""
    (tmp_path / "kubeconfig").write_text(json.dumps(server.endpoint.kubeconfig()))
    env = {"KUBECONFIG": str(tmp_path / "kubeconfig"), "HOME": str(tmp_path)}

    def run(*arguments, said=""):
        return subprocess.run([require("kubectl"), *arguments], input=said, env=env, capture_output=True, text=True)

    return run
