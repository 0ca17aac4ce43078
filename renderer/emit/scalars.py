"""How one scalar is written so that every reader sees the same value; not for structure (`renderer.emit`).

Readers disagree: PyYAML follows YAML 1.1 (`12:30` is 750, `on` is true), kubectl's go-yaml mixes 1.1 and
1.2 (`y` is true, `1e3` and `0o17` are numbers), others follow 1.2. So a string stays plain only where it
matches a narrow pattern that none of them takes for anything else; the rest is quoted.
"""

import math
import re
from functools import cache, lru_cache

_CHARACTER = r"[A-Za-z0-9_./@=+~,*?$()%-]"

_PLAIN = re.compile(
    rf"""
    (?! (?i: y | n | yes | no | on | off | true | false | null | \.inf | \.nan ) \Z )
    (?:
        (?: [A-Za-z/] | _[A-Za-z] | \.[A-Za-z] | \.\.?/ )
        (?: {_CHARACTER}++ | [ ](?={_CHARACTER}) | :(?=[:]|{_CHARACTER}) )*+
    |
        # 1Gi, 250m, 7d, 0.18.0-alpine: digits, then a letter that occurs in no number and in no timestamp
        (?! 0[xXoObB] ) [0-9][0-9._+-]*+ [A-DF-SU-Ya-df-su-y] [A-Za-z0-9._/+-]*+
    )
    """,
    re.VERBOSE,
)

# Controls, what some reader takes for a line break, spaces that are no space, invisible and bidirectional
# characters, surrogates, noncharacters. A fixed list: str.isprintable() changes with Python's Unicode tables.
_HIDDEN = (
    r"\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0"
    r"\ufff0-\ufffb\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SHORT_ESCAPES = {"\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r"}

# A literal block is for text that a person reads. At its start Go and libyaml look for the indentation, and
# refuse a tab; blanks at line ends and blank lines at the end are what editors and hooks strip: data would
# change (so `|+` is never written).
_NO_BLOCK = re.compile(r"\A[ \t\n] | [ \t](?:\n|\Z) | \n\n\Z", re.VERBOSE)
_LINE_START = re.compile(r"\n(?=[^\n])")

# Keys and most values come again in every object; long texts do not and would only hold memory.
_CACHED_LENGTH = 96

# Readers look for the colon of a simple key at most 1,024 characters ahead (YAML 1.1 and 1.2, "simple keys").
# A character has at most ten in its escape, so a cached key is never too long.
_LONGEST_SIMPLE_KEY = 1000


class RefusedError(Exception):
    """Something that cannot be written. It collects its path on the way up: the way down costs nothing."""

    def __init__(self, kind: type[Exception], message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.steps: list[str] = []

    def placed(self) -> Exception:
        """The exception for the caller, with a path like `spec.env[2].value`."""
        path = "".join(reversed(self.steps)).removeprefix(".") or "document"
        return self.kind(f"{_shown(path)}: {self}")


def text(value: str, pad: str) -> str:
    """A string value. `pad` is a line break and the indentation that lines of a literal block get."""
    return _known(value) or _block(value, pad) if len(value) <= _CACHED_LENGTH else _known_long(value, pad)


def key(value: str, pad: str) -> str:
    """A key with its colon. `pad` is a line break and the indentation of the mapping."""
    if len(value) <= _CACHED_LENGTH:
        return _known_key(value)
    written = _line(value)
    return f"{written}:" if len(written) <= _LONGEST_SIMPLE_KEY else f"? {written}{pad}:"


def _flow(value: str) -> str:
    """A string on one line, or nothing where it should be a literal block."""
    return "" if "\n" in value and _fits_block(value) else _line(value)


def _fits_block(value: str) -> bool:
    return not _NO_BLOCK.search(value) and _is_clean(value.replace("\n", " ").replace("\t", " "))


def _block(value: str, pad: str) -> str:
    body = value.removesuffix("\n")
    return ("|-" if body == value else "|") + pad + _LINE_START.sub(pad, body)


def _line(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    marked = '"' in value or "\\" in value
    clean = _is_clean(value)
    if clean and not marked:
        return f'"{value}"'
    if clean:
        return "'" + value.replace("'", "''") + "'"
    return '"' + _unsafe().sub(_escape, value.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _simple_key(value: str) -> str:
    return f"{_line(value)}:"


def _long(value: str, pad: str) -> str:
    return _flow(value) or _block(value, pad)


_known_long = lru_cache(maxsize=64)(_long)
"""The mover's scripts, mostly, which stand in every app."""
_known = lru_cache(maxsize=16384)(_flow)
_known_key = lru_cache(maxsize=4096)(_simple_key)


@cache
def _unsafe() -> re.Pattern[str]:
    """Compiled on demand: most runs write ASCII alone, and a hook pays for what it imports."""
    return re.compile(rf"[\x00-\x1f{_HIDDEN}]")


def _is_clean(value: str) -> bool:
    # For ASCII, isprintable() is the same everywhere.
    return value.isprintable() if value.isascii() else not _unsafe().search(value)


def _escape(match: re.Match[str]) -> str:
    if "\ud800" <= match[0] <= "\udfff":
        raise RefusedError(ValueError, f"a lone surrogate U+{ord(match[0]):04X} has no UTF-8; remove it")
    return _visible(match)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if short := _SHORT_ESCAPES.get(match[0]):
        return short
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def comment(value: str) -> str:
    """A comment line. Nothing in it can end the comment; what cannot be seen is written as an escape."""
    return f"# {_shown(value)}".rstrip(" ") + "\n"


def _shown(value: str) -> str:
    return value if _is_clean(value) else _unsafe().sub(_visible, value)


def number(value: float) -> str:
    """An integer or float that readers of YAML 1.1 and 1.2 read back equal."""
    if isinstance(value, int):
        # Go reads what 64 bits cannot hold as a float, and loses digits without a word.
        if not -(2**63) <= value < 2**64:
            raise RefusedError(ValueError, "an integer beyond 64 bits loses digits in Go; write a string")
        return int.__repr__(value)
    if not math.isfinite(value):
        raise RefusedError(ValueError, f"{value} is no number in JSON; leave it out")
    digits, e, exponent = float.__repr__(value).partition("e")
    # YAML 1.1 takes 1e-05 for a string: its floats have a point.
    return f"{digits}.0e{exponent}" if e and "." not in digits else digits + e + exponent
