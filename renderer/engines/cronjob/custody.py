"""What a patch may not do to the pod of a mover.

Containers besides the mover, volumes and all that steers a pod are the user's, as long as the mover's Secret stays with
the mover.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from renderer.engines.cronjob.mounts import HOMES, PROGRAMS
from renderer.engines.cronjob.traps.environment import set_by_us
from renderer.engines.references import secrets_of
from renderer.manifest import value_at
from renderer.policy.expansion import expansion
from renderer.secrets import CHECKED, is_credential, lure, names_server

_SHARED = ("hostPID", "shareProcessNamespace")
"""With either, other containers and processes read the mover's environment under /proc."""
_NAMED_SERVERS = (("dnsConfig", "nameservers"), ("dnsConfig", "searches"))
"""What says which server has the repository's name."""
_OTHER_SERVER = "the repository's name could mean another server"
_WITH_SERVER = ("s3:", "rest:", "sftp:", "/", "local:")
"""How a URL begins that says which server has the repository, or that none does."""
_OURS = re.compile(r"mnt-[0-9]+|tmp|mover|ca|credentials")
"""Volumes that hold the repository, or what the mover and its programs believe."""
_RUN = {
    "image": "set mover.image",
    "command": "leave it",
    "args": "leave it out",
    "envFrom": "leave it",
    "lifecycle": "leave it out",
    "livenessProbe": "leave it out",
    "readinessProbe": "leave it out",
    "startupProbe": "leave it out",
    "volumeDevices": "leave it out",
}
"""What decides which programs run in a container, and with which Secrets."""
_PROGRAMS = (*PROGRAMS, "/credentials")
_SETTINGS = (*HOMES, "/var/run/secrets")
"""Where ssh has its key and the servers that it knows, and Kubernetes its tokens: a Secret may be mounted there."""
_OF_SETTINGS = ("secret", "configMap", "projected")
_DATA = ("data", "dumps", "cache")
"""Volumes that others write; what is mounted a second time could be believed there."""


def pod_problems(old: Any, new: Any, credentials: Collection[str]) -> Iterator[str]:
    """What goes on `the patched OBJECT …`, of its pod; both are valid."""
    movers = {one["name"]: one for one in _containers(old) if _is_mover(one)}
    held = {name for one in movers.values() for name in secrets_of({**one, "volumeMounts": ()})} | {*credentials}
    settings = {one["name"] for one in new.get("volumes") or [] if any(one.get(kind) for kind in _OF_SETTINGS)}
    yield from _of_surroundings(old, new)
    containers = list(_containers(new))
    for name, mover in movers.items():
        same = [one for one in containers if one["name"] == name]
        if len(same) != 1:
            yield f"would have no container '{name}' of ours, or two; leave it its name"
        else:
            found = _of_mover(mover, same[0], held, settings)
            yield from islice(found, 1)  # a merge patch replaces whole lists, and so much else
    for one in containers:
        if one["name"] not in movers:
            yield from _of_other(one, held)
    yield from _of_volumes(old, new)
    yield from _named_elsewhere(old, new, held)


def _of_surroundings(old: Any, new: Any) -> Iterator[str]:
    for word in _SHARED:
        if new.get(word):
            yield f"would have '{word}', and other programs could read the mover's credential; leave it out"
    for path in _NAMED_SERVERS:
        if value_at(old, path) != value_at(new, path):
            word = ".".join(path)
            yield f"would have another '{word}', and {_OTHER_SERVER}; leave it"
    told = [one for mover in _containers(old) if _is_mover(mover) for one in mover["env"]]
    for alias in new.get("hostAliases") or []:
        for name in alias.get("hostnames") or []:
            if alias not in (old.get("hostAliases") or []) and _may_be_asked(str(name).lower(), told):
                yield f"would have 'hostAliases' for '{name[:60]}', and {_OTHER_SERVER}; leave it out"


def _may_be_asked(name: str, told: Sequence[Any]) -> bool:
    """Whether a mover may ask a server of this name: of a bucket the URL does not tell it, nor does one in a Secret."""
    url = next((str(one.get("value") or "") for one in told if one["name"] == "RESTIC_REPOSITORY"), "")
    named = [str(one.get("value") or "").lower() for one in told]
    return not url.startswith(_WITH_SERVER) or any(name in text for text in named)


def _named_elsewhere(old: Any, new: Any, held: set[str]) -> Iterator[str]:
    """As a volume of any kind, to pull images with, to mount something with."""
    others = [{**pod, "containers": (), "initContainers": ()} for pod in (old, new)]
    before, after = (Counter(text for text in _texts(pod) if text in held) for pod in others)
    if more := after - before:
        yield f"would name the mover's Secret '{min(more)}' once more, and give it to others; leave it out"


def _of_mover(old: Any, new: Any, held: set[str], settings: set[str]) -> Iterator[str]:
    for word, way_out in _RUN.items():
        if old.get(word) != new.get(word):
            yield f"would have another '{word}' in the mover's container, which holds the credential; {way_out}"
    yield from _of_environment(old.get("env") or [], new.get("env") or [], held)
    mounts = new.get("volumeMounts") or []
    for mount in old.get("volumeMounts") or []:
        if mount not in mounts:
            yield f"would mount something else at '{mount['mountPath']}'; leave it"
    folders = tuple(f"{one['mountPath'].rstrip('/')}/" for one in old["volumeMounts"])
    for mount in mounts:
        if mount not in old["volumeMounts"] and (why := _why_not_there(mount, folders, settings)):
            yield f"would mount something at '{_normal(mount['mountPath'])[:60]}', {why}; use another path"


def _why_not_there(mount: Any, folders: tuple[str, ...], settings: set[str]) -> str | None:
    """`folders` are those that the mover has, `settings` the volumes that are Secrets and ConfigMaps."""
    path = _normal(mount["mountPath"])
    if mount["name"] in settings and _is_below(path, _SETTINGS):
        return None
    if path == "/" or _is_below(path, (*_PROGRAMS, *_SETTINGS)):
        return "which programs with the credential read"
    if mount["name"] in _DATA:
        return "where the app's data could be believed"
    return "inside of a volume of the mover's" if f"{path}/".startswith(folders) else None


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return any(f"{path}/".startswith(f"{folder}/") for folder in folders)


def _of_environment(old: list[Any], new: list[Any], held: set[str]) -> Iterator[str]:
    """Of one name the kubelet takes the last entry, so that each may be there once only."""
    before = {one["name"]: one for one in old}
    for name, said in before.items():
        if [one for one in new if one["name"] == name] != [said]:
            yield f"would have another '{name}' for the mover; set what it stands for in the policy"
    for one in new:
        if one["name"] not in before and (why := _why_not(one, held)):
            yield f"would have the variable '{one['name'][:60]}' for the mover; {why}"


def _why_not(variable: Any, held: set[str]) -> str | None:
    """What is wrong with a variable that a patch adds; the message does not repeat its value."""
    name, value = variable["name"], str(variable.get("value") or "")
    if (advice := set_by_us(name)) is not None:
        return f"it is Backplan's, {advice}"
    if (why := lure(name)) is not None:
        return f"{why}, leave it out"
    if names_server(name) or is_credential(name) or name in CHECKED:
        return "set it under repository.env or in the Secret, where it is checked"
    if expansion(value) or held & set(secrets_of({"env": [variable]})):
        return "a credential would be told in it, write the text out"
    return None


def _of_other(container: Any, held: set[str]) -> Iterator[str]:
    """A container that is not ours."""
    name = container["name"][:60]
    if given := held & set(secrets_of(container)):
        yield f"would give the mover's Secret '{min(given)}' to the container '{name}'; leave it out"
    for mount in container.get("volumeMounts") or []:
        if _OURS.fullmatch(mount["name"]):
            yield f"would give the mover's volume '{mount['name']}' to the container '{name}'; use one of its own"


def _of_volumes(old: Any, new: Any) -> Iterator[str]:
    after = {one["name"]: one for one in new.get("volumes") or []}
    for volume in old.get("volumes") or []:
        now = after.get(volume["name"], {})
        is_still_empty = "emptyDir" in volume and set(now) == {"name", "emptyDir"}
        if _OURS.fullmatch(volume["name"]) and now != volume and not is_still_empty:
            yield f"would have something else as volume '{volume['name']}', which the mover trusts; leave it"


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list | tuple):
        for below in part.values() if isinstance(part, dict) else part:
            yield from _texts(below)


def _is_mover(container: Any) -> bool:
    return any(one["name"] == "BACKPLAN_OPERATION" for one in container.get("env") or [])


def _containers(pod: Any) -> Iterator[Any]:
    for key in ("initContainers", "containers"):
        yield from pod.get(key) or []


def _normal(path: str) -> str:
    return posixpath.normpath(posixpath.join("/", path)).replace("//", "/")
