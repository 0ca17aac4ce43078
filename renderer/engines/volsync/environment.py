"""What of restic's environment reaches VolSync's mover: keys of the Secret, and of those a fixed list.

The mover's Job names each variable that it takes (VolSync 0.16, `secretKeyRef`s of the restic mover); it drops
any other without a word.
"""

from collections.abc import Iterator
from itertools import islice

from renderer.policy import Backup
from renderer.policy.expansion import expansion_problem
from renderer.problem import Problem, Severity

_PREFIXES = {
    "RESTIC_": "REPOSITORY PASSWORD COMPRESSION PACK_SIZE READ_CONCURRENCY REST_USERNAME REST_PASSWORD",
    "RESTIC_AWS_ASSUME_ROLE_": "ARN SESSION_NAME EXTERNAL_ID POLICY REGION STS_ENDPOINT",
    "AWS_": "ACCESS_KEY_ID SECRET_ACCESS_KEY SESSION_TOKEN DEFAULT_REGION PROFILE",
    "ST_": "AUTH USER KEY",
    "OS_": "AUTH_URL REGION_NAME USERNAME USER_ID PASSWORD TENANT_ID TENANT_NAME USER_DOMAIN_NAME USER_DOMAIN_ID "
    "PROJECT_NAME PROJECT_DOMAIN_NAME PROJECT_DOMAIN_ID TRUST_ID APPLICATION_CREDENTIAL_ID "
    "APPLICATION_CREDENTIAL_NAME APPLICATION_CREDENTIAL_SECRET STORAGE_URL AUTH_TOKEN",
    "B2_": "ACCOUNT_ID ACCOUNT_KEY",
    "AZURE_": "ACCOUNT_NAME ACCOUNT_KEY ACCOUNT_SAS ENDPOINT_SUFFIX TENANT_ID CLIENT_ID FEDERATED_TOKEN_FILE",
    "GOOGLE_": "PROJECT_ID APPLICATION_CREDENTIALS",
}
KNOWN = frozenset(f"{prefix}{name}" for prefix, names in _PREFIXES.items() for name in names.split())
_ENOUGH = 20
"""So many are told; to look for what was meant costs more than all the rest."""
_OF_RCLONE = "RCLONE_"
"""VolSync passes every variable that begins so."""


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
        dropped = (name for name in names if name not in KNOWN and not name.startswith(_OF_RCLONE))
        for name in islice(dropped, _ENOUGH):
            yield Problem(place.nearest(name).key, _advice(name), "no-effect", Severity.WARNING)


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


def _advice(name: str) -> str:
    import difflib  # noqa: PLC0415 - only a mistake pays for it

    close = difflib.get_close_matches(name[:60], sorted(KNOWN), n=1, cutoff=0.8)
    hint = f"did you mean '{close[0]}'?" if close else "remove it, or use engine cronjob"
    return f"VolSync drops the variable '{name[:60]}' in silence; {hint}"
