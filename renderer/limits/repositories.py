"""`limits.repositoryHosts`: that every repository lies where the fleet lets it, as far as policies tell."""

import posixpath
import re
from collections.abc import Iterable, Iterator

from renderer import secrets
from renderer.fleet import Limits
from renderer.limits.where import Where, address, covers
from renderer.plan.locations import is_local, local_path, location, mount_of
from renderer.policy import Backup
from renderer.problem import Place, Problem, Severity

_ON_A_SERVER = ("s3", "rest", "sftp")
_USER = re.compile(r"(//|^sftp:)[^/@]*@")
"""Where a template gives it, with a `/` in it, it would be the server."""
_FILLED_IN = re.compile(rf"(?://|^sftp:)[^/]*{secrets.FILLED_IN}(?=[.\w-])|(?<=[\w\]]):{secrets.FILLED_IN}(?=/|$)")
"""The beginning of a server's name, or its port, from a template: what stands beside it still says where it goes."""


def host_problems(backups: Iterable[Backup], limits: Limits) -> Iterator[Problem]:
    """An error for each repository elsewhere, a warning for each that nobody can know of."""
    if limits.hosts is None:
        return
    for backup in backups:
        said = [(_place(backup, one.place, limits), one.shown) for one in secrets.urls(backup)]
        if all(limits.is_fleets(place) for place, _ in said) and backup.repository.ref is not None:
            continue
        for place, url in said or [(backup.node.nearest("repository", "url").place, None)]:
            yield from _url_problems(backup, place, url, limits, is_said=bool(said))


def _place(backup: Backup, place: Place, limits: Limits) -> Place:
    """Where it is said that a repository of the fleet lies elsewhere: a policy may have another volume for it."""
    volume = backup.node.get("repository", "volume")
    own = [node.place for node in volume.walk() if not limits.is_fleets(node.place)] if volume is not None else []
    return own[0] if own and limits.is_fleets(place) else place


def _url_problems(backup: Backup, place: Place, url: str | None, limits: Limits, *, is_said: bool) -> Iterator[Problem]:
    hosts, where = limits.hosts or (), _where(backup, url)
    at_best = where or _where(backup, _FILLED_IN.sub(_written, _USER.sub(r"\1", url or "")) or None)
    if at_best is not None and not any(covers(limit, at_best) for limit in hosts):
        message = f"the repository lies on {at_best.shown(hosts)}, which limits.repositoryHosts does not list"
        yield Problem(place, f"{message}; use what it lists, or add this one ({limits.hosts_place})", "limits")
    elif where is None:
        what = "is known in the cluster alone" if is_said else "is not said"
        message = f"the repository's server {what}, so limits.repositoryHosts proves nothing; set repository.url"
        yield Problem(place, message, "limits", Severity.WARNING)


def _written(found: re.Match[str]) -> str:
    """A name's beginning stands for some name; without its port a server has the usual one."""
    if found[0].startswith(":"):
        return ""
    return "//any" if found[0].startswith("//") else "sftp:any"


def _where(backup: Backup, url: str | None) -> Where | None:
    """None where the URL does not say it; what a template gives is masked in it."""
    if url is None:
        return None
    if is_local(url):
        return _folder(backup, local_path(url))
    said, template, _ = url.partition(secrets.FILLED_IN)
    found = location(backup._replace(repository=backup.repository._replace(url=said)))
    if found is None or (template and not (found.host and (found.path or said.endswith("/")))):
        return None  # what a template gives could still belong to the server's name
    if found.kind not in _ON_A_SERVER:
        return Where(f"{found.kind}:{found.host}")
    host = found.host.rpartition("@")[2]
    split = address(host)
    if split is None:
        return Where(host)
    default = "22" if found.kind == "sftp" else "80" if re.match(r"\w+:http:", url, re.IGNORECASE) else "443"
    return Where(split[1], split[2] or default)


def _folder(backup: Backup, path: str) -> Where:
    """An NFS server is a server; any other folder is itself, wherever its volume comes from."""
    mount = mount_of(backup, path)
    server = mount.source.get("nfs", {}).get("server") if mount is not None else None
    return Where(str(server).lower()) if server else Where(posixpath.normpath(posixpath.join("/", path)))
