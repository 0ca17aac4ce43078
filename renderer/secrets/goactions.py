"""What the actions of a Go template read and call, told by their tokens (text/template/parse, lex.go)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<comment>/\*.*?\*/)|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`)|(?P<character>'(?:[^'\\\n]|\\.)*')"
    r"|(?P<end>(?:\s-)?\}\})|(?P<field>\.[A-Za-z_][A-Za-z0-9_]*)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>[0-9][0-9._A-Za-z]*)|(?P<space>\s+)|(?P<other>.)",
    re.DOTALL,
)

_UNKNOWN = (".", "$", '"', "`", "'")
"""All that is fetched, a variable, and the beginning of a text that does not end."""


class Token(NamedTuple):
    """A word of an action, without spaces and comments."""

    kind: str
    text: str
    follows: bool
    """Whether it stands right behind the one before, as a field of its value does."""


def reads(text: str) -> frozenset[str] | None:
    """The keys that a template reads, whatever it makes of them; None where it could read any."""
    if "{{" not in text:
        return frozenset()
    found: set[str] = set()
    for action in _actions(text):
        if action is None or not _read(action, found):
            return None
    return frozenset(found)


def calls(text: str) -> frozenset[str]:
    """The words of a template that are neither keys nor texts: functions, and what they are joined by."""
    return frozenset(token.text for action in _actions(text) for token in action or () if token.kind == "name")


def _read(action: list[Token], found: set[str]) -> bool:
    """Whether all that an action reads could be told; what it reads is added."""
    at = 0
    while at < len(action):
        token = action[at]
        if token.kind == "field":
            is_of_value = token.follows and at > 0 and (action[at - 1].kind == "field" or action[at - 1].text == ")")
            found.update(() if is_of_value else (token.text[1:],))
        elif [one.text for one in action[at : at + 2]] == ["index", "."] and _is_text(action[at + 2 : at + 3]):
            found.add(action[at + 2].text[1:-1])
            at += 2
        elif token.kind == "other" and token.text in (".$\"`'"):  # all that is fetched, a variable, a text without end
            return False
        at += 1
    return True


def _is_text(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[0].kind == "text" and "\\" not in tokens[0].text


def _actions(text: str) -> Iterator[list[Token] | None]:
    """The tokens of each; None for one without an end."""
    at = text.find("{{")
    while at >= 0:
        at += 3 if text.startswith("{{- ", at) else 2
        tokens: list[Token] = []
        follows, is_over = False, False
        while not is_over and (token := _TOKEN.match(text, at)) is not None:
            at, kind = token.end(), str(token.lastgroup)
            is_over = kind == "end"
            if kind in ("space", "comment"):
                follows = False
            elif not is_over:
                tokens.append(Token(kind, token[0], follows))
                follows = True
        yield tokens if is_over else None
        at = text.find("{{", at)
