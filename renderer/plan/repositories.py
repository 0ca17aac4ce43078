"""What a repository's URL may say: where the data goes, never with what credentials."""

import re
from collections.abc import Iterator

from renderer import secrets
from renderer.layers import KNOWN, unknown_placeholders
from renderer.plan.addresses import stray
from renderer.plan.locations import is_local, local_path, mount_of, mounts
from renderer.plan.remotes import unsafe_remote
from renderer.policy import Backup
from renderer.policy.expansion import expansion
from renderer.problem import Place, Problem, Severity

_SCHEMES = ("s3", "b2", "rest", "sftp", "azure", "gs", "swift", "rclone", "local")
_FILLED_IN_USER = re.compile(rf"(?<![^/@:])(?:[^/@:]*:{secrets.FILLED_IN}|{secrets.FILLED_IN})@")
"""`bob:{{ .password }}@` or `{{ .token }}@`, masked: the credential is a value of the store."""
_AROUND_HTTP = re.compile(r"(?:rest|s3):(?:https?:)?(?://)?([^/]*)", re.IGNORECASE)
"""Kinds whose URL is `kind:` and the address of an http server, up to its path."""
_CONTROL = re.compile(r"[\x01-\x1f\x7f]")
_IN_AN_ADDRESS = re.compile(r"https?://[^/@]*@|://[^/@:]*:[^/@]*@", re.IGNORECASE)
"""A user name where http has one, or a password in any address, as in rclone's `:http,url=…:`."""


def repository_problems(backup: Backup) -> Iterator[Problem]:
    """Problems of the URL of one backup's repository; the message never repeats the URL, it may hold a password."""
    yield from _on_itself(backup)
    for said in secrets.urls(backup):
        if said.shown is None:
            yield _no_value(said.place)
        elif said.holds_password:
            message = (
                "the URL would hold the password that encrypts the repository, and tell it the server; use another"
            )
            yield Problem(said.place, message, "repository")
        elif said.shows_credential:
            message = "the URL would hold a credential where all can see it; before an '@' it is a user and password"
            yield Problem(said.place, message, "repository")
        else:
            found = list(_dangerous(said.shown, said))
            yield from found or _unclear(said.shown, said.place, backup)


def _no_value(place: Place) -> Problem:
    message = f"of a template a URL takes {secrets.WHAT_MAY_STAND} only; write the rest out, or fetch the whole URL"
    return Problem(place, message, "repository")


def _on_itself(backup: Backup) -> Iterator[Problem]:
    """A backup on the claim that it backs up is lost with it, and each one would contain all before."""
    path = ("repository", "volume", "persistentVolumeClaim", "claimName")
    if backup.node.text(*path) == backup.claim:
        message = f"the repository lies on '{backup.claim}', the claim that is backed up; name another claim"
        yield Problem(backup.node.nearest(*path).place, message, "repository")


def _dangerous(url: str, said: secrets.Url) -> Iterator[Problem]:
    if found := expansion(url):
        message = f"the URL holds '{found}', which a template or shell would expand and could carry a credential away"
        yield Problem(said.place, f"{message}; write the URL out", "repository")
    elif _CONTROL.search(url):
        message = "the URL holds a line end or another control character; write it in one line"
        yield Problem(said.place, message, "repository")
    elif _has_password(url):
        keys = "RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD"
        way_out = f"put them into the Secret as {keys}"
        if said.is_own:
            way_out = "put them into the Secret, and write '{{ .user }}:{{ .password }}@' here"
        yield Problem(said.place, f"the URL holds a user name or password; {way_out}", "repository")


def _has_password(url: str) -> bool:
    if "@" not in url:  # what stands before it in an address is all that is asked here
        return False
    url = _FILLED_IN_USER.sub("", url)
    server = _AROUND_HTTP.match(url)
    return (server is not None and "@" in server[1]) or _IN_AN_ADDRESS.search(url) is not None


def _unclear(url: str, place: Place, backup: Backup) -> Iterator[Problem]:
    if unknown := unknown_placeholders(url):
        message = f"unknown placeholder '{unknown[0][:40]}' in the URL; known are {KNOWN}"
        yield Problem(place, message, "placeholder")
    elif is_local(url):
        yield from _not_mounted(url, place, backup)
    elif url.startswith(secrets.FILLED_IN):  # the kind is a value as well
        return
    elif (kind := url.partition(":")[0]) not in _SCHEMES and "ref+" not in kind.lower():
        hint = f"a URL begins with one of {', '.join(_SCHEMES)} or '/'"
        if url.startswith(("http:", "https:")):
            hint = "write s3:https://… or rest:https://…"
        message = f"restic knows no such kind of repository; {hint}"
        yield Problem(place, message, "repository")
    elif (wrong := stray(url) or unsafe_remote(url)) is not None:
        yield Problem(place, wrong, "repository")


def _not_mounted(url: str, place: Place, backup: Backup) -> Iterator[Problem]:
    """VolSync's mover may get its mounts from elsewhere, such as an admission policy; ours has what is rendered."""
    elsewhere = backup.engine == "volsync"
    severity = Severity.WARNING if elsewhere else Severity.ERROR
    folders, path = [mount.folder for mount in mounts(backup)], local_path(url)
    if ".." in path.split("/"):
        yield Problem(place, "the path holds '..', and could lead to another volume; write it without", "repository")
    elif within := next((folder for folder in folders if folder.startswith(f"{path}/")), None):
        message = f"the volume mounted at '{within[:60]}' would lie inside of the repository; mount it elsewhere"
        yield Problem(place, message, "repository")
    elif not folders:
        hint = ", or someone else must mount it" if elsewhere else ""
        message = f"the repository is a local folder that nothing mounts; set repository.volume{hint}"
        yield Problem(place, message, "repository", severity)
    elif mount_of(backup, path) is None:
        where = " or ".join(folders)[:100]
        message = f"the repository is a local folder outside of what is mounted; write one below {where}"
        yield Problem(place, message, "repository", severity)
