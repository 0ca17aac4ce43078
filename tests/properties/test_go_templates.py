"""What a Go template reads is never more than we think, whatever it is made of: Go itself runs it."""

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from renderer.secrets.goactions import calls, reads
from renderer.secrets.gotemplate import FILLED_IN, masked
from tests.renderer.secrets.operator import RefusedError, filled
from tests.tools import scale

pytestmark = pytest.mark.slow

CALM = settings(max_examples=scale(600), deadline=None)
DATA = {"a": "value-one", "b": "value-two", "c-d": "value-three", "x": '{"y": "value-four"}'}
TOLD = {"a": "value-one", "b": "value-two", "c-d": "value-three", "x": "value-four"}
OPERANDS = [
    ".a", ".b", '(index . "c-d")', 'index . "c-d"', "(.x | fromJson).y", '"text"', "`raw }} .a`", '"}} .b"', "'c'",
    "nil", "'\"'", "'\\''", "1.5", "/* .a ' \" */", "(toJson .)", "$", ".", "$v", "(printf `%s` .b)", '"\\"" ', "true",
]  # fmt: skip
WORDS = [
    'printf "%s%s"', 'printf "%[2]s"', "print", "|", "|print", "| upper", "if", "else", "end", "with", "range", "$v :=",
    "(", ")", ",", "-", "- ", " -", "len", "quote", "b64enc", 'trimSuffix "o"', "toString",
]  # fmt: skip
PIECES = st.lists(st.sampled_from(OPERANDS + WORDS), max_size=7).map(" ".join)
ACTIONS = st.tuples(st.sampled_from(["{{", "{{ ", "{{- "]), PIECES, st.sampled_from(["}}", " }}", " -}}"])).map("".join)
TEXTS = st.sampled_from(["", "text", '"', "'", "}}", "`", " "])
TEMPLATES = st.lists(st.one_of(ACTIONS, TEXTS), min_size=1, max_size=4).map("".join)


@CALM
@given(TEMPLATES)
def test_no_value_comes_out_of_a_key_that_is_not_told(template):
    try:
        said = filled({"t": template}, DATA)["t"]
    except RefusedError:
        event("Go refuses it")
        return
    event("Go fills it in")
    known = reads(template)
    shown = {key for key, value in TOLD.items() if value in said or value.upper() in said}
    assert known is None or shown <= known, (template, said)


@CALM
@given(TEMPLATES)
def test_what_is_masked_is_what_go_makes_of_it(template):
    """With one character for each value, and all else as Go writes it."""
    shown = masked(template)
    if shown is None:
        return
    event("masked")
    said = filled({"t": template}, DATA)["t"]
    for part in shown.split(FILLED_IN):
        assert part.strip() in said


@CALM
@given(st.sampled_from(OPERANDS), st.sampled_from(OPERANDS), st.sampled_from(["getHostByName", "env", "expandenv"]))
def test_function_is_seen_whatever_stands_around_it(before, after, function):
    assert function in calls(f'{{{{ printf "%s" {before} ({function} "x") {after} }}}}')
