"""A document against a schema: yes in microseconds, and where the answer is no, why in plain words."""

from functools import cache
from typing import Any

import jsonschema_rs

from renderer.problem import Problem
from renderer.schema.bundle import Strictness, bundle
from renderer.source import Node, plain


@cache
def _validator(name: str, strictness: Strictness) -> Any:
    return jsonschema_rs.Draft202012Validator(bundle(name, strictness))


def accepts(data: Any, name: str, strictness: Strictness = Strictness.STRICT) -> bool:
    """Whether plain data is valid."""
    return bool(_validator(name, strictness).is_valid(data))


def check(node: Node, name: str, strictness: Strictness) -> list[Problem]:
    """What the schema `name` has against a document; nulls count as not set."""
    data = plain(node)
    if accepts(data, name, strictness):
        return []
    from renderer.schema import explain  # noqa: PLC0415 - jsonschema costs 50 ms, paid only by mistakes

    return explain.problems(node, data, bundle(name, strictness))
