"""What is sealed is rendered as it stands, in whatever way its YAML is written."""

import base64
import json
import re
from textwrap import indent

import pytest
import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.properties.rendering import outcome
from tests.tools import scale

pytestmark = pytest.mark.slow

CALM = settings(max_examples=scale(80))
POLICY = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: web, namespace: shop}
spec:
  engine: volsync
  claim: web-data
  copyMethod: Snapshot
  schedule: "@daily"
  retain: {daily: 7}
  repository:
    url: s3:https://s3.example.com/web
    secret:
      sealedSecret:"""
DOCUMENT = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: restic
  annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}
spec:
  encryptedData:
"""


@st.composite
def sealed(draw):
    """Shaped as what kubeseal makes: the length of a block, the block, a text and its tag."""
    block = draw(st.sampled_from([256, 384, 512]))
    length = block + draw(st.integers(1, 300)) + 16
    return base64.b64encode(block.to_bytes(2, "big") + draw(st.binary(min_size=length, max_size=length))).decode()


KEYS = st.from_regex(r"[-._a-zA-Z0-9]{1,20}", fullmatch=True)
VALUES = st.dictionaries(KEYS, sealed(), max_size=4)


def wrapped(value, end="\n"):
    return re.sub("(.{64})", lambda found: found[1] + end, value)


def block(sign):
    return lambda value: f"{sign}\n{indent(wrapped(value), '      ')}"


STYLES = {
    "plain": str,
    "single": "'{}'".format,
    "double": json.dumps,
    "escaped": lambda value: json.dumps(value).replace("=", "\\x3d").replace("+", "\\u002B"),
    "continued": lambda value: f'"{wrapped(value, chr(92) + chr(10) + "      ")}"',
    "plain below": lambda value: f"\n      {value}",
    "folded": lambda value: f">-\n      {value}",
    "folded with a line break": lambda value: f">+\n      {value}\n",
    "literal": block("|"),
    "stripped": block("|-"),
    "kept": block("|+"),
    "indented": lambda value: f"|4-\n{indent(wrapped(value), ' ' * 8)}",
}


@st.composite
def documents(draw):
    """A SealedSecret as text, and what kubectl would read in it."""
    lines = []
    for key, value in {"RESTIC_PASSWORD": draw(sealed()), **draw(VALUES)}.items():
        style = draw(st.sampled_from(sorted(STYLES)))
        event(style)
        lines.append(f"    {json.dumps(key)}: {STYLES[style](value)}\n")
    text = DOCUMENT + "".join(lines)
    return text, yaml.load(text, yaml.CSafeLoader)["spec"]["encryptedData"]


def values_in(made):
    """Those of the SealedSecret, out of the text that was rendered."""
    assert [problem.message for problem in made.problems if problem.is_error] == []
    (found,) = [one for one in yaml.load_all(made.text, yaml.CSafeLoader) if one["kind"] == "SealedSecret"]
    return found["spec"]["encryptedData"]


@CALM
@given(documents())
def test_sealed_values_of_a_file_are_rendered_as_they_stand(document):
    text, values = document
    assert values_in(outcome(f"{POLICY} restic.sealed.yaml\n", {"restic.sealed.yaml": text})) == values


@CALM
@given(documents())
def test_sealed_values_in_a_policy_are_rendered_as_they_stand(document):
    text, values = document
    assert values_in(outcome(f"{POLICY}\n{indent(text, ' ' * 8)}")) == values
