"""The only YAML writer: plain data in, the same bytes out, on every machine; it neither reads nor sorts.

Block style, two spaces, list items at the indentation of their key as kubectl prints them, keys in the order
they come, LF, no folding, never an anchor. How a scalar is quoted is decided in `renderer.emit.scalars`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from renderer.emit.scalars import RefusedError, comment, key, number, text

_Write = Callable[[str], None]

_EMPTY = {dict: "{}", list: "[]", type(None): "null"}


def document(data: object, header: Sequence[str] = ()) -> str:
    """One document, under a comment for each line of `header`.

    What cannot be written raises with its path: ValueError for a lone surrogate, nan, an integer beyond 64
    bits; TypeError for a key that is no string and for what is not dict, list, str, int, float, bool or None.
    """
    if type(data) not in (dict, list):
        raise TypeError(f"document: a mapping or a list is needed, not {type(data).__name__}")
    pieces = [comment(each) for each in header]
    try:
        _node(data, "\n", pieces.append)
    except RefusedError as refused:
        raise refused.placed() from None
    pieces.append("\n")
    return "".join(pieces)


def stream(documents: Iterable[object], header: Sequence[str] = ()) -> str:
    """Several documents with `---` between them; `header` stands once, at the top."""
    return "".join(comment(each) for each in header) + "---\n".join(document(each) for each in documents)


def _node(value: object, pad: str, write: _Write) -> None:
    """A value at a document's start or after a dash; `pad` is what its further lines begin with."""
    if type(value) is dict and value:
        _mapping(value, pad, write)
    elif type(value) is list and value:
        _sequence(value, pad, write)
    else:
        write(_scalar(value, pad))


def _mapping(mapping: dict[Any, object], pad: str, write: _Write) -> None:
    deeper = pad + "  "
    lead = ""
    name = None
    try:
        for name, value in mapping.items():
            lead += key(name, pad) if type(name) is str else _odd_key(name, pad)
            if type(value) is dict and value:
                write(lead + deeper)
                _mapping(value, deeper, write)
            elif type(value) is list and value:
                write(lead + pad)
                _sequence(value, pad, write)
            else:
                write(f"{lead} {_scalar(value, deeper)}")
            lead = pad
    except RefusedError as refused:
        refused.steps.append(f".{name}")
        raise


def _sequence(sequence: list[object], pad: str, write: _Write) -> None:
    deeper = pad + "  "
    lead = "- "
    index = 0
    try:
        for value in sequence:
            write(lead)
            _node(value, deeper, write)
            lead = pad + "- "
            index += 1
    except RefusedError as refused:
        refused.steps.append(f"[{index}]")
        raise


def _odd_key(name: object, pad: str) -> str:
    if not isinstance(name, str):
        raise RefusedError(TypeError, f"a key is a string, not {type(name).__name__}; quote it")
    return key(str.__str__(name), pad)


def _scalar(value: object, pad: str) -> str:
    """Anything without children."""
    if type(value) is str:
        return text(value, pad)
    if isinstance(value, str):
        return text(str.__str__(value), pad)  # an enum's member without its name
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number(value)
    if (word := _EMPTY.get(type(value))) is None:
        raise RefusedError(TypeError, f"{type(value).__name__} is not plain data; convert it first")
    return word
