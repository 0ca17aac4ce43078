"""That every server which is told a credential besides the repository's own is one that the fleet lists."""

import re
from collections.abc import Iterable, Iterator

from renderer import secrets
from renderer.fleet import Limits
from renderer.limits.where import Where, address, covers
from renderer.policy import Backup
from renderer.problem import Problem, Severity

_ADDRESS = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?:[^/?#@]*@)?(?P<server>[^/?#]*)", re.IGNORECASE)
_REMOTE = re.compile(r"([\w.+@ -]+):")
"""Of rclone, as it stands in `rclone:remote:path` too."""
_PORTS = {"http": "80", "https": "443", None: "80"}


def server_problems(backups: Iterable[Backup], limits: Limits) -> Iterator[Problem]:
    """An error for each proxy or login server elsewhere, a warning for each that nobody can know of."""
    if limits.hosts is None:
        return
    for backup in backups:
        for setting in secrets.servers(backup):
            if backup.repository.ref is None or not limits.is_fleets(setting.place):
                yield from _server_problems(setting, limits)


def _server_problems(setting: secrets.Setting, limits: Limits) -> Iterator[Problem]:
    hosts, where = limits.hosts or (), _where(setting)
    if setting.value == "":  # restic and Go take it for not set
        return
    if where is None and setting.value is not None and secrets.FILLED_IN not in setting.value:
        message = f"'{setting.name[:60]}' names no server for limits.repositoryHosts; write http://server:port"
        yield Problem(setting.place, message, "limits")
    elif where is None and setting.value is None and setting.is_own:
        message = f"the server in '{setting.name[:60]}' is made by a template, and may be any; write it out"
        yield Problem(setting.place, message, "limits")
    elif where is None:
        message = f"the server in '{setting.name[:60]}' is known in the cluster alone, and may be any; write it out"
        yield Problem(setting.place, message, "limits", Severity.WARNING)
    elif not any(covers(limit, where) for limit in hosts):
        message = f"'{setting.name[:60]}' is {where.shown(hosts)}, which limits.repositoryHosts does not list"
        yield Problem(setting.place, f"{message}; use what it lists, or add this one ({limits.hosts_place})", "limits")


def _where(setting: secrets.Setting) -> Where | None:
    """None where the value does not say it."""
    if setting.name.upper().endswith(("_REMOTE", "_UPSTREAMS")) and setting.value:
        remote = _REMOTE.match(setting.value)
        return Where(f"rclone:{remote[1]}" if remote is not None else setting.value)
    found = _ADDRESS.match(setting.value or "")
    if found is None or not found["server"]:
        return None
    if secrets.FILLED_IN in found["server"]:
        tail = found["server"].rpartition(secrets.FILLED_IN)[2].partition(":")[0].lower()
        return Where(f"any{tail}") if tail else None
    if setting.name == "AZURE_ENDPOINT_SUFFIX":  # of `ACCOUNT.blob.SUFFIX`
        return Where(f"blob.{found['server'].lower()}", "443")
    split = address(found["server"].lower())
    if split is None:
        return Where(found["server"].lower())
    scheme = found["scheme"].lower() if found["scheme"] else None
    return Where(split[1], split[2] or _PORTS.get(scheme, "443"))
