"""Comments among the values of a Secret: sops encrypts those that it finds there, and later ones stay readable."""

import re
from collections.abc import Iterator
from itertools import islice

from renderer.problem import Place, Problem, Severity
from renderer.secrets.sops.readable import PARTS

_ENOUGH = 5
_KEY = re.compile(r"([A-Za-z]\w*):")
_READABLE = re.compile(r"( *)#(?!ENC\[)")


def comment_problems(text: str, file: str) -> Iterator[Problem]:
    """A warning for each; `file` is what messages call it. None repeats the comment."""
    message = (
        "this comment among the values is readable; take it out with 'sops edit --ignore-mac', "
        "and change the credential if it tells one"
    )
    places = islice(_places(text), _ENOUGH)
    return (Problem(Place(file, *place), message, "plaintext", Severity.WARNING) for place in places)


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Lines and columns, from 1."""
    is_inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if (key := _KEY.match(line)) is not None:
            is_inside = key[1] in PARTS
        elif is_inside and (found := _READABLE.match(line)) is not None:
            yield number, len(found[1]) + 1
