"""What to say about a word that is not known: what was probably meant."""

import difflib
from collections.abc import Sequence

from renderer.source.characters import shown_key

_LISTED = 12
"""So many known keys a message lists; above that it says where they are."""
_COMPARED = 40
"""So many characters of an unknown word are compared with the known ones: difflib is quadratic."""
_ELSEWHERE = {
    "secretName": "name",
    "cacheCapacity": "cache.capacity",
    "cacheStorageClassName": "cache.storageClassName",
    "cacheAccessModes": "cache.accessModes",
    "destinationPVC": "to.claim",
    "moverAffinity": "mover.affinity",
    "moverPodLabels": "mover.podLabels",
    "moverResources": "mover.resources",
    "moverSecurityContext": "mover.securityContext",
    "moverServiceAccount": "mover.serviceAccountName",
    "moverTolerations": "mover.tolerations",
    "moverVolumes": "mover.moverVolumes",
    "sourcePVC": "claim",
    "trigger": "schedule",
}
"""Fields of Kubernetes' and VolSync's objects that are called otherwise here; by spelling the wrong key is nearest."""


def unknown_key(name: str, known: list[str], path: str = "") -> str:
    """What to say about a key that the schema does not have; `path` is the dotted path of its mapping.

    With a kind before it, and thus a capital letter, it is a path in an object.
    """
    said = f"unknown key '{shown_key(name)}'"
    ours = _ELSEWHERE.get(name, "")
    if ours.partition(".")[0] in known:
        return f"{said}; here it is '{ours}'"
    if close := nearest(name, known):
        return f"{said}; did you mean '{close}'?"
    if 0 < len(known) <= _LISTED:
        return f"{said}; known here: {', '.join(known)}"
    command = "kubectl" if path[:1].isupper() else "backplan"
    return f"{said}; `{command} explain{' ' + path if path else ''}` lists the keys"


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known word that was probably meant."""
    folded = {word.lower(): word for word in known}
    close = difflib.get_close_matches(name[:_COMPARED].lower(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None
