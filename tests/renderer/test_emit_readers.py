"""What the writer wrote says the same to PyYAML, kubectl's library, go-yaml v3 and kubectl itself."""

import json
import os
import subprocess

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from renderer import emit
from tests.oracles import build
from tests.renderer.test_emit import ORDINARY, OTHER_LINES, OTHER_THINGS, UNFIT_FOR_A_BLOCK
from tests.tools import require, scale

pytestmark = pytest.mark.slow

KNOWN_TRAPS = [*ORDINARY.split(), *OTHER_THINGS.split(), *OTHER_LINES, *UNFIT_FOR_A_BLOCK]
CONTROLS = "\0\a\t\n\v\r\x1b\x7f\x80\x85\xa0\xad"
ODD_CHARACTERS = CONTROLS + "\u061c\u200b\u200d\u202e\u2028\u2029\ufeff\ufffd\uffffé你🎉\U000e0041"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB/zCCAaWg==\n-----END CERTIFICATE-----\n"
SCRIPT = '#!/bin/sh\nset -eu\n\ncase $1 in\n  a) exec restic "$@" ;; # x: y\n\t*) : ;;\nesac\n'

# Short strings over the characters that decide: this finds what random Unicode never would.
number_like = st.text("0123456789+-._eExXobBfFaAnNiITtZz:", min_size=1, max_size=8)
punctuation = st.text(" \t\n-:#?,[]{}&*!|>'\"%@`=<~\\/.ay0", max_size=8)
odd = st.text(ODD_CHARACTERS + "a: #-\n'\"\\", max_size=12)
lines = st.lists(
    st.sampled_from(["", "a", " a", "\ta", "a ", "- a", "a: b", "# a", "---", "...", "%Y", "\r"]), max_size=6
)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
traps = st.sampled_from(KNOWN_TRAPS)
strings = st.one_of(traps, number_like, punctuation, odd, lines.map("\n".join), any_text)

integers = st.integers(-(2**63), 2**64 - 1)
# Go prints a float between 2**53 and 1e21 as an integer of rounded digits: equal in Go, not in Python.
floats = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not 2**53 <= abs(x) < 1e21)
scalars = st.one_of(strings, integers, st.booleans(), floats, st.none())
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4),
    max_leaves=25,
)
documents = st.dictionaries(strings, trees, max_size=5)


class Kubeyaml:
    """The Go program: asked for one document at a time, in one process."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, text: str) -> dict:
        self.process.stdin.write(text.encode() + b"\0")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def kubeyaml():
    oracle = Kubeyaml(build("kubeyaml"))
    yield oracle
    oracle.close()


def as_json(data):
    """The data as JSON's readers see it: kubectl has no other numbers."""
    return json.loads(json.dumps(data))


@given(documents)
@settings(max_examples=scale(80))
@example({text: text for text in KNOWN_TRAPS})
@example({"script": SCRIPT, "list": [PEM, SCRIPT, [SCRIPT]], "k" * 2000: {"é\n" * 999: [SCRIPT]}})
def test_pyyaml_reads_back_what_was_written(data):
    text = emit.document(data)
    assert yaml.load(text, Loader=yaml.CSafeLoader) == data
    assert yaml.load(text.encode(), Loader=yaml.SafeLoader) == data


@given(documents)
@settings(max_examples=scale(150))
@example({text: text for text in KNOWN_TRAPS})
@example({"script": SCRIPT, "list": [PEM, SCRIPT, [SCRIPT]], "k" * 2000: {"é\n" * 999: [SCRIPT]}})
def test_kubectl_and_kustomize_read_back_what_was_written(kubeyaml, data):
    assert kubeyaml.read(emit.document(data)) == {"kubectl": as_json(data), "v3": as_json(data)}


@given(strings)
@settings(max_examples=scale(800))
def test_one_hostile_string_is_the_same_to_all_as_key_value_and_item(kubeyaml, text):
    data = {text: [text, {"a": text}], "last": text}
    written = emit.document(data)
    assert yaml.load(written, Loader=yaml.CSafeLoader) == data
    assert kubeyaml.read(written) == {"kubectl": data, "v3": data}


@given(st.lists(documents, min_size=1, max_size=4), st.lists(any_text | odd, max_size=3))
@settings(max_examples=scale(40))
def test_a_stream_is_its_documents_whatever_the_header_says(written, header):
    text = emit.stream(written, header)
    assert list(yaml.load_all(text, Loader=yaml.CSafeLoader)) == written
    assert text.endswith("\n")
    assert "\r" not in text


@given(documents)
@settings(max_examples=scale(40))
def test_only_visible_characters_reach_the_file(data):
    text = emit.document(data, ["\u202e\ufeff"])
    assert not any(
        character in text for character in "\0\a\v\r\x1b\x7f\x80\x85\xa0\u200b\u202e\u2028\u2029\ufeff\uffff"
    )


@given(documents)
@settings(max_examples=scale(40))
def test_hooks_that_strip_line_ends_find_nothing_to_strip(data):
    text = emit.document(data, ["", "a "])
    assert all(line == line.rstrip() for line in text.split("\n"))
    assert not text.endswith("\n\n")


@pytest.fixture
def offline(tmp_path):
    """A kubectl without a server, a configuration or a home."""
    return os.environ | {"HOME": str(tmp_path), "KUBECONFIG": os.devnull}


def test_kubectl_itself_reads_every_hostile_string(tmp_path, offline):
    kubectl = require("kubectl")
    texts = [*KNOWN_TRAPS, *ODD_CHARACTERS, ODD_CHARACTERS, SCRIPT, PEM]
    data = {f"k{number}": text for number, text in enumerate(texts)}
    annotations = {f"a.example/{number}": text for number, text in enumerate(texts)}
    metadata = {"name": "n", "annotations": annotations}
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
    file = tmp_path / "config-map.yaml"
    file.write_bytes(emit.document(config_map, ["read by kubectl", ODD_CHARACTERS]).encode())
    command = [kubectl, "label", "--local", "-o", "json", "-f", str(file), "x=y"]
    answer = subprocess.run(command, env=offline, capture_output=True, text=True, timeout=60, check=True)
    read = json.loads(answer.stdout)
    assert read["data"] == data
    assert read["metadata"]["annotations"] == annotations
