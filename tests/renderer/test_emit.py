"""What the writer prints, to the byte; whether others read it back equal is asked in test_emit_readers.py."""

import enum
import re
import string

import pytest
import yaml

from renderer import emit


def written(value) -> str:
    """The value as the writer prints it behind the key `k`."""
    return emit.document({"k": value}).removeprefix("k:").removeprefix(" ")


class Engine(enum.StrEnum):
    VOLSYNC = "volsync"


def test_a_manifest_looks_as_kubectl_prints_it():
    manifest = {
        "apiVersion": "v1",
        "metadata": {"name": "a", "labels": {}},
        "args": ["x", 1, True, ["p", ["q"], []], {"name": "v", "items": [{"k": None}, {}]}],
        "size": 1.5,
    }
    assert emit.document(manifest) == (
        "apiVersion: v1\n"
        "metadata:\n"
        "  name: a\n"
        "  labels: {}\n"
        "args:\n"
        "- x\n"
        "- 1\n"
        "- true\n"
        "- - p\n"
        "  - - q\n"
        "  - []\n"
        "- name: v\n"
        "  items:\n"
        "  - k: null\n"
        "  - {}\n"
        "size: 1.5\n"
    )


def test_keys_keep_the_order_in_which_they_come():
    assert emit.document({"z": 1, "a": 2, "m": 3}) == "z: 1\na: 2\nm: 3\n"


def test_a_document_may_be_empty_or_a_list():
    assert [emit.document(data) for data in ({}, [], ["a"], [{}])] == ["{}\n", "[]\n", "- a\n", "- {}\n"]


def test_documents_are_parted_by_three_dashes_under_one_header():
    assert emit.stream([{"a": 1}, {"b": 2}], ["made from x", ""]) == "# made from x\n#\na: 1\n---\nb: 2\n"
    assert emit.stream([]) == ""
    assert emit.document({"a": 1}, ["x"]) == "# x\na: 1\n"


@pytest.mark.parametrize("breaking", ["\n", "\r", "\r\n", *"\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\0"])
def test_nothing_in_a_header_ends_its_comment(breaking):
    text = emit.document({"a": 1}, [f"apps/x{breaking}evil: true"])
    assert text.splitlines()[1:] == ["a: 1"]
    assert text.startswith("# apps/x\\")


def test_a_header_shows_file_names_that_are_no_text():
    assert emit.document({"a": 1}, ["x/\udcff\u202e.yaml"]) == "# x/\\uDCFF\\u202E.yaml\na: 1\n"


ORDINARY = """
    paperless-data default.svc docker.io/restic/restic:0.18.0 s3:https://s3.example.com/backups/a/paperless
    /data ./data ../.backplan .snapshots _fleet backplan.dev/hash volsync.backube/v1alpha1 Europe/Berlin
    1Gi 250m 7d 30s 0.18.0-alpine 4b1adee6 12h30m 10.0.0.1a
    a=b a::b user@host yess nulls offer none Nil t f e3 x1F inf nan
"""


@pytest.mark.parametrize("text", [*ORDINARY.split(), "exec restic backup . --json", "x - y", "size 1 of 2"])
def test_ordinary_text_stays_plain(text):
    assert written(text) == f"{text}\n"


OTHER_THINGS = """
    y Y n N yes Yes YES no No NO on On ON off OFF true TRUE True false False null Null NULL ~
    1 0 -1 +1 00 08 0123 1_000 _1 1e3 1E3 12e45 1e+3 1e-3 1.5e3 1. .5 -.5 +.5 1.10 0x1F 0o17 0b1 -0x1 +0b1
    0X1F .inf .Inf .INF -.inf +.inf .nan .NaN .NAN 12:30 190:20:30 190:20:30.15 1:1 0.1:2
    2026-01-01 2026-1-1 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 2001-12-15T2:59:43.1Z
    = << - ? : -- --- ... .. . --json @daily */15 *.tmp &a !tag !!str %TAG %YAML |- > ` # #x [] {} [a {a ]a }a
    , ,a a: :a {{x}} ${VAR} $(VAR) a|b a#b a{b 10.0.0.1 10.0.0.0/8 1.2.3
"""
OTHER_LINES = [
    "",
    " ",
    " a",
    "a ",
    "a  b",
    "a: b",
    "a :b",
    "a #b",
    "0 2 * * *",
    "- a",
    "? a",
    "2001-12-14 21:59:43",
]


@pytest.mark.parametrize("text", [*OTHER_THINGS.split(), *OTHER_LINES])
def test_what_some_reader_takes_for_another_thing_is_quoted(text):
    assert emit.document({text: text}) == f'"{text}": "{text}"\n'


def test_text_with_quotes_or_backslashes_is_readable():
    assert written('say "hi"') == "'say \"hi\"'\n"
    assert written(r"C:\it's") == "'C:\\it''s'\n"
    assert written('"\t\\') == '"\\"\\t\\\\"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\0\t\r\x1b\x7f\x80\x85\xa0\xad", r'"\0\t\r\x1B\x7F\x80\x85\xA0\xAD"'),
        ("\u200b\u202e\u2028\u2029\u2066", r'"\u200B\u202E\u2028\u2029\u2066"'),
        ("\u3000\ufeff\ufffe\uffff", r'"\u3000\uFEFF\uFFFE\uFFFF"'),
        ("\U000e0041", r'"\U000E0041"'),
        ("Grüße 你好 🎉 \ufffd", '"Grüße 你好 🎉 \ufffd"'),
    ],
)
def test_what_cannot_be_seen_is_escaped_and_the_rest_is_not(text, expected):
    assert written(text) == f"{expected}\n"


def test_text_of_several_lines_is_a_literal_block():
    script = "#!/bin/sh\n\nif true; then\n\techo 'ä: #'   \\\n  x\nfi"
    block = "  #!/bin/sh\n\n  if true; then\n  \techo 'ä: #'   \\\n    x\n  fi\n"
    assert written(script) == "|-\n" + block
    assert written(script + "\n") == "|\n" + block
    assert emit.document({"a": [{"b": ["x\ny"]}]}) == "a:\n- b:\n  - |-\n    x\n    y\n"
    assert emit.document(["a\nb\n"]) == "- |\n  a\n  b\n"


UNFIT_FOR_A_BLOCK = ["\n", "\na", " a\nb", "\ta\nb", "a \nb", "a\t\nb", "a\nb ", "a\n\n", "a\r\nb", "a\n\x85"]


@pytest.mark.parametrize("text", UNFIT_FOR_A_BLOCK)
def test_text_that_a_block_or_an_editor_could_change_stays_on_one_line(text):
    assert written(text).startswith('"')
    assert written(text).count("\n") == 1


def test_long_lines_are_never_folded():
    assert emit.document({"a": "word " * 200 + "x", "b": "w: " * 200}).count("\n") == 2


def test_a_key_has_one_line_and_a_very_long_one_is_marked():
    assert emit.document({"a\nb": 1}) == '"a\\nb": 1\n'
    long = "k" * 1001
    assert emit.document({"a": {long: {"b": 1}, "c": 2}}) == f"a:\n  ? {long}\n  :\n    b: 1\n  c: 2\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[
            (True, "true"),
            (False, "false"),
            (None, "null"),
            (0, "0"),
            (-7, "-7"),
            (2**64 - 1, str(2**64 - 1)),
        ],
        *[(1.0, "1.0"), (0.1, "0.1"), (-0.0, "-0.0"), (1e16, "1.0e+16"), (1e-05, "1.0e-05")],
        *[(1.5e300, "1.5e+300"), (5e-324, "5.0e-324")],
    ],
)
def test_numbers_and_words(value, expected):
    assert written(value) == f"{expected}\n"


def test_an_enum_member_is_its_value():
    assert emit.document({Engine.VOLSYNC: Engine.VOLSYNC}) == "volsync: volsync\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"a": [{"b": "\ud800"}]}, "a[0].b: a lone surrogate U+D800 has no UTF-8; remove it"),
        ({"a": {"x\udfff": 1}}, "a.x\\uDFFF: a lone surrogate U+DFFF has no UTF-8; remove it"),
        ({"a": "\n\udfff"}, "a: a lone surrogate U+DFFF has no UTF-8; remove it"),
        ({"a": float("nan")}, "a: nan is no number in JSON; leave it out"),
        ([[1, float("-inf")]], "[0][1]: -inf is no number in JSON; leave it out"),
        ({"a": 2**64}, "a: an integer beyond 64 bits loses digits in Go; write a string"),
        ({"a": -(10**5000)}, "a: an integer beyond 64 bits loses digits in Go; write a string"),
    ],
)
def test_a_value_that_cannot_be_written_is_named(data, message):
    with pytest.raises(ValueError, match=re.escape(message) + r"\Z"):
        emit.document(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"a": {1: 2}}, "a.1: a key is a string, not int; quote it"),
        ({None: 2}, "None: a key is a string, not NoneType; quote it"),
        ({"a": [(1, 2)]}, "a[0]: tuple is not plain data; convert it first"),
        ({"a": b"x"}, "a: bytes is not plain data; convert it first"),
        ({"a": set()}, "a: set is not plain data; convert it first"),
        ("a", "document: a mapping or a list is needed, not str"),
    ],
)
def test_what_is_not_plain_data_is_named(data, message):
    with pytest.raises(TypeError, match=re.escape(message) + r"\Z"):
        emit.document(data)


@pytest.mark.parametrize("part", ["a", "a:", "a b ", "1", "\n", " \n", "a\n", "\0", '"', ":"])
def test_hostile_size_is_written_and_read_back(part):
    """300,000 characters in each loop of the patterns: quadratic time would take minutes."""
    value = part * (300_000 // len(part)) + "!"
    assert yaml.safe_load(emit.document({"k": value})) == {"k": value}


def test_every_printable_character_alone_and_doubled_is_one_line():
    for character in string.printable:
        assert emit.document({character: character * 2}).count("\n") == 1
