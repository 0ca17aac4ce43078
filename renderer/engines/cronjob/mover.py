"""What an app's movers share: their script, the account they run under, who may talk to them."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from renderer import labels
from renderer.engines.draft import Draft, Role, dressed, own_labels
from renderer.forms import form
from renderer.manifest import Manifest
from renderer.plan import Plan
from renderer.policy import Backup, Extras
from renderer.policy.names import Name, mark, object_name
from renderer.resources import mover_scripts

_PORT = re.compile(r"^(?:s3|rest):(?:(https?):)?(?://)?[^/]*?(?::([0-9]{1,5}))?(?:/|$)", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def configuration_name(backup: Backup) -> str:
    """The ConfigMap with the script. Another script is another ConfigMap: a running Job keeps the one it began with."""
    return _configuration(backup).text


def shared_drafts(plan: Plan) -> Iterator[Draft]:
    """Once per app, or per name where the user's patterns tell volumes or targets apart.

    They bear what `spec` says for everything, not what a target does.
    """
    backups = plan.policy.backups
    backup = backups[0]
    scripts = {configuration_name(one): one for one in reversed(backups)}
    yield from map(_script, scripts.values())
    ours = [one for one in reversed(backups) if one.mover.service_account_name is None]
    accounts = {(name := object_name(one, "serviceAccount")).text: (one, name) for one in ours}
    for one, name in accounts.values():
        yield _draft(one, "ServiceAccount", name)
    if any(one.network_policy for one in backups):
        pods = {labels.APP: backup.app.name}
        yield _draft(backup, "NetworkPolicy", object_name(backup, "networkPolicy"), pods=pods, egress=_egress(backups))


def _script(backup: Backup) -> Draft:
    """Kept from being pruned: a pod whose ConfigMap is gone hangs until its Job's deadline."""
    name = _configuration(backup)
    manifest = form("shared", "ConfigMap").fill(app=backup.app, name=name.text, data=mover_scripts(), **_dress(backup))
    return Draft(manifest=manifest, role=Role.BACKUP, place=name.place, extras=backup.shared, keep=True)


def _draft(backup: Backup, kind: str, name: Name, **data: Any) -> Draft:
    manifest: Manifest = form("cronjob", kind).fill(app=backup.app, name=name.text, **_dress(backup), **data)
    return Draft(manifest=manifest, role=Role.BACKUP, place=name.place, extras=backup.shared)


def _dress(backup: Backup) -> dict[str, Any]:
    extras: Extras = backup.shared
    return dressed(extras, own_labels(backup, None, of_volume=False, of_target=False))


def _configuration(backup: Backup) -> Name:
    name = object_name(backup, "configMap")
    return Name(name.text + _mark(), name.place)


@cache
def _mark() -> str:
    """What tells this script from another in a name; every pod of every app asks for it."""
    return mark(json.dumps(mover_scripts(), sort_keys=True))


def _egress(backups: tuple[Backup, ...]) -> list[dict[str, Any]]:
    """Name servers, and the ports of the repositories; everything where a port is not known.

    A NetworkPolicy knows no host names, so ports are all that can be said.
    """
    ports = [_port(backup) for backup in backups]
    if any(port is None for port in ports):
        return [{}]
    names = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]
    known = sorted({port for port in ports if port})
    return [{"ports": names}, *([{"ports": [{"port": port, "protocol": "TCP"} for port in known]}] if known else [])]


def _port(backup: Backup) -> int | None:
    """The repository's port; 0 for one that needs no network, None where it is not known."""
    url, settings = backup.repository.url or "", (*backup.repository.env, *backup.repository.keys)
    if backup.dumps or backup.mover.ping is not None:  # a database's port, and that of the pinged URL
        return None
    if any(name.upper() in _PROXIES for name in settings):
        return None
    if url.startswith(("/", "local:")):
        return 0
    found = _PORT.match(url)
    if found is None or "{{" in found[0]:  # a value of the store may bring a port along
        return None
    return int(found[2]) if found[2] else _PORTS[(found[1] or "https").lower()]
