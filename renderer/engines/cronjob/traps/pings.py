"""A dead man's switch that hears of several backups is quiet as long as one of them succeeds."""

from collections.abc import Iterable, Iterator

from renderer.policy import Backup, Policy, with_every_credential
from renderer.problem import Problem, Severity
from renderer.secrets import tells_credential


def ping_problems(policy: Policy) -> Iterator[Problem]:
    """One problem for each backup that calls the same URL as an earlier one of its policy, or what is no URL."""
    opened = list(with_every_credential(policy.backups))
    for backup in policy.backups:
        yield from _credential(backup, opened)
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


def _credential(backup: Backup, opened: Iterable[Backup]) -> Iterator[Problem]:
    """To call a URL is to tell a name server its host, and that host the rest; `opened` has all the credentials."""
    ping = backup.mover.ping
    if ping is None:
        return
    if tells_credential(opened, ping.secret_name, ping.key):
        message = f"key '{ping.key[:60]}' has a credential of a repository, and would be called as a URL; use another"
        yield Problem(backup.node.nearest("mover", "ping", "key").place, message, "credential")


def _named(backup: Backup) -> str:
    return f"volume '{backup.volume}' to target '{backup.target}'" if backup.target else f"volume '{backup.volume}'"
