"""The policy reference says what the schema says, and nothing in the schema goes unsaid."""

import json

import pytest

from renderer.report.reference import reference
from tests.tools import ROOT


def test_reference_is_generated_from_the_schema():
    text = (ROOT / "docs" / "reference.md").read_text("utf-8")
    assert text == reference(), "renew it: ./dev explain --markdown > docs/reference.md"


@pytest.mark.parametrize("name", ["layer", "policy", "overlay", "fleet"])
def test_every_key_has_title_description_and_example(name):
    """`explain`, the reference and editors have nothing else to say; a bare reference says it elsewhere."""
    schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8"))
    assert [path for path, key in properties(schema) if not is_said(key)] == []


def properties(schema, prefix=""):
    for name, below in schema.get("properties", {}).items():
        yield f"{prefix}{name}", below
        yield from properties(below, f"{prefix}{name}.")
    if "items" in schema:
        yield from properties(schema["items"], prefix)
    for name, below in schema.get("$defs", {}).items():
        yield from properties(below, f"{prefix}$defs.{name}.")


def is_said(key):
    if set(key) - {"x-engines"} == {"$ref"}:
        return True
    return bool(key.get("title")) and bool(key.get("description")) and ("examples" in key or "$ref" in key)
