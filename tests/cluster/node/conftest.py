"""One node for all tests of this folder, and a namespace of its own for each."""

import itertools

import pytest

from tests.cluster.api import Api
from tests.cluster.node import places, programs
from tests.cluster.node.namespace import Namespace
from tests.cluster.node.testbed import testbed


@pytest.fixture(scope="session")
def bed():
    """A cluster and what is beside it."""
    found = programs.find()
    with places.taken(places.FOR_TESTS) as place, testbed(found, place) as made:
        yield made


@pytest.fixture(scope="session")
def node_api(bed):
    with Api(bed.cluster.where.endpoint) as session:
        yield session


@pytest.fixture(scope="session")
def numbers():
    return itertools.count(1)


@pytest.fixture
def new_namespace(bed, node_api, numbers, tmp_path):
    """Makes namespaces, which are deleted after the test."""
    made = []

    def make(name=None):
        namespace = Namespace(bed, node_api, name or f"app-{next(numbers)}", tmp_path / f"namespace-{len(made)}")
        made.append(namespace)
        account = f"/api/v1/namespaces/{namespace.name}/serviceaccounts/default"
        namespace.wait_for("service account", lambda: node_api.get(account).status == 200)  # no pod is admitted without
        return namespace

    yield make
    bed.cluster.insist()
    for namespace in made:
        namespace.kubectl("delete", "namespace", namespace.name, "--wait=false")


@pytest.fixture
def namespace(new_namespace):
    return new_namespace()
