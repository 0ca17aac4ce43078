"""What holds for restores under every engine: how messages call them, and the time that they go back to."""

import re
from collections.abc import Iterator
from datetime import datetime

from renderer.policy import Restore
from renderer.policy.effective import DEFAULT_TARGET
from renderer.problem import Problem

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[-+]\d\d:\d\d)", re.ASCII)


def called(restore: Restore) -> str:
    """How messages call a restore."""
    if restore.name is None:
        return f"the bootstrap of volume '{restore.backup.volume}'"
    target = restore.backup.target
    return f"restore '{restore.name}'" + (f" from target '{target}'" if target != DEFAULT_TARGET else "")


def as_of_problems(restore: Restore) -> Iterator[Problem]:
    """`asOf` is a time with its zone: a local one would restore another snapshot than was meant."""
    if restore.as_of is not None and not is_time(restore.as_of):
        message = f"'{restore.as_of[:40]}' is no time with its zone; write it as \"2026-03-01T00:00:00Z\" (RFC 3339)"
        yield Problem(restore.node.nearest("asOf").place, message, "restore")


def is_time(text: str) -> bool:
    """Whether a text is RFC 3339, with a zone."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _RFC3339.fullmatch(text) is not None
