"""The mover's result as a reader takes it: one small JSON object that fits the schema, in the schema's order."""

import json
from functools import cache
from typing import Any

import jsonschema_rs

from tests.tools import ROOT

LIMIT = 1024
EXIT_CODES = {
    "ok": {0},
    "partial": {0},
    "unchanged": {0},
    "already": {0},
    "restored": {0},
    "present": {0},
    "emptied": {0},
    "empty": {0},
    "guarded": {65},
    "unreadable": {65},
    "no-snapshot": {66},
    "damaged": {67},
    "mismatch": {67},
    "stale": {67},
    "locked": {71},
    "wrong-password": {72},
    "no-repository": {1, 70},
    "unreachable": {1},
    "killed": {1},
    "cancelled": {130},
    "error": {1, 64},
}
"""How a class may end; 64 to 72 are never tried again."""


def read(message: str) -> dict[str, Any]:
    """The result, or a failed assertion with the message."""
    assert len(message.encode()) <= LIMIT, message
    result: dict[str, Any] = json.loads(message)
    members = list(schema()["properties"])
    assert list(result) == [name for name in members if name in result], message
    validator().validate(result)
    return result


@cache
def schema() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "schemas" / "result.json").read_text("utf-8"))
    return document


@cache
def validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())
