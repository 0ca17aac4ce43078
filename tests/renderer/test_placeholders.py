"""`{app}` and its kin."""

import pytest

from renderer.layers import expand, unknown_placeholders
from renderer.source import plain, read

VALUES = {"app": "paperless", "namespace": "documents"}


def expanded(text):
    problems = []
    node = expand(read(text.encode(), "a.yaml").documents[0], VALUES, problems)
    return plain(node), [(str(problem.place), problem.message) for problem in problems]


def test_placeholders_are_filled_in_texts_keys_and_lists():
    found, problems = expanded("{'{app}': ['{namespace}/{app}', 7, true], b: {c: 'x{app}'}}")
    assert found == {"paperless": ["documents/paperless", 7, True], "b": {"c": "xpaperless"}}
    assert problems == []


@pytest.mark.parametrize(
    "text", ["{apps}", "{{ .password }}", "{{app}}", "{", "}{", "{restore}", '{"json": 1}', "{App}", "${VAR}"]
)
def test_other_braces_stay(text):
    assert expanded(f"a: '{text}'") == ({"a": text}, [])


def test_template_is_left_alone_but_for_placeholders_in_it():
    found, problems = expanded("""a: '{{ index . "{app}-key" | upper }}/{namespace}/{{app}}/{{ .app }}'""")
    assert found == {"a": '{{ index . "paperless-key" | upper }}/documents/{{app}}/{{ .app }}'}
    assert problems == []


def test_placeholder_without_a_value_is_a_problem_at_its_place():
    found, problems = expanded("a:\n  - 'x-{cluster}'\n")
    assert found == {"a": ["x-{cluster}"]}
    assert problems == [
        ("a.yaml:2:5", "'{cluster}' has no value; set spec.cluster in backplan.yaml or write the name out")
    ]


def test_what_a_placeholder_stands_for_is_not_expanded_again():
    problems = []
    node = expand(read(b"a: '{app}'", "a.yaml").documents[0], {"app": "{namespace}", "namespace": "x"}, problems)
    assert plain(node) == {"a": "{namespace}"}


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{ap}", ["{ap}"]),
        ("a{}b", ["{}"]),
        ("{{ .x }}", []),
        ("${VAR}", []),
        ("${VAR}{x}", ["{x}"]),
        ("{a{b}", ["{b}"]),
        ("{{", []),
    ],
)
def test_unknown_placeholders_are_what_is_left_in_braces(text, unknown):
    assert unknown_placeholders(text) == unknown
