"""What a repository's URL may say: where the data goes, never with what credentials."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from renderer.layers import KNOWN, unknown_placeholders
from renderer.policy import Backup
from renderer.problem import Place, Problem, Severity

_SCHEMES = ("s3", "b2", "rest", "sftp", "azure", "gs", "swift", "rclone", "local")
_EXPANSIONS = ("{{", "$(", "`")
"""`${…}` is the rule `substitution`: a fleet may allow some variables of Flux."""
_REFERENCE = re.compile(r"(secret)?ref\+[a-z]+:", re.IGNORECASE)
_AROUND_HTTP = ("rest", "s3")
"""Kinds whose URL is `kind:` and an http address."""


def repository_problems(backup: Backup) -> Iterator[Problem]:
    """Problems of the URL of one backup's repository; the message never repeats the URL, it may hold a password."""
    url = backup.repository.url
    if url is None:
        return
    place = backup.node.nearest("repository", "url").place
    said = list(_dangerous(url, place))
    yield from said or _unclear(url, place, backup)


def _dangerous(url: str, place: Place) -> Iterator[Problem]:
    if found := next((mark for mark in _EXPANSIONS if mark in url), None):
        message = f"the URL holds '{found}', which a template or shell would expand and could carry a credential away"
        yield Problem(place, f"{message}; write the URL out", "repository")
    elif _REFERENCE.match(url):
        yield Problem(place, "the URL is a reference that another tool resolves; write the URL out", "repository")
    elif _has_password(url):
        keys = "RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD"
        yield Problem(place, f"the URL holds a user name or password; put them into the Secret as {keys}", "repository")


def _has_password(url: str) -> bool:
    if "@" not in url:  # what stands before it in an address is all that is asked here
        return False
    kind, _, rest = url.partition(":")
    inner = rest if kind in _AROUND_HTTP else url
    try:
        address = urlsplit(inner)
    except ValueError:
        return "@" in inner
    return address.password is not None or (address.username is not None and address.scheme in ("http", "https"))


def _unclear(url: str, place: Place, backup: Backup) -> Iterator[Problem]:
    if unknown := unknown_placeholders(url):
        message = f"unknown placeholder '{unknown[0][:40]}' in the URL; known are {KNOWN}"
        yield Problem(place, message, "placeholder")
    elif _is_local(url) and backup.repository.volume is None and not backup.mover.volumes:
        message = (
            "the repository is a local folder that nothing mounts; set repository.volume, or someone else must mount it"
        )
        yield Problem(place, message, "repository", Severity.WARNING)
    elif not _is_local(url) and url.partition(":")[0] not in _SCHEMES:
        hint = f"a URL begins with one of {', '.join(_SCHEMES)} or '/'"
        if url.startswith(("http:", "https:")):
            hint = "write s3:https://… or rest:https://…"
        message = f"restic knows no such kind of repository; {hint}"
        yield Problem(place, message, "repository")


def _is_local(url: str) -> bool:
    return url.startswith(("/", "local:", "./", "../"))
