"""Security contexts: what Pod Security "restricted" asks for, wherever the user says nothing else."""

from typing import Any

from renderer.policy import Mover

UID = 1000
"""Who the mover is where nobody says; the app's own uid reads all of the app's files."""


def of_pod(mover: Mover, *, of_clone: bool = False) -> dict[str, Any]:
    """The pod's. A uid of the user's own is taken for its groups too: a fresh cache belongs to root otherwise.

    A clone is mounted to be written, Kubernetes has no other way, so the kubelet gives all of it to an fsGroup, modes
    and all, before it is saved: 0700 would be restored as 2770. There we set none.
    """
    said = mover.security_context or {}
    user = said.get("runAsUser", UID)
    group = said.get("runAsGroup", user)
    ours = {
        "runAsNonRoot": True if user != 0 else None,
        "runAsUser": user,
        "runAsGroup": group,
        "fsGroup": said.get("fsGroup") if of_clone else group or None,
        # a volume of a million files must not be walked through at every start
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    return {**{key: value for key, value in ours.items() if value is not None}, **said}


def of_container(mover: Mover) -> dict[str, Any]:
    """The mover's container's."""
    capabilities: dict[str, Any] = {"drop": ["ALL"]}
    if mover.capabilities:
        capabilities["add"] = list(dict.fromkeys(mover.capabilities))
    return {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": capabilities}


def of_guest(mover: Mover) -> dict[str, Any]:
    """That of a container in an app's own pod, which may leave everything open."""
    return {**of_container(mover), "seccompProfile": {"type": "RuntimeDefault"}}
