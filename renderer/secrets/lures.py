"""Variables that would hand a credential to another program, or tell it to another server.

What restic 0.19.1, the programs that it starts (ssh, rclone 1.73) and the libraries below them (libc, Go's net/http and
crypto/x509, minio-go, Azure's and Google's) read from their environment.
"""

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

_PROGRAM = "another program would run with the credential"
_TRUST = "the server's certificate would be checked against others, use repository.customCA"
_ASKED = "another server would be asked for credentials, and told those that there are"
_LURES = (
    (re.compile(r"LD_\w+|DYLD_\w+|GCONV_PATH|PATH|ENV|BASH_ENV|BASH_FUNC_.*|SHELLOPTS|IFS|PS4"), _PROGRAM),
    (re.compile(r"RESTIC_(FROM_)?PASSWORD_COMMAND|SSH_(ASKPASS\w*|AUTH_SOCK|SK_HELPER|PKCS11_HELPER)"), _PROGRAM),
    (re.compile(r"OPENSSL_\w+|GOOGLE_API_CERTIFICATE_CONFIG"), _PROGRAM),
    (re.compile(r"RCLONE_(\w+_)?(COMMAND|METADATA_MAPPER|SSH)|RCLONE_(\w+_)?SERVER_COMMAND"), _PROGRAM),
    (re.compile(r"GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES"), _PROGRAM),
    (re.compile(r"XDG_CONFIG_HOME"), "rclone would have other settings, set RCLONE_CONFIG"),
    (re.compile(r"RCLONE_RC(_\w+)?"), "rclone would answer to others"),
    (re.compile(r"RCLONE_(DUMP|DUMP_\w+)"), "rclone would log the credential"),
    (re.compile(r"SSL_CERT_(FILE|DIR)"), _TRUST),
    (re.compile(r"RCLONE_(\w+_)?(NO_CHECK_CERTIFICATE|CA_CERT)"), _TRUST),
    (re.compile(r"AWS_CONTAINER_(CREDENTIALS_RELATIVE_URI|AUTHORIZATION_TOKEN(_FILE)?)"), _ASKED),
)
_OURS = (
    (re.compile(r"BACKPLAN_.*"), "the mover would do other things than the policy says"),
    (re.compile(r"RESTIC_CACERT"), _TRUST),
    (re.compile(r"RESTIC_REPOSITORY_FILE"), "the repository would be another, set repository.url"),
)
"""What the policy has keys of its own for."""
_SERVER = re.compile(
    r"(HTTPS?|ALL|CGI_HTTP)_PROXY|RESTIC_AWS_ASSUME_ROLE_STS_ENDPOINT|OS_AUTH_URL|OS_STORAGE_URL|ST_AUTH"
    r"|AZURE_(ENDPOINT_SUFFIX|AUTHORITY_HOST)|AWS_ENDPOINT_URL\w*|AWS_CONTAINER_CREDENTIALS_FULL_URI"
    r"|IDENTITY_ENDPOINT|MSI_ENDPOINT|GCE_METADATA_(HOST|IP)|STORAGE_EMULATOR_HOST|GOOGLE_CLOUD_UNIVERSE_DOMAIN"
    r"|RCLONE_(?!\w*ENV_AUTH$)\w+_(ENDPOINT|URL|HOST|AUTH|AUTH_URL|TOKEN_URL|STS_ENDPOINT|HTTP_PROXY|SOCKS_PROXY|NAMENODE|REMOTE|UPSTREAMS"
    r"|HOSTNAME|SATELLITE_ADDRESS)"
    r"|RCLONE_HTTP_PROXY"
)
TOLD = frozenset(("RESTIC_HTTP_USER_AGENT", "RCLONE_USER_AGENT"))
"""What every server on the way is told in clear."""
REGIONS = frozenset(("AWS_REGION", "AWS_DEFAULT_REGION", "RESTIC_AWS_ASSUME_ROLE_REGION", "OS_REGION_NAME"))
"""What becomes a part of a server's name."""
FILES = frozenset((
    "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_CLIENT_CERTIFICATE_PATH", "GOOGLE_APPLICATION_CREDENTIALS", "RCLONE_CONFIG", "RESTIC_TLS_CLIENT_CERT",
    "MINIO_SHARED_CREDENTIALS_FILE",
))  # fmt: skip
"""Paths of files that are believed: one of AWS may name a program that gives a credential, one of rclone servers."""
DEBUG, ACCOUNT = "GODEBUG", "AZURE_ACCOUNT_NAME"
CHECKED = TOLD | REGIONS | FILES | {DEBUG, ACCOUNT}
"""Variables of which the value matters."""
_REGION = re.compile(r"[A-Za-z0-9._-]{0,60}")
_TOKENS = "/var/run/secrets/"
_DEBUG = re.compile(r"((netdns=(go|cgo)?(\+?[0-9])?|http2(client|server)=[01])(,|$))*")
"""Settings of Go that are about no certificate."""

_NAMES = 4096
"""Apps of a fleet have the same names of variables."""


@lru_cache(maxsize=_NAMES)
def lure(name: str) -> str | None:
    """Why a variable is none that a policy may set; None for one that it may."""
    return next((why for pattern, why in _LURES if pattern.fullmatch(name)), None)


@lru_cache(maxsize=_NAMES)
def lure_of_secret(name: str) -> str | None:
    """The same for a key of a Secret, all of which are variables of the mover."""
    return lure(name) or next((why for pattern, why in _OURS if pattern.fullmatch(name)), None)


@lru_cache(maxsize=_NAMES)
def names_server(name: str) -> bool:
    """Whether its value says which server is told a credential; libcurl and Go mind no capitals in a proxy's name."""
    return _SERVER.fullmatch(name.upper()) is not None


def is_region(value: str) -> bool:
    """Whether it can only be a region: `x.example.org/?` would be a server of its own."""
    return _REGION.fullmatch(value) is not None


def is_harmless_debug(value: str) -> bool:
    """Whether a GODEBUG changes nothing of what is trusted."""
    return _DEBUG.fullmatch(value) is not None


def is_believable(path: str, volumes: Iterable[Mapping[str, Any]], made: Collection[str]) -> bool:
    """Whether a file lies in a Secret that others make, mounted by one of these volumes, or among Kubernetes' tokens.

    The deepest mount decides. `made` are Secrets of which the policy gives the contents.
    """
    if posixpath.normpath(path) != path:
        return False
    around = [one for one in volumes if path.startswith(f"/mnt/{one.get('mountPath')}/")]
    if not around:
        return path.startswith(_TOKENS)
    source = max(around, key=lambda one: len(str(one.get("mountPath")))).get("volumeSource", {})
    return "configMap" in source or source.get("secret", {}).get("secretName", "") not in ("", *made)
