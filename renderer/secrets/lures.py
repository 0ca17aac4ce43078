"""Variables that would hand a credential to another program, or tell it to another server.

What restic 0.19.1, the programs that it starts (ssh, rclone 1.73) and the libraries below them (libc, Go's net/http and
crypto/x509) read from their environment.
"""

import re

_PROGRAM = "another program would run with the credential"
_TRUST = "the server's certificate would be checked against others, use repository.customCA"
_LURES = (
    (re.compile(r"LD_\w+|DYLD_\w+|GCONV_PATH|PATH|ENV|BASH_ENV|BASH_FUNC_.*|SHELLOPTS|IFS|PS4"), _PROGRAM),
    (re.compile(r"RESTIC_(FROM_)?PASSWORD_COMMAND|SSH_ASKPASS\w*|SSH_AUTH_SOCK"), _PROGRAM),
    (re.compile(r"RCLONE_(\w+_)?(COMMAND|METADATA_MAPPER|SSH)|RCLONE_(\w+_)?SERVER_COMMAND"), _PROGRAM),
    (re.compile(r"RCLONE_RC(_\w+)?"), "rclone would answer to others"),
    (re.compile(r"RCLONE_(DUMP|DUMP_\w+)"), "rclone would log the credential"),
    (re.compile(r"SSL_CERT_(FILE|DIR)|GODEBUG"), _TRUST),
    (re.compile(r"RCLONE_(\w+_)?(NO_CHECK_CERTIFICATE|CA_CERT)"), _TRUST),
)
_SERVER = re.compile(
    r"(HTTPS?|ALL)_PROXY|RESTIC_AWS_ASSUME_ROLE_STS_ENDPOINT|OS_AUTH_URL|OS_STORAGE_URL|ST_AUTH"
    r"|AZURE_(ENDPOINT_SUFFIX|AUTHORITY_HOST)|AWS_ENDPOINT_URL\w*|AWS_CONTAINER_CREDENTIALS_FULL_URI"
    r"|RCLONE_\w+_(ENDPOINT|URL|HOST|AUTH|AUTH_URL|TOKEN_URL|STS_ENDPOINT|HTTP_PROXY)|RCLONE_HTTP_PROXY"
)
TOLD = frozenset(("RESTIC_HTTP_USER_AGENT", "RCLONE_USER_AGENT"))
"""What every server on the way is told in clear."""


def lure(name: str) -> str | None:
    """Why a variable is none that a policy may set; None for one that it may."""
    return next((why for pattern, why in _LURES if pattern.fullmatch(name)), None)


def names_server(name: str) -> bool:
    """Whether its value says which server is told a credential; libcurl and Go mind no capitals in a proxy's name."""
    return _SERVER.fullmatch(name.upper()) is not None
