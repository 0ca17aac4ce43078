"""`{app}` and its kin: filled into every string and every mapping's key of a policy, once their values are known.

A word in braces that is not a placeholder stays as it is (a JSON text, an ExternalSecret's `{{ .template }}`);
where that would surely be a mistake (`url`, `names`) the caller asks for the unknown ones.
"""

import re
from collections.abc import Iterator, Mapping

from renderer.problem import Problem
from renderer.source import Node

NAMES = ("cluster", "namespace", "app", "volume", "claim", "target")
KNOWN = " ".join(f"{{{name}}}" for name in NAMES)
"""The placeholders as messages list them."""
OF_NAMES = ("restore", "operation")
"""What only patterns of names fill in; elsewhere they are words like any other."""
_WORDS = "|".join((*NAMES, *OF_NAMES))
_PLACEHOLDER = re.compile(rf"\{{\{{(?:{_WORDS})\}}\}}|\{{({_WORDS})\}}")
"""In double braces they are another template's words, and nothing is captured."""
_OTHER_BRACES = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}")
_ANY = re.compile(r"\{[^{}]*\}")


def expand(node: Node, values: Mapping[str, str], problems: list[Problem]) -> Node:
    """The tree with placeholders filled in; one without a value is a problem at its place."""
    value = node.value
    if isinstance(value, str):
        return node.with_value(_filled(value, node, values, problems)) if "{" in value else node
    if isinstance(value, dict):
        entries = {}
        for key, below in value.items():
            name = _filled(key, below, values, problems) if "{" in key else key
            # most values are such texts, and a call for each would cost more than all the rest
            is_fixed = type(below.value) is str and "{" not in below.value
            entries[name] = below if is_fixed else expand(below, values, problems)
        if len(entries) < len(value):
            problems.extend(_collapsed(value, values))
        return Node(entries, node.place, node.key)
    if isinstance(value, list):
        return Node([expand(item, values, problems) for item in value], node.place, node.key)
    return node


def _filled(text: str, node: Node, values: Mapping[str, str], problems: list[Problem]) -> str:
    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0]
        if name in values:
            return values[name]
        if name not in OF_NAMES:
            problems.append(Problem(node.place, _missing(name), "placeholder"))
        return found[0]

    return _PLACEHOLDER.sub(fill, text)


def _collapsed(entries: Mapping[str, Node], values: Mapping[str, str]) -> Iterator[Problem]:
    """Keys that are another's equal once placeholders are filled in."""
    first: dict[str, str] = {}
    for key, below in entries.items():
        name = _filled(key, below, values, [])
        if name in first:
            message = f"'{key[:60]}' and '{first[name][:60]}' are one key, '{name[:60]}'; remove one"
            yield Problem(below.key, message, "placeholder")
        first.setdefault(name, key)


def _missing(name: str) -> str:
    if name == "cluster":
        return "'{cluster}' has no value; set spec.cluster in backplan.yaml or write the name out"
    return f"'{{{name}}}' has no value here; write it out"


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces in a text whose placeholders have been filled in.

    Template braces are no placeholders, and `${…}` is a variable of Flux, which is another rule's business.
    """
    return _ANY.findall(_OTHER_BRACES.sub("", text))
