"""What became of an object on the server: every leaf that was rendered is there and equal."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

Path = tuple[str | int, ...]

ALLOWED: dict[str, str] = {}
"""Differences that are none: the path, with [] for the number of a list item, and the reason. At most ten."""

BINARY = {f"{letter}i": Decimal(1024**power) for power, letter in enumerate("KMGTPE", 1)}
DECIMAL = {letter: Decimal(1000**power) for power, letter in enumerate(["", "k", "M", "G", "T", "P", "E"])}
SMALL = {"m": Decimal("1e-3"), "u": Decimal("1e-6"), "n": Decimal("1e-9")}
FACTORS = BINARY | DECIMAL | SMALL
QUANTITY = re.compile(
    r"(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)(?P<unit>[KMGTPE]i|[numkMGTPE]?)(?P<exponent>[eE][-+]?[0-9]+)?"
)


def differences(rendered: Any, live: Any, path: Path = ()) -> Iterator[str]:
    """One line for each leaf that the live object lacks or has changed; the server may add keys, but no list items."""
    if isinstance(rendered, dict) and isinstance(live, dict):
        for key, value in rendered.items():
            yield from differences(value, live.get(key), (*path, key))
    elif isinstance(rendered, list) and isinstance(live, list) and len(rendered) == len(live):
        for number, value in enumerate(rendered):
            yield from differences(value, live[number], (*path, number))
    elif not same(rendered, live) and not (is_quantity(path) and equal_amounts(rendered, live)):
        yield f"{'.'.join(map(str, path))}: rendered {rendered!r}, read back {live!r}"


def same(rendered: Any, live: Any) -> bool:
    """Equal, and of one type: in Python, True equals 1."""
    return type(rendered) is type(live) and bool(rendered == live)


def is_quantity(path: Path) -> bool:
    """Whether Kubernetes reads an amount at this place; elsewhere, 1Gi and 1024Mi are two texts."""
    return path[-2:-1] in (("requests",), ("limits",)) or path[-1:] in (("sizeLimit",), ("divisor",))


def equal_amounts(rendered: Any, live: Any) -> bool:
    return amount(rendered) is not None and amount(rendered) == amount(live)


def amount(quantity: Any) -> Decimal | None:
    """1Gi and 1024Mi → 1073741824; None for what is no quantity."""
    found = QUANTITY.fullmatch(str(quantity))
    if found is None or isinstance(quantity, bool):
        return None
    return Decimal(found["number"] + (found["exponent"] or "")) * FACTORS[found["unit"]]


def unexplained(found: Iterable[str], allowed: Mapping[str, str] = ALLOWED) -> list[str]:
    """Without the differences that are allowed."""
    return [line for line in found if re.sub(r"\.[0-9]+\b", "[]", line.split(": ")[0]) not in allowed]
