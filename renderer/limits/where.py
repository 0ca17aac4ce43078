"""A place that data or credentials go to, and whether a limit covers it."""

import posixpath
import re
from collections.abc import Iterable
from typing import NamedTuple

_ADDRESS = re.compile(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?")
_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*")
"""Any other character could end a name before the part that a limit looks at."""
_SPEAKABLE = re.compile(r"[\w.:/\[\]-]{1,100}")


class Where(NamedTuple):
    """What a limit is held against: a server and its port, a bucket as `b2:name`, or a folder."""

    name: str
    port: str = ""

    def shown(self, limits: Iterable[str]) -> str:
        """With its port where that is unusual, or is what keeps it off the list; never with what is no name."""
        is_usual = self.port in ("", "443", "80", "22") and not any(f"{self.name}:" in limit for limit in limits)
        shown = self.name if is_usual else f"{self.name}:{self.port}"
        return f"'{shown}'" if _SPEAKABLE.fullmatch(shown) else "another place"


def address(text: str) -> re.Match[str] | None:
    """A server's name and its port, as two groups."""
    return _ADDRESS.fullmatch(text)


def covers(limit: str, where: Where) -> bool:
    """Whether a line of `limits.repositoryHosts` means a place."""
    if where.name.startswith("/"):
        return limit.startswith("/") and f"{where.name}/".startswith(f"{posixpath.normpath(limit).rstrip('/')}/")
    if ":" in where.name and not where.port:
        return limit == where.name
    split = address(limit.lower())
    if split is None or (split[2] and split[2] != where.port):
        return False
    name = split[1]
    if name.startswith("*."):
        return where.name.endswith(name[1:]) and _NAME.fullmatch(where.name) is not None
    return where.name == name
