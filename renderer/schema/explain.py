"""Why a document is not valid: jsonschema's findings in our words, each at its line.

Imported only when something is wrong.
"""

import difflib
from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from renderer.problem import Place, Problem
from renderer.source import Node

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_TEXT_FOR_BOOLEAN = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def problems(node: Node, data: Any, schema: Any) -> list[Problem]:
    """All problems of a document, at most one per key."""
    found = [
        problem
        for error in Draft202012Validator(schema).iter_errors(data)
        for problem in _problems_of(error, node)
    ]
    return list({problem.place: problem for problem in reversed(found)}.values())


def _problems_of(error: ValidationError, root: Node) -> Iterator[Problem]:
    node = root.nearest(*error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
        for name in _unknown(error):
            yield Problem(node.mapping[name].key, unknown_key(name, known), "schema")
        return
    if error.validator == "required":
        missing = error.message.split("'")[1]
        yield Problem(node.key, f"'{missing}' is missing here", "schema")
        return
    say = _MESSAGES.get(str(error.validator))
    yield Problem(_place(error, node), say(error) if say else _short(error.message), "schema")


def _unknown(error: ValidationError) -> list[str]:
    schema = error.schema if isinstance(error.schema, dict) else {}
    return [name for name in error.instance if name not in schema.get("properties", {})]


def _place(error: ValidationError, node: Node) -> Place:
    return node.key if error.validator in ("maxProperties", "minProperties", "propertyNames") else node.place


def unknown_key(name: str, known: list[str]) -> str:
    """What to say about a key that the schema does not have."""
    return f"unknown key '{_short(name)}'{did_you_mean(name, known)}"


def did_you_mean(name: str, known: list[str]) -> str:
    """The nearest known word, or the few that there are, as the end of a message."""
    close = difflib.get_close_matches(name[:80], known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    folded = {word.lower(): word for word in known}
    if name.lower() in folded:
        return f"; did you mean '{folded[name.lower()]}'?"
    if 0 < len(known) <= 12:
        return f"; known here: {', '.join(known)}"
    return "; `backplan explain` lists the keys"


def _type(error: ValidationError) -> str:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    what = " or ".join(_TYPES[name] for name in wanted)
    return f"{_shown(error.instance)} is not {what}{_advice(error.instance, wanted)}"


def _advice(value: Any, wanted: list[Any]) -> str:
    if "string" in wanted and isinstance(value, bool | int | float):
        return "; quote it"
    if "boolean" in wanted and isinstance(value, str) and value.lower() in _TEXT_FOR_BOOLEAN:
        return f"; write {_TEXT_FOR_BOOLEAN[value.lower()]}"
    if "integer" in wanted and isinstance(value, str) and value.isdecimal():
        return "; remove the quotes"
    if wanted == ["array"]:
        return "; start each item with '- '"
    return ""


def _enum(error: ValidationError) -> str:
    allowed = [str(value) for value in error.validator_value]
    close = difflib.get_close_matches(str(error.instance)[:80], allowed, n=1, cutoff=0.5)
    folded = {value.lower(): value for value in allowed}
    best = folded.get(str(error.instance).lower()) or (close[0] if close else None)
    hint = f"; did you mean '{best}'?" if best and len(allowed) > 1 else ""
    return f"{_shown(error.instance)} is not {_one_of(allowed)}{hint}"


def _one_of(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"one of {', '.join(words)}"


def _pattern(error: ValidationError) -> str:
    schema = error.schema if isinstance(error.schema, dict) else {}
    says = (
        schema.get("x-message") or f"is not valid here: {schema.get('description', 'see `backplan explain`')}"
    )
    return f"{_shown(error.instance)} {says}"


_MESSAGES: dict[str, Callable[[ValidationError], str]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": lambda error: f"{error.instance} is below {error.validator_value}",
    "maximum": lambda error: f"{error.instance} is above {error.validator_value}",
    "minLength": lambda error: (
        f"{_shown(error.instance)} is too short; it needs {error.validator_value} or more characters"
    ),
    "maxLength": lambda error: (
        f"{_shown(error.instance)} is longer than {error.validator_value} characters; shorten it"
    ),
    "minItems": lambda error: f"the list needs {error.validator_value} or more items",
    "maxItems": lambda error: f"the list may have at most {error.validator_value} items",
    "minProperties": lambda error: f"needs one of {', '.join(_members(error))}",
    "maxProperties": lambda error: f"may have only one of {', '.join(_members(error))}",
    "uniqueItems": lambda error: "the same item stands twice; remove one",
}


def _members(error: ValidationError) -> list[str]:
    return list(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "null"
        case _:
            return f"'{_short(str(value))}'"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
