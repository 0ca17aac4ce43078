"""The user's last word on an object: merge patches (RFC 7386) and JSON patches (RFC 6902), then a check.

A patch may change nearly anything; what it may not is make another object of it, or one that Kubernetes refuses.
"""

import copy
from collections.abc import Iterator
from typing import Any

from renderer import resources
from renderer.engines.draft import Draft
from renderer.manifest import Manifest, identity
from renderer.policy import Patch, Policy
from renderer.problem import Place, Problem, Severity
from renderer.schema import Strictness, check
from renderer.source import Node

_NEVER = ("hostNetwork", "hostname")
"""With either, restic takes a live lock for a dead one (a process of the same host it cannot see)."""


def patched(draft: Draft, problems: list[Problem]) -> Manifest:
    """The manifest with all patches that match it; what does not apply is a problem and changes nothing."""
    manifest = draft.manifest
    for patch in draft.extras.patches:
        if matches(patch, manifest):
            manifest = _checked(patch, manifest, _apply(patch, manifest, problems), problems)
    return manifest


def matches(patch: Patch, manifest: Manifest) -> bool:
    """Whether a patch is meant for an object."""
    group = manifest["apiVersion"].rpartition("/")[0]
    return (
        patch.kind in (None, manifest["kind"])
        and patch.name in (None, manifest["metadata"]["name"])
        and (patch.group is None or patch.group == group)
    )


def unmatched(policy: Policy, drafts: list[Draft]) -> Iterator[Problem]:
    """Patches of the policy's own file that no object answers to; a shared layer cannot know every app."""
    answered: dict[Place, bool] = {}
    for draft in drafts:
        for patch in draft.extras.patches:
            answered[patch.place] = answered.get(patch.place, False) or matches(patch, draft.manifest)
    for place, found in answered.items():
        if not found and place.file == policy.place.file:
            yield Problem(place, "the patch matches no object; see its target", "patch", Severity.WARNING)


def _apply(patch: Patch, manifest: Manifest, problems: list[Problem]) -> Any:
    if isinstance(patch.patch, dict):
        return merge_patch(manifest, patch.patch)
    import jsonpatch  # noqa: PLC0415 - 10 ms, paid only by policies with a JSON patch

    try:
        return jsonpatch.apply_patch(copy.deepcopy(manifest), patch.patch)
    except (
        jsonpatch.JsonPatchException,
        jsonpatch.JsonPointerException,
        TypeError,
        ValueError,
        KeyError,
    ) as error:
        message = f"the JSON patch does not apply to {identity(manifest)}: {str(error)[:120]}"
        problems.append(Problem(patch.place, message, "patch"))
        return manifest


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386; neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _checked(patch: Patch, before: Manifest, after: Any, problems: list[Problem]) -> Manifest:
    what = identity(before)
    found = list(_objections(before, after, patch.place))
    problems.extend(Problem(patch.place, f"the patched {what} {message}", "patch") for message in found)
    return before if found else after


def _objections(before: Manifest, after: Any, place: Place) -> Iterator[str]:
    if not isinstance(after, dict) or not _same(before, after):
        yield "would be another object; a patch may not change apiVersion, kind, name or namespace"
        return
    if word := next((key for key in _keys(after) if key in _NEVER), None):
        yield f"would have '{word}', which lets restic remove live locks; leave it out"
        return
    schema = f"objects/{before['kind']}.json"
    if (resources.SCHEMAS / schema).exists():
        for problem in check(_node(after, place), schema, Strictness.STRICT):
            yield f"is not valid: {problem.message}"


def _same(before: Manifest, after: Any) -> bool:
    try:
        return identity(before) == identity(after) and before["apiVersion"] == after["apiVersion"]
    except (KeyError, TypeError, AttributeError):
        return False


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from _keys(below)
    elif isinstance(value, list):
        for below in value:
            yield from _keys(below)


def _node(value: Any, place: Place) -> Node:
    """Plain data as nodes that all point at the patch."""
    if isinstance(value, dict):
        return Node({key: _node(below, place) for key, below in value.items()}, place)
    if isinstance(value, list):
        return Node([_node(below, place) for below in value], place)
    return Node(value, place)
