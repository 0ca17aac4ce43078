"""Why a document is not valid: jsonschema's findings in our words, each at its line.

Imported only when something is wrong.
"""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from renderer.problem import Problem
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


@dataclass(frozen=True, slots=True)
class _Finding:
    """What jsonschema says: a keyword, what it wants, the value, and the schema around the keyword."""

    keyword: str
    wanted: Any
    value: Any
    schema: dict[str, Any]

    @property
    def members(self) -> list[str]:
        return list(self.schema.get("properties", {}))


def problems(node: Node, data: Any, schema: Any) -> list[Problem]:
    """All problems of a document, one per place."""
    found = [
        problem
        for error in Draft202012Validator(schema).iter_errors(data)
        for problem in _problems_of(_finding(error), node.nearest(*error.absolute_path))
    ]
    return list({problem.place: problem for problem in reversed(found)}.values())


def _finding(error: ValidationError) -> _Finding:
    schema = error.schema if isinstance(error.schema, dict) else {}
    return _Finding(str(error.validator), error.validator_value, error.instance, schema)


def _problems_of(finding: _Finding, node: Node) -> Iterator[Problem]:
    match finding.keyword:
        case "additionalProperties":
            for name in finding.value:
                if name not in finding.members:
                    yield Problem(node.mapping[name].key, unknown_key(name, finding.members), "schema")
        case "required":
            missing = [name for name in finding.wanted if name not in finding.value]
            yield Problem(node.key, f"'{missing[0]}' is missing here", "schema")
        case "maxProperties" | "minProperties" | "propertyNames":
            yield Problem(node.key, _MESSAGES[finding.keyword](finding), "schema")
        case keyword:
            yield Problem(node.place, _MESSAGES.get(keyword, _other)(finding), "schema")


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


def _type(finding: _Finding) -> str:
    wanted = finding.wanted if isinstance(finding.wanted, list) else [finding.wanted]
    what = " or ".join(_TYPES[name] for name in wanted)
    return f"{_shown(finding.value)} is not {what}{_advice(finding.value, wanted)}"


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


def _enum(finding: _Finding) -> str:
    allowed = [str(value) for value in finding.wanted]
    said = str(finding.value)
    folded = {value.lower(): value for value in allowed}
    best = folded.get(said.lower()) or next(iter(difflib.get_close_matches(said[:80], allowed, n=1, cutoff=0.5)), None)
    hint = f"; did you mean '{best}'?" if best and len(allowed) > 1 else ""
    return f"{_shown(finding.value)} is not {_one_of(allowed)}{hint}"


def _one_of(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"one of {', '.join(words)}"


def _pattern(finding: _Finding) -> str:
    default = f"is not valid here: {finding.schema.get('description', 'see `backplan explain`')}"
    return f"{_shown(finding.value)} {finding.schema.get('x-message', default)}"


def _other(finding: _Finding) -> str:
    return f"{_shown(finding.value)} is not valid here ({finding.keyword})"


def _length(finding: _Finding) -> str:
    few = finding.keyword == "minLength"
    return f"{_shown(finding.value)} has {'fewer' if few else 'more'} than {finding.wanted} characters"


def _members(finding: _Finding) -> str:
    few = finding.keyword == "minProperties"
    return f"{'needs one of' if few else 'may have only one of'} {', '.join(finding.members)}"


_MESSAGES: dict[str, Callable[[_Finding], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda finding: f"{_shown(finding.value)} is not {_shown(finding.wanted)}",
    "pattern": _pattern,
    "minimum": lambda finding: f"{finding.value} is below {finding.wanted}",
    "maximum": lambda finding: f"{finding.value} is above {finding.wanted}",
    "minLength": _length,
    "maxLength": _length,
    "minItems": lambda finding: f"the list needs at least {finding.wanted} item",
    "maxItems": lambda finding: f"the list may have at most {finding.wanted} items",
    "minProperties": _members,
    "maxProperties": _members,
    "propertyNames": lambda finding: "a key here is not valid; see `backplan explain`",  # noqa: ARG005
    "uniqueItems": lambda finding: "the same item stands twice; remove one",  # noqa: ARG005
}


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
