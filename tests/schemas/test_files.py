"""The schema files as such: valid, portable to draft-07 tools, closed, described, without dead references."""

import re
from collections.abc import Iterator
from time import process_time
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from tests.schemas import ours

Place = tuple[str, Any]

MAPS_OF_SCHEMAS = ("properties", "$defs")
SINGLE_SCHEMAS = ("items", "additionalProperties", "propertyNames", "not")
ANNOTATIONS = {"title", "description", "$comment", "default", "examples"}
KEYWORDS = ANNOTATIONS | {
    *MAPS_OF_SCHEMAS,
    *SINGLE_SCHEMAS,
    "$schema",
    "$id",
    "$ref",
    "type",
    "const",
    "enum",
}
KEYWORDS |= {"required", "minProperties", "maxProperties", "minItems", "maxItems", "uniqueItems"}
KEYWORDS |= {"minLength", "maxLength", "pattern", "format", "minimum", "maximum"}


def schemas_in(schema: Any, path: str) -> Iterator[Place]:
    """A schema and all schemas inside it; `true` and `false` are not listed."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword in MAPS_OF_SCHEMAS:
        for name, child in schema.get(keyword, {}).items():
            yield from schemas_in(child, f"{path}/{keyword}/{name}")
    for keyword in SINGLE_SCHEMAS:
        yield from schemas_in(schema.get(keyword), f"{path}/{keyword}")


ALL = [place for name, schema in ours.files().items() for place in schemas_in(schema, name)]
DEFINITIONS = [(path, schema) for path, schema in ALL if path.split("/")[-2:-1] == ["$defs"]]
PATTERNS = [(path, schema) for path, schema in ALL if "pattern" in schema]
EXAMPLES = [(path, schema) for path, schema in ALL if "examples" in schema]


@pytest.mark.parametrize(("name", "schema"), ours.files().items(), ids=list(ours.files()))
def test_file_is_a_schema_for_2020_12_and_draft_07(name: str, schema: ours.Schema) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["$id"] == f"https://backplan.dev/schemas/{name}"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_only_keywords_that_draft_07_knows() -> None:
    unknown = [(p, k) for p, schema in ALL for k in schema if k not in KEYWORDS and not k.startswith("x-")]
    assert unknown == []


def test_nothing_but_annotations_beside_a_reference() -> None:
    """Tools of draft-07 ignore what stands beside `$ref`, so no rule may stand there."""
    beside = [(p, k) for p, schema in ALL if "$ref" in schema for k in schema if k not in ANNOTATIONS | {"$ref"}]
    assert [(path, keyword) for path, keyword in beside if not keyword.startswith("x-")] == []


def test_every_object_is_closed() -> None:
    objects = [(path, schema) for path, schema in ALL if schema.get("type") == "object"]
    assert [path for path, schema in objects if schema.get("additionalProperties") in (None, True)] == []
    assert [p for p, s in objects if "properties" in s and s["additionalProperties"] is not False] == []


def test_every_schema_says_its_type() -> None:
    libraries = set(ours.files())
    untyped = [path for path, schema in ALL if "type" not in schema and "$ref" not in schema]
    assert [path for path in untyped if path not in libraries] == []


def test_every_required_property_is_described() -> None:
    missing = [
        (path, name) for path, schema in ALL for name in schema.get("required", ()) if name not in schema["properties"]
    ]
    assert missing == []


def test_every_reference_leads_somewhere() -> None:
    ids = {name: schema["$id"] for name, schema in ours.files().items()}
    for path, schema in ALL:
        if "$ref" in schema:
            file = next(name for name in ids if path.startswith(name))
            assert ours.Node(schema, ids[file]).resolved().schema["type"], path


@pytest.mark.parametrize(("path", "schema"), DEFINITIONS, ids=[path for path, _ in DEFINITIONS])
def test_definition_has_a_title_and_one_line_of_description(path: str, schema: ours.Schema) -> None:
    assert schema["title"]
    assert 10 < len(schema["description"]) < 160
    assert "\n" not in schema["description"]


@pytest.mark.parametrize(("path", "schema"), PATTERNS, ids=[path for path, _ in PATTERNS])
def test_pattern_explains_itself_and_refuses_a_last_line_feed(path: str, schema: ours.Schema) -> None:
    """Messages quote the description of a pattern; `$` alone would match before a last line feed."""
    assert schema["description"]
    slow = jsonschema.Draft202012Validator(schema)
    fast = jsonschema_rs.Draft202012Validator(schema)
    for example in schema["examples"]:
        assert slow.is_valid(example), example
        assert fast.is_valid(example), example
        assert not slow.is_valid(f"{example}\n"), example
        assert not fast.is_valid(f"{example}\n"), example


@pytest.mark.parametrize(("path", "schema"), EXAMPLES, ids=[path for path, _ in EXAMPLES])
def test_examples_are_valid(path: str, schema: ours.Schema) -> None:
    file = next(known for name, known in ours.files().items() if path.startswith(name))
    pointer = path.partition(".json")[2]
    validator = jsonschema.Draft202012Validator({"$ref": f"{file['$id']}#{pointer}"}, registry=ours.registry())
    for example in schema["examples"]:
        assert list(validator.iter_errors(example)) == []


@pytest.mark.parametrize("pattern", sorted({schema["pattern"] for _, schema in PATTERNS}))
@pytest.mark.parametrize("text", ["a", "0", "-", ".", "a.", "a-", "/", "1,", "* ", "1d", "1 2 3 4 ", "A_"])
def test_pattern_takes_linear_time(pattern: str, text: str) -> None:
    """A policy is hostile input: 200,000 characters that nearly match cost milliseconds."""
    start = process_time()
    re.search(pattern, text * (200_000 // len(text)) + "!")
    assert process_time() - start < 0.5
