"""What engine volsync renders, on a cluster whose controllers are at work: it stays as it was applied.

VolSync's own operator is not here, so nothing is copied.
"""

import pytest

from tests.cluster import custom_resources
from tests.cluster.api import Api
from tests.cluster.readback import differences, unexplained
from tests.cluster.rendered import objects
from tests.golden.examples import CASES

pytestmark = pytest.mark.cluster

CUSTOM = {"ReplicationSource", "ReplicationDestination", "ExternalSecret", "SealedSecret"}
KINDS = CUSTOM | {"PersistentVolumeClaim", "ConfigMap"}
"""The others are engine cronjob's, and would start pods here."""


@pytest.fixture
def api(bed):
    """A session with the cluster, which knows VolSync's kinds meanwhile."""
    definitions = custom_resources.definitions()
    with Api(bed.cluster.where.endpoint) as session:
        custom_resources.install(session, definitions)
        yield session
        for definition in definitions:
            session.delete(definition)


def of_volsync(case, namespace):
    """An example's objects in a namespace, as examples have apps in common."""
    found = {(one["kind"], one["metadata"]["name"]): one for one in objects(case) if one["kind"] in KINDS}
    return [one | {"metadata": one["metadata"] | {"namespace": namespace}} for one in found.values()]


def lines(rendered, live):
    return unexplained(differences(rendered, live))


def test_objects_are_read_back_as_rendered_and_stay_so(bed, api, new_namespace):
    cases = [case for case in CASES if any(one["kind"] == "ReplicationSource" for one in objects(case))]
    assert "everything" in cases
    spaces = {case: new_namespace(f"volsync-{case}") for case in cases}
    rendered = [one for case, space in spaces.items() for one in of_volsync(case, space.name)]
    assert [answer.complaints for answer in map(api.apply, rendered)] == [[] for _ in rendered]
    before = [api.read(one).body for one in rendered]
    assert [lines(one, live) for one, live in zip(rendered, before, strict=True)] == [[] for _ in rendered]

    # controllers take what comes in turn: this claim is the last
    assert spaces["everything"].claim("last").is_dir()
    after = [api.read(one).body for one in rendered]
    assert [lines(one, live) for one, live in zip(rendered, after, strict=True)] == [[] for _ in rendered]
    custom = [number for number, one in enumerate(rendered) if one["kind"] in CUSTOM]
    assert len(custom) > 50
    assert [after[number] for number in custom] == [before[number] for number in custom]
