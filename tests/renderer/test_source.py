"""Text to nodes: every value has its place, and what YAML readers disagree about is refused."""

import pytest
import yaml

from renderer.source import plain, read
from renderer.source.characters import printable
from renderer.source.scalars import ScalarError, resolve


def places(text):
    """Key and value places by dotted path."""
    found = {}

    def walk(node, path):
        found[path] = (node.key.line, node.key.column, node.place.line, node.place.column)
        for key, below in node.mapping.items():
            walk(below, f"{path}.{key}".lstrip("."))
        for number, below in enumerate(node.items):
            walk(below, f"{path}[{number}]")

    for document in read(text.encode(), "a.yaml").documents:
        walk(document, "")
    return found


def test_places_of_block_and_flow_values():
    found = places('a:\n  b: [1, "two"]\n  c: {d: x}\n')
    assert found["a"] == (1, 1, 2, 3)
    assert found["a.b"] == (2, 3, 2, 6)
    assert found["a.b[1]"] == (2, 10, 2, 10)
    assert found["a.c.d"] == (3, 7, 3, 10)


def test_columns_count_characters_and_not_bytes():
    assert places("größe: {日本: x}\n")["größe.日本"] == (1, 9, 1, 13)


def test_places_are_right_behind_a_byte_order_mark_and_carriage_returns():
    assert places("\ufeffa: 1\r\nb: 2\r\n")["b"] == (2, 1, 2, 4)


def test_places_of_a_second_document_count_from_the_top_of_the_file():
    first, second = read(b"a: 1\n---\nb: 2\n", "a.yaml").documents
    assert (first.place.line, second.place.line) == (1, 3)


def test_alias_stands_where_it_is_written():
    assert places("a: &x {b: 1}\nc: *x\n")["c"] == (2, 1, 2, 4)


def test_empty_value_is_null_at_the_end_of_its_key():
    (document,) = read(b"a:\nb: 1\n", "a.yaml").documents
    assert document.mapping["a"].value is None
    assert document.mapping["a"].place.line == 1


def test_empty_documents_are_passed_over():
    assert len(read(b"---\n---\na: 1\n---\n", "a.yaml").documents) == 1
    assert read(b"# nothing\n", "a.yaml").documents == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"), ("on", "on"), ("12:30", "12:30"), ("1_000", "1_000"), ("2026-03-01", "2026-03-01"),
        ("~", None), ("", None), ("Null", None), ("True", True), ("FALSE", False),
        ("7", 7), ("-7", -7), ("+7", 7), ("0", 0), ("-0", 0), ("7.5", 7.5), (".5", 0.5),
        ("7.0", 7), ("1e3", 1000), ("1e17", 1e17), ("-", "-"), ("--", "--"), (".", "."), ("1.2.3", "1.2.3"),
    ],
)  # fmt: skip
def test_plain_scalars_are_read_as_yaml_1_2_does(text, value):
    found = resolve(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text", ["007", "-01", "0o17", "0xff", "1" * 19, "1e999", "-1e999", "1" * 5000, "1." + "0" * 50]
)
def test_numbers_that_readers_disagree_about_are_refused(text):
    with pytest.raises(ScalarError) as refused:
        resolve(text)
    assert "quote it" in str(refused.value)
    assert len(str(refused.value)) < 120


def test_quoted_scalars_are_text():
    (document,) = read(b"""{a: "7", b: 'true', c: "", d: !!str 7}""", "a.yaml").documents
    assert plain(document) == {"a": "7", "b": "true", "c": "", "d": 7}


def test_tag_is_reported_as_it_is_written():
    (problem,) = read(b"a: !!str 7\n", "a.yaml").problems
    assert "'!!str'" in problem.message


def test_all_mistakes_of_a_text_are_reported_at_once():
    problems = read(b"a: 07\nb: !x 1\na: 0x1\n", "a.yaml").problems
    assert [(problem.place.line, problem.rule) for problem in problems] == [
        (1, "yaml"), (2, "yaml"), (3, "yaml-duplicate"), (3, "yaml"),
    ]  # fmt: skip


def test_first_of_two_equal_keys_counts():
    assert plain(read(b"a: 1\na: 2\n", "a.yaml").documents[0]) == {"a": 1}


def test_same_reading_with_and_without_libyaml(monkeypatch):
    text = "a: [1, {b: &x y}]\nc: *x\n---\n- >-\n  folded\n  text\n"
    expected = [plain(document) for document in read(text.encode(), "a.yaml").documents]
    monkeypatch.setattr("renderer.source.reader._LOADER", yaml.SafeLoader)
    assert [plain(document) for document in read(text.encode(), "a.yaml").documents] == expected


def test_printable_escapes_what_a_terminal_would_act_on():
    assert printable("a\x1b[31m\n\u202e\ud800ä") == "a\\x1b[31m\\n\\u202e\\ud800ä"
