"""What of restic's environment a policy sets, and VolSync's mover gets: all of it comes from the Secret."""

from collections.abc import Iterator
from itertools import islice

from renderer.policy import Backup
from renderer.policy.expansion import expansion_problem
from renderer.problem import Problem, Severity
from renderer.secrets.environment import dropped, passes

_ENOUGH = 20
"""So many are told; to look for what was meant costs more than all the rest."""


def environment_problems(backup: Backup) -> Iterator[Problem]:
    """Variables that no Secret of ours brings, or that VolSync drops."""
    yield from _settings(backup)
    for key, names in (("env", backup.repository.env), ("keys", backup.repository.keys)):
        place = backup.node.nearest("repository", key)
        if names and not backup.repository.credential.takes_more:
            message = (
                f"'{key}' has no effect under engine volsync with a Secret that is not made here; "
                "remove it and put the variables into that Secret, or use secret.externalSecret"
            )
            yield Problem(place.key, message, "engine")
            continue
        for name in islice((name for name in names if not passes(name)), _ENOUGH):
            yield Problem(place.nearest(name).key, dropped(name), "no-effect", Severity.WARNING)


def _settings(backup: Backup) -> Iterator[Problem]:
    """Values on their way into a Secret's template; no message repeats one."""
    repository = backup.node.nearest("repository")
    env = repository.nearest("env").mapping
    if "RESTIC_REPOSITORY" in backup.repository.keys and backup.repository.url is not None:
        place = repository.nearest("keys", "RESTIC_REPOSITORY").key
        yield Problem(place, "the Secret's own 'RESTIC_REPOSITORY' and 'url' exclude each other; keep one", "exclusive")
    for name, value in backup.repository.env.items():
        if name == "RESTIC_REPOSITORY":
            yield Problem(env[name].key, f"'{name}' is set by Backplan; set repository.url", "exclusive")
        elif problem := expansion_problem(value, env[name].place):
            yield problem
