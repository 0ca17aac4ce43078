"""Characters that no policy needs and that make a file look different from what it says.

Control characters break terminals, Go templates and shell; bidirectional controls show text in another order
than it is read ("Trojan Source", CVE-2021-42574); the Unicode line ends count as a line in some readers only,
which would make every place after them wrong.
"""

import re
from typing import NamedTuple

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\r(?!\n)"
)
_BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Unwanted(NamedTuple):
    """The first such character of a text: its place (from 1) and a name to print instead of it."""

    line: int
    column: int
    name: str


def first_unwanted(text: str) -> Unwanted | None:
    """The first unwanted character; tab, LF and CR LF are fine."""
    found = _UNWANTED.search(text)
    if found is None:
        return None
    at = found.start()
    return Unwanted(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), _name(text[at]))


def _name(character: str) -> str:
    if _BIDIRECTIONAL.match(character):
        kind = "bidirectional control character"
    elif character in "\u2028\u2029":
        kind = "line separator"
    else:
        kind = "control character" if ord(character) < 0x100 else "invisible character"
    return f"the {kind} U+{ord(character):04X}"


def printable(text: str) -> str:
    """The text with every unwanted character and line end written as an escape: safe on a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def short(text: str) -> str:
    """At most 60 characters of what somebody wrote."""
    return text if len(text) <= 60 else text[:57] + "..."


def shown_key(text: str) -> str:
    """A key as messages may repeat it: its beginning, and nothing of a value that was written into it."""
    name = re.split("[=:]", text, maxsplit=1)[0]
    return short(name) if len(name) == len(text) else f"{short(name)}…"
