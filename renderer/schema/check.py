"""A document against a schema: yes in microseconds, and where the answer is no, why in plain words."""

from renderer.problem import Problem
from renderer.schema.bundle import Strictness, bundle
from renderer.schema.fit import rule_of
from renderer.source import Node, plain


def check(node: Node, name: str, strictness: Strictness) -> list[Problem]:
    """What the schema `name` has against a document; nulls count as not set."""
    if rule_of(name, strictness).accepts(node):
        return []
    from renderer.schema import explain  # noqa: PLC0415 - jsonschema costs 50 ms, paid only by mistakes

    return explain.problems(node, plain(node), bundle(name, strictness))
