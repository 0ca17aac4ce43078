"""The moment at which something is asked for: it makes each object a new one, and each restore one of its own."""

import hashlib
import re
from datetime import UTC, datetime
from typing import NamedTuple

from renderer.policy.names import mark

_TOKEN = re.compile(r"[0-9A-Za-z]([0-9A-Za-z._:-]{0,61}[0-9A-Za-z])?")
LONGEST_JOB = 63
"""Characters of a Job's name: it is the value of a label of its pods."""
_CUT = 9
"""Characters of the hash that stands for what a name had to lose."""


class Moment(NamedTuple):
    """A token, and what tells objects by their names that it is another."""

    token: str
    ending: str
    at: datetime

    def name(self, base: str, longest: int) -> str:
        """A name of this moment, within Kubernetes' limits."""
        if len(base) + len(self.ending) <= longest:
            return base + self.ending
        digest = hashlib.sha256(base.encode()).hexdigest()[: _CUT - 1]
        return base[: longest - len(self.ending) - _CUT].rstrip("-.") + f"-{digest}{self.ending}"


def moment(clock: float, token: str | None, mistakes: list[str]) -> Moment:
    """Now, or as a token says that somebody has chosen."""
    at = datetime.fromtimestamp(clock, UTC).replace(microsecond=0)
    if token is None:
        return Moment(at.strftime("%Y-%m-%dT%H:%M:%SZ"), at.strftime("-%Y%m%d-%H%M%S"), at)
    if not _TOKEN.fullmatch(token):
        mistakes.append(f"'{token[:80]}' is no token; use letters, digits and '._:-', at most 63")
        token = ""  # it may not even be UTF-8
    return Moment(token, mark(f"on call: {token}"), at)  # never the name of a Job that the policy's own token has
