"""Random documents: what our schemas accept the CRDs accept, and one mistake is refused by both."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schemas import crd, ours
from tests.schemas.documents import documents, with_unknown_key, with_wrong_type
from tests.tools import crds, scale

OF_OPERATORS = ["ReplicationSource", "ReplicationDestination", "ExternalSecret"]
# Documents of a whole ReplicationSource are big and slow to draw; that is what is wanted here.
SIZE = settings(
    max_examples=scale(25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@pytest.fixture(scope="module")
def crd_folder() -> Path:
    """Asked for before documents are drawn, or Hypothesis would look for the smallest missing folder."""
    return crds()


@pytest.mark.usefixtures("crd_folder")
@pytest.mark.parametrize("kind", OF_OPERATORS)
@SIZE
@given(data=st.data())
def test_what_we_accept_the_crd_accepts(kind: str, data: st.DataObject) -> None:
    document = data.draw(documents(ours.of_kind(kind)))
    assert problems(ours.validator(kind), document) == []
    assert problems(crd.validator(kind, ours.api_version(kind)), document) == []


@pytest.mark.usefixtures("crd_folder")
@pytest.mark.parametrize("mistake", [with_unknown_key, with_wrong_type])
@pytest.mark.parametrize("kind", OF_OPERATORS)
@SIZE
@given(data=st.data())
def test_one_mistake_is_refused_by_both(kind: str, mistake: Any, data: st.DataObject) -> None:
    document, place = data.draw(mistake(ours.of_kind(kind)))
    assert not ours.validator(kind).is_valid(document), place
    assert not crd.validator(kind, ours.api_version(kind)).is_valid(document), place


@pytest.mark.parametrize("kind", sorted(ours.kinds().keys() - {*OF_OPERATORS, "Job"}))  # a CronJob holds a whole Job
@SIZE
@given(data=st.data())
def test_kinds_without_a_crd_accept_their_own_documents_and_no_mistake(kind: str, data: st.DataObject) -> None:
    """And SealedSecrets, whose CRD takes anything in a template."""
    assert problems(ours.validator(kind), data.draw(documents(ours.of_kind(kind)))) == []
    for mistake in (with_unknown_key, with_wrong_type):
        document, place = data.draw(mistake(ours.of_kind(kind)))
        assert not ours.validator(kind).is_valid(document), place


def problems(validator: Any, document: Any) -> list[str]:
    return [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(document)]
