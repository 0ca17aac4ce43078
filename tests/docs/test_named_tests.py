"""The tests that the documentation names exist."""

import re

import pytest

from tests.docs.test_readme import DOCUMENTS
from tests.tools import ROOT

NAMED = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"^def (test_\w+)\(", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_tests_that_a_document_names_exist(document):
    files = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    defined = {name for text in files for name in DEFINED.findall(text)}
    assert {*NAMED.findall((ROOT / document).read_text("utf-8"))} <= defined
