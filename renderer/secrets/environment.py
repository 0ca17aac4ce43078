"""Which variables a mover takes from the keys of its Secret, and what was meant by a name that is near one.

VolSync's Job names each variable that it takes (VolSync 0.16, `secretKeyRef`s of the restic mover) and drops any other
without a word. Ours takes every key, and restic passes over those it does not know (0.19.1).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_VOLSYNC = {
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
_RESTIC_ALONE = {
    "RESTIC_": "REPOSITORY_FILE PASSWORD_FILE PASSWORD_COMMAND KEY_HINT CACERT TLS_CLIENT_CERT CACHE_DIR HOST "
    "PROGRESS_FPS HTTP_USER_AGENT FEATURES FROM_REPOSITORY FROM_REPOSITORY_FILE FROM_PASSWORD FROM_PASSWORD_FILE "
    "FROM_PASSWORD_COMMAND FROM_KEY_HINT",
    "AWS_": "ACCESS_KEY SECRET_KEY REGION SHARED_CREDENTIALS_FILE CONFIG_FILE ROLE_ARN ROLE_SESSION_NAME "
    "WEB_IDENTITY_TOKEN_FILE",
    "AZURE_": "FORCE_CLI_CREDENTIAL CLIENT_SECRET CLIENT_CERTIFICATE_PATH AUTHORITY_HOST",
    "GOOGLE_": "ACCESS_TOKEN",
    "MINIO_": "ACCESS_KEY SECRET_KEY ROOT_USER ROOT_PASSWORD SHARED_CREDENTIALS_FILE",
}
_OF_A_PROCESS = {
    "": "TZ LANG LC_ALL GOGC GOMEMLIMIT GOMAXPROCS GODEBUG AWS_EC2_METADATA_DISABLED OS_IDENTITY_API_VERSION "
    "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy HOME TMPDIR"
}
"""What Go, libc and HTTP clients read."""
_OF_RCLONE = "RCLONE_"
"""rclone has a variable for each of its options; VolSync passes every one that begins so."""
_A_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{4,}")
_NEAR = 0.8


def _names(groups: dict[str, str]) -> frozenset[str]:
    return frozenset(f"{prefix}{name}" for prefix, names in groups.items() for name in names.split())


KNOWN = _names(_VOLSYNC)
"""What VolSync's mover takes."""
_RESTIC = KNOWN | _names(_RESTIC_ALONE)
_READ = _RESTIC | _names(_OF_A_PROCESS)


def is_known(name: str) -> bool:
    """Whether the mover, restic, what that starts, or what they are made of reads it."""
    return name in _READ or name.startswith((_OF_RCLONE, "BACKPLAN_"))


def unknown(name: str) -> str | None:
    """What to say of a variable that nothing reads which the mover is known to run; None for any other."""
    if is_known(name):
        return None
    close = _closest(_upper(name), _READ)
    hint = f"did you mean '{close}'?" if close else "remove it"
    return f"restic knows no variable '{name[:60]}'; {hint}"


def passes(name: str) -> bool:
    """Whether VolSync's mover gets a key as a variable."""
    return name in KNOWN or name.startswith(_OF_RCLONE)


def dropped(name: str) -> str:
    """What to say of a variable that it does not get."""
    close = None if name in _RESTIC else _closest(_upper(name), KNOWN)
    hint = f"did you mean '{close}'?" if close else "remove it, or use engine cronjob"
    return f"VolSync drops the variable '{name[:60]}' in silence; {hint}"


@lru_cache(maxsize=4096)
def misnamed(engine: str, name: str) -> str | None:
    """What to say of a key of a Secret that looks like a variable and is of no use; None where it may be anything."""
    if name.startswith(_OF_RCLONE) or name in (KNOWN if engine == "volsync" else _RESTIC):
        return None
    meant = _upper(name)
    if not _A_VARIABLE.fullmatch(meant) or (meant != name and meant not in _RESTIC):
        return None
    if engine == "volsync":
        return dropped(name) if name in _RESTIC or _closest(meant, KNOWN) else None
    close = _closest(meant, _RESTIC)
    return f"restic knows no variable '{name[:60]}'; did you mean '{close}'?" if close else None


def _upper(name: str) -> str:
    return name[:60].upper().replace("-", "_").replace(".", "_")


def _closest(name: str, known: Iterable[str]) -> str | None:
    import difflib  # noqa: PLC0415 - only a mistake pays for it

    found = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_NEAR)
    return found[0] if found else None
