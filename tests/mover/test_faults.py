"""A fault at each request of each operation: how it ends, what is left, and that the next run is green.

Faults that pass and faults that last; BACKPLAN_SCALE=10 meets every request, and stops what lasts by the real times.
"""

import pytest

from tests.mover import fault_stage
from tests.mover.fault_campaign import Campaign, Case
from tests.mover.fault_operations import OPERATIONS
from tests.mover.faults import FAULTS

pytestmark = pytest.mark.mover

ON_S3 = {"stop", "kill", "cut-answer", "500", "lasting-500"}
CASES = [
    *(Case("rest", operation, fault) for operation in OPERATIONS for fault in FAULTS),
    *(Case("s3", operation, fault) for operation in ("backup", "restore") for fault in FAULTS if fault.name in ON_S3),
]


@pytest.fixture(scope="module")
def template(tmp_path_factory, images, new_repository):
    """A repository with work for every operation."""
    return fault_stage.template(images["ash"], tmp_path_factory.mktemp("template"), new_repository)


@pytest.fixture(scope="module")
def servers(rest, s3):
    """Where the repositories are."""
    (s3.folder / "bucket").mkdir(exist_ok=True)
    return {"rest": rest, "s3": s3}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory, images, template, servers):
    """The runs of all tests."""
    return Campaign(template, [*images.values()], servers, tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.server}-{case.operation}-{case.fault.name}")
def test_fault_at_each_request(campaign, case):
    failures = campaign.failures(case)
    assert not failures, "\n\n".join(failures)
