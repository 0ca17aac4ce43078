"""Why a document is not valid: jsonschema's findings in our words, each at its line.

Imported only when something is wrong.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, ValidationError

from renderer.problem import Problem
from renderer.schema.unknown import nearest, unknown_key
from renderer.source import Node
from renderer.source.characters import short, shown_key

MOST = 100
"""So many problems of one document are reported: a hostile one may have 50,000."""
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_ADDRESS = re.compile(r"://|:.*@")
"""What may hold a user and a password is not repeated: messages end up in the logs of CI."""
_OF_CREDENTIALS = frozenset(("repository", "repositories", "secret", "command", "env", "envFrom", "ping", "patch"))
"""Keys below which people put a credential by mistake; a text from there is not repeated either."""
_OF_NONE = frozenset(("volume", "customCA", "identity"))
"""Keys beside those, of which the texts are names and folders."""
_TEXT_FOR_BOOLEAN = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


class _Finding(NamedTuple):
    """What jsonschema says: a keyword, what it wants, the value, and the schema around the keyword."""

    keyword: str
    wanted: Any
    value: Any
    schema: dict[str, Any]
    is_private: bool
    """Whether the value may be a credential."""
    is_key: bool

    @property
    def shown(self) -> str:
        """The value, as far as it may be repeated."""
        if self.is_key:
            return f"'{shown_key(str(self.value))}'"
        return "this text" if self.is_private and isinstance(self.value, str) else _shown(self.value)

    @property
    def members(self) -> list[str]:
        return list(self.schema.get("properties", {}))


def problems(node: Node, data: Any, schema: Any) -> list[Problem]:
    """The problems of a document, one per place and not more than anybody reads."""
    found = (
        problem
        for error in Draft202012Validator(schema).iter_errors(data)
        for problem in _problems_of(_finding(error), _node(error, node), _keys(error, _kind(schema)))
    )
    first = list(islice(found, MOST))
    return list({problem.place: problem for problem in reversed(first)}.values())


def _node(error: ValidationError, root: Node) -> Node:
    """Where the error is: for a bad key the key's value, whose `key` is the place."""
    node = root.nearest(*error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        below = node.mapping.get(str(error.instance), node)
        return Node(below.value, below.key)
    return node


def _finding(error: ValidationError) -> _Finding:
    schema = error.schema if isinstance(error.schema, dict) else {}
    is_key = "propertyNames" in error.absolute_schema_path
    path = frozenset(error.absolute_path)
    is_document = not path  # a file that was named by mistake is one text, such as `RESTIC_PASSWORD=...`
    is_private = is_document or (bool(path & _OF_CREDENTIALS) and not path & _OF_NONE)
    return _Finding(str(error.validator), error.validator_value, error.instance, schema, is_private, is_key)


def _kind(schema: dict[str, Any]) -> str:
    """The kind of object that a schema of `objects/` is for; '' for our own language, which has no such constant."""
    kind: dict[str, str] = schema.get("properties", {}).get("kind", {})
    return kind.get("const", "")


def _keys(error: ValidationError, kind: str) -> str:
    """The dotted path of keys: as `kubectl explain` takes it for an object, as `backplan explain` does for a layer."""
    steps = [step for step in error.absolute_path if isinstance(step, str)]
    if kind:
        return ".".join([kind, *steps])
    return ".".join(steps[1:] if steps[:1] == ["spec"] else steps)


def _problems_of(finding: _Finding, node: Node, path: str) -> Iterator[Problem]:
    match finding.keyword:
        case "additionalProperties":
            for name in finding.value:
                if name not in finding.members:
                    yield Problem(node.mapping[name].key, unknown_key(name, finding.members, path), "schema")
        case "required":
            yield Problem(node.key, _missing(finding), "schema")
        case "maxProperties" if sum(name in finding.members for name in finding.value) <= finding.wanted:
            return  # there are too many only with the unknown keys, which are said already
        case "maxProperties" | "minProperties" | "propertyNames":
            yield Problem(node.key, _MESSAGES[finding.keyword](finding), "schema")
        case keyword:
            yield Problem(node.place, _MESSAGES.get(keyword, _other)(finding), "schema")


def _missing(finding: _Finding) -> str:
    missing = [name for name in finding.wanted if name not in finding.value]
    names = " and ".join(f"'{name}'" for name in missing)
    return f"{names} {'is' if len(missing) == 1 else 'are'} missing here; add {'it' if len(missing) == 1 else 'them'}"


def _type(finding: _Finding) -> str:
    wanted = finding.wanted if isinstance(finding.wanted, list) else [finding.wanted]
    what = " or ".join(_TYPES[name] for name in wanted)
    if isinstance(finding.value, dict | list):
        return f"{what} is needed here, not {finding.shown}{_instead(finding)}"
    return f"{finding.shown} is not {what}{_advice(finding.value, wanted) or _instead(finding)}"


def _instead(finding: _Finding) -> str:
    """What to write where a mapping is needed, or where nothing is."""
    if finding.value is None:
        return "; write a value or remove it"
    if finding.wanted == "object" and finding.members:
        few = finding.members[:4]
        return f"; its keys are {', '.join(few)}{' and more' if len(finding.members) > len(few) else ''}"
    return "; write the value alone" if isinstance(finding.value, dict | list) else ""


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
    allowed = [_shown(value).strip("'") for value in finding.wanted]
    if len(allowed) == 1:
        return f"must be {allowed[0]} here, not {_shown(finding.value)}"
    said = str(finding.value)
    best = nearest(said, allowed) if said[:1].isalpha() else None  # the nearest number is nobody's guess
    hint = f"; did you mean '{best}'?" if best else ""
    return f"{_shown(finding.value)} is not one of {', '.join(allowed)}{hint}"


def _pattern(finding: _Finding) -> str:
    default = f"is not valid here; use {finding.schema.get('description', 'another, see `backplan explain`')}"
    return f"{finding.shown} {finding.schema.get('x-message', default)}"


def _other(finding: _Finding) -> str:
    return f"{finding.shown} is not valid here ({finding.keyword})"


def _length(finding: _Finding) -> str:
    if finding.keyword == "minLength":
        return "an empty text is not allowed here; write a value or remove the key"
    return f"{finding.shown} has more than {finding.wanted} characters; shorten it"


def _members(finding: _Finding) -> str:
    if said := finding.schema.get("x-message"):  # where one key must stand beside those that exclude each other
        return str(said)
    few = finding.keyword == "minProperties"
    return f"{'set one of' if few else 'set only one of'} {', '.join(finding.members)} here"


_MESSAGES: dict[str, Callable[[_Finding], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda finding: f"{finding.shown} is not {_shown(finding.wanted)}",
    "pattern": _pattern,
    "minimum": lambda finding: f"{finding.shown} is too small; use {finding.wanted} or more",
    "maximum": lambda finding: f"{finding.shown} is too large; use {finding.wanted} or less",
    "minLength": _length,
    "maxLength": _length,
    "minItems": lambda finding: f"the list is empty; give it {finding.wanted} item or more, or remove the key",
    "maxItems": lambda finding: f"the list has more than {finding.wanted} items; remove some",
    "minProperties": _members,
    "maxProperties": _members,
    "propertyNames": lambda finding: "a key here is not valid; see `backplan explain`",  # noqa: ARG005
    "uniqueItems": lambda finding: "the same item stands twice; remove one",  # noqa: ARG005
}


def _shown(value: Any) -> str:
    match value:
        case bool() | int() | float():
            return short(json.dumps(value))
        case str() if _ADDRESS.search(value):
            return "this text"
        case str():
            return f"'{short(value)}'"
        case dict() | list():
            return "a mapping" if isinstance(value, dict) else "a list"
        case _:
            return "null"
