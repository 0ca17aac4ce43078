"""What a patch may not change, because it would hand a credential to another program or tell it to another server.

Patches come after every check of the policy, so what those are about is the policy's alone to say. Containers besides
the mover, volumes and all that steers a pod are the user's, as long as the mover's Secret stays with the mover.
"""

import posixpath
from collections.abc import Iterator
from itertools import islice
from typing import Any

from renderer.engines.cronjob.traps.environment import set_by_us
from renderer.engines.objections import job_spec
from renderer.engines.references import secrets_of
from renderer.manifest import Manifest
from renderer.policy.expansion import expansion
from renderer.secrets import is_credential, lure, names_server

_FIXED: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "ExternalSecret": ((("spec",), "write it under repository.secret.externalSecret"),),
    "SealedSecret": ((("spec",), "write it into the file that repository.secret.sealedSecret names"),),
    "ConfigMap": ((("data",), "leave it"), (("binaryData",), "leave it out")),
    "ReplicationSource": (
        (("spec", "restic", "repository"), "set repository.secret"),
        (("spec", "restic", "customCA"), "set repository.customCA"),
    ),
}
_FIXED["ReplicationDestination"] = _FIXED["ReplicationSource"]
"""By kind: what has been checked as the policy says it, and where else to say it."""
_SHARED = ("hostPID", "shareProcessNamespace")
"""With either, other containers and processes read the mover's environment under /proc."""
_RUN = {
    "image": "set mover.image",
    "command": "leave it",
    "args": "leave it out",
    "envFrom": "leave it",
    "lifecycle": "leave it out",
    "livenessProbe": "leave it out",
    "readinessProbe": "leave it out",
    "startupProbe": "leave it out",
}
"""What decides which programs run in a container, and with which Secrets."""
_PROGRAMS = ("/bin", "/sbin", "/usr", "/lib", "/lib64", "/etc", "/opt", "/proc", "/mover", "/ca")
"""Where the mover, the programs that it runs and what these trust lie."""


def custody_problems(before: Manifest, after: Manifest) -> Iterator[str]:
    """What goes on `the patched OBJECT …`; both are valid."""
    for path, way_out in _FIXED.get(before["kind"], ()):
        if _at(before, path) != _at(after, path):
            yield f"would have another '{'.'.join(path)}', which was checked as the policy says it; {way_out}"
    old, new = job_spec(before), job_spec(after)
    if old is not None and new is not None:
        yield from _of_pod(old["template"]["spec"], new["template"]["spec"])


def _of_pod(old: Any, new: Any) -> Iterator[str]:
    movers = {one["name"]: one for one in _containers(old) if _is_mover(one)}
    held = {name for one in movers.values() for name in secrets_of({**one, "volumeMounts": ()})}
    for word in _SHARED:
        if new.get(word):
            yield f"would have '{word}', and other programs could read the mover's credential; leave it out"
    containers = list(_containers(new))
    for name, mover in movers.items():
        same = [one for one in containers if one["name"] == name]
        if len(same) != 1:
            yield f"would have no container '{name}' of ours, or two; leave it its name"
        else:
            yield from islice(
                _of_mover(mover, same[0], held), 1
            )  # a merge patch replaces whole lists, and so much else
    for one in containers:
        if one["name"] not in movers and (given := held & set(secrets_of(one))):
            yield f"would give the mover's Secret '{min(given)}' to the container '{one['name'][:60]}'; leave it out"
    yield from _of_volumes(old, new, held)


def _of_mover(old: Any, new: Any, held: set[str]) -> Iterator[str]:
    for word, way_out in _RUN.items():
        if old.get(word) != new.get(word):
            yield f"would have another '{word}' in the mover's container, which holds the credential; {way_out}"
    yield from _of_environment(old.get("env") or [], new.get("env") or [], held)
    mounts = new.get("volumeMounts") or []
    for mount in old.get("volumeMounts") or []:
        if mount not in mounts:
            yield f"would mount something else at '{mount['mountPath']}'; leave it"
    for mount in mounts:
        if mount not in old["volumeMounts"] and _is_for_programs(mount["mountPath"]):
            path = mount["mountPath"][:60]
            yield f"would mount something at '{path}', among the programs that have the credential; use another path"


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
    if names_server(name) or is_credential(name):
        return "set it under repository.env or in the Secret, where it is checked"
    if expansion(value) or held & set(secrets_of({"env": [variable]})):
        return "a credential would be told in it, write the text out"
    return None


def _of_volumes(old: Any, new: Any, held: set[str]) -> Iterator[str]:
    before = {one["name"]: one for one in old.get("volumes") or []}
    after = {one["name"]: one for one in new.get("volumes") or []}
    for name, volume in before.items():
        if ("configMap" in volume or "secret" in volume) and after.get(name) != volume:
            yield f"would have something else as volume '{name}', which the mover trusts; leave it"
    for name, volume in after.items():
        if before.get(name) != volume and (given := held & set(secrets_of({"volumes": [volume]}))):
            yield f"would mount the mover's Secret '{min(given)}' as volume '{name[:60]}'; leave it out"


def _is_mover(container: Any) -> bool:
    return any(one["name"] == "BACKPLAN_OPERATION" for one in container.get("env") or [])


def _containers(pod: Any) -> Iterator[Any]:
    for key in ("initContainers", "containers"):
        yield from pod.get(key) or []


def _is_for_programs(path: str) -> bool:
    normal = posixpath.normpath(posixpath.join("/", path)).replace("//", "/")
    return normal == "/" or any(f"{normal}/".startswith(f"{one}/") for one in _PROGRAMS)


def _at(manifest: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        manifest = (manifest or {}).get(key)
    return manifest
