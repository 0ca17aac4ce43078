"""A dead man's switch that hears of several backups is quiet as long as one of them succeeds."""

from collections.abc import Iterator

from renderer.policy import Backup, Policy
from renderer.problem import Problem, Severity


def ping_problems(policy: Policy) -> Iterator[Problem]:
    """One problem for each backup that calls the same URL as an earlier one of its policy."""
    first: dict[tuple[str, str], Backup] = {}
    for backup in policy.backups:
        ping = backup.mover.ping
        other = first.setdefault(ping, backup) if ping is not None else backup
        if other is not backup:
            message = (
                f"the backup of {_named(backup)} calls the same URL as that of {_named(other)}, and one that fails is "
                "not heard of while the other succeeds; give each a key of its own, such as key: "
                "'{volume}-{target}'"
            )
            yield Problem(backup.node.nearest("mover", "ping").place, message, "ping", Severity.WARNING)


def _named(backup: Backup) -> str:
    return f"volume '{backup.volume}' to target '{backup.target}'" if backup.target else f"volume '{backup.volume}'"
