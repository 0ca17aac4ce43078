"""Labels and annotations that Flux and Argo CD act on: the ones that would do harm, or silently nothing."""

from collections.abc import Iterator

from renderer import labels
from renderer.manifest import Manifest
from renderer.problem import Place, Problem, Severity
from renderer.source import Node

_HARMFUL = ("Force", "Replace")
"""Sync options with which Argo CD may delete an object and create it anew; never a hint of ours."""
_MOST = 50
"""Options of one annotation that are looked at; Argo CD has not half as many."""


def spec_problems(spec: Node) -> Iterator[Problem]:
    """What the user's own labels and annotations say, wherever they stand in the merged spec."""
    for node in spec.walk():
        for name in ("labels", "annotations"):  # not those of the mover's pod, nor selectors of nodes and pods
            said = node.mapping.get(name)
            if said is not None:
                yield from _metadata_problems(said)


def _metadata_problems(said: Node) -> Iterator[Problem]:
    for key, below in said.mapping.items():
        if key == labels.ARGO_SYNC_OPTIONS and isinstance(below.value, str):
            yield from _sync_options(below.value, below.place)
        elif key.startswith(labels.PREFIX):
            message = f"'{key}' is written by Backplan; this one has no effect, remove it"
            yield Problem(below.key, message, "no-effect", Severity.WARNING)


def _sync_options(text: str, place: Place) -> Iterator[Problem]:
    for option in [part.strip() for part in text.split(",", _MOST) if part.strip()][:_MOST]:
        name = option.partition("=")[0]
        if name not in labels.ARGO_KNOWN_OPTIONS:
            import difflib  # noqa: PLC0415 - only a mistake pays for it

            close = difflib.get_close_matches(name[:60], sorted(labels.ARGO_KNOWN_OPTIONS.difference(_HARMFUL)), n=1)
            hint = f"did you mean '{close[0]}'?" if close else "remove it"
            message = f"Argo CD does not know the sync option '{option[:60]}' and ignores it; {hint}"
            yield Problem(place, message, "gitops", Severity.WARNING)


def manifest_problems(manifest: Manifest, place: Place) -> Iterator[Problem]:
    """What a finished object would suffer."""
    if manifest["kind"] != "PersistentVolumeClaim":
        return
    metadata = manifest["metadata"]
    harm = "delete it and its data when a field cannot be changed; keep it off claims"
    if any(
        said.get(labels.FLUX_FORCE, "").lower() == "enabled" for said in (metadata["labels"], metadata["annotations"])
    ):
        message = f"'{labels.FLUX_FORCE}: enabled' on claim '{metadata['name']}' lets Flux {harm}"
        yield Problem(place, message, "gitops")
    options = [part.strip() for part in metadata["annotations"].get(labels.ARGO_SYNC_OPTIONS, "").split(",")]
    for name in _HARMFUL:
        if f"{name}=true" in options:
            message = f"sync option '{name}=true' on claim '{metadata['name']}' lets Argo CD {harm}"
            yield Problem(place, message, "gitops")
