"""Plain scalars as YAML 1.2's core schema reads them, and a refusal where YAML readers disagree.

`yes`, `on`, `12:30`, `1_000` and dates are strings here, as in YAML 1.2 (PyYAML, a YAML 1.1 reader, makes
them booleans, 750, 1000 and date objects).
"""

import re

from renderer.source.tree import Scalar

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DIGITS = 18
"""More digits than this fit neither an int64 nor a float without loss."""


class ScalarError(ValueError):
    """A plain scalar that readers would take for different things; the text is the message."""


_MODE = re.compile(r"0o?[0-7]{3}")
_MODES = "write it in decimals (as a file's mode 0400 is 256, 0440 is 288, 0644 is 420), or quote it"


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar.

    Raises `ScalarError` for numbers that other YAML readers take for something else or cannot hold; it does not repeat
    them, as a password may look like a number.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _BASED.fullmatch(text):
        way_out = _MODES if _MODE.fullmatch(text) else "write it in decimals or quote it"
        raise ScalarError(f"this is a number in some YAML readers only; {way_out}")
    if _FLOAT.fullmatch(text):
        return _float(text)
    return text


def _integer(text: str) -> int:
    digits = text.lstrip("+-")
    if len(digits) > _DIGITS:
        raise ScalarError("the number is too long; quote it if it is meant as text")
    if len(digits) > 1 and digits[0] == "0":
        way_out = _MODES if _MODE.fullmatch(text) else "drop the zeros or quote it"
        raise ScalarError(f"this is octal for some YAML readers and decimal for others; {way_out}")
    return int(text)


def _float(text: str) -> float | int:
    value = float(text) if len(text) <= 40 else float("inf")
    if value in (float("inf"), float("-inf")):
        raise ScalarError("the number is too large; quote it if it is meant as text")
    # 7.0 is 7 in JSON, so for every schema and for Kubernetes; beyond 2^53 a float is no exact number
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
