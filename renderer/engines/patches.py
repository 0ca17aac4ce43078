"""The user's last word on an object: merge patches (RFC 7386) and JSON patches (RFC 6902), then a check.

A patch may change nearly anything; what it may not is make another object of it, or one that Kubernetes refuses.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from renderer.engines.custody import custody_problems
from renderer.engines.draft import Draft, guarded
from renderer.engines.objections import objections, values
from renderer.manifest import Identity, Manifest, identity
from renderer.policy import Patch, Policy
from renderer.problem import Place, Problem, Severity
from renderer.source import MAX_NODES

_ENOUGH = 20
"""Problems of one object after which its other patches are not tried."""
_OPERATIONS: dict[str, tuple[str, ...]] = {
    "add": ("value",), "remove": (), "replace": ("value",), "move": ("from",), "copy": ("from",), "test": ("value",)
}  # fmt: skip


def patched(draft: Draft, problems: list[Problem]) -> Manifest:
    """The manifest with all patches that match it; what does not apply is a problem and changes nothing."""
    manifest, before = guarded(draft, draft.manifest), len(problems)
    for patch in draft.extras.patches:
        if len(problems) - before > _ENOUGH:
            break
        if matches(patch, manifest):
            manifest = guarded(draft, _checked(patch, draft, manifest, _apply(patch, manifest, problems), problems))
    return manifest


def matches(patch: Patch, manifest: Manifest) -> bool:
    """Whether a patch is meant for an object."""
    group = manifest["apiVersion"].rpartition("/")[0]
    labels = manifest["metadata"].get("labels") or {}
    return (
        patch.kind in (None, manifest["kind"])
        and patch.name in (None, manifest["metadata"]["name"])
        and (patch.group is None or patch.group == group)
        and all(labels.get(key) == value for key, value in patch.labels)
    )


def unmatched(policy: Policy, drafts: list[Draft], finished: Mapping[Identity, Manifest]) -> Iterator[Problem]:
    """Patches of the policy's own file that no object answers to; a shared layer cannot know every app."""
    answered: dict[Place, bool] = {}
    for draft in drafts:
        forms = (
            draft.manifest,
            finished[identity(draft.manifest)],
        )  # an earlier patch may set the label of a later one
        for patch in draft.extras.patches:
            answered[patch.place] = answered.get(patch.place, False) or any(matches(patch, form) for form in forms)
    kinds = ", ".join(dict.fromkeys(draft.manifest["kind"] for draft in drafts))
    for place, found in answered.items():
        if not found and place.file == policy.place.file:
            message = f"the patch matches no object; correct its target, the kinds that are rendered are {kinds}"
            yield Problem(place, message, "patch", Severity.WARNING)


def _apply(patch: Patch, manifest: Manifest, problems: list[Problem]) -> Any:
    if isinstance(patch.patch, dict):
        return merge_patch(manifest, patch.patch)
    import jsonpatch  # noqa: PLC0415 - 10 ms, paid only by policies with a JSON patch

    mistakes = (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, ValueError, LookupError,
                AttributeError)  # fmt: skip
    patched, left, number = copy.deepcopy(manifest), MAX_NODES, 0
    try:
        for number, operation in enumerate(patch.patch, start=1):  # noqa: B007 - for the message
            left -= _copied(operation, patched, left)
            # a copy, because jsonpatch puts the operation's own value into the object, where the next one changes it
            patched = jsonpatch.apply_patch(patched, [copy.deepcopy(operation)], in_place=True)
    except RecursionError:
        why = "the object would grow without end; copy less"
    except mistakes:
        why = _why_not(patch.patch[number - 1])
    else:
        return patched
    message = f"operation {number} of the JSON patch does not apply to {identity(manifest)}: {why}"
    problems.append(Problem(patch.place, message, "patch"))
    return manifest


def _copied(operation: Any, manifest: Any, most: int) -> int:
    """How many values a `copy` adds. Each can double the object: raises RecursionError for more than `most`."""
    import jsonpatch  # noqa: PLC0415 - as above

    if not isinstance(operation, dict) or operation.get("op") != "copy":
        return 0
    count = sum(1 for _ in values(jsonpatch.JsonPointer(operation["from"]).resolve(manifest)))
    if count > most:
        raise RecursionError
    return count


def _why_not(operation: Any) -> str:
    """The first thing that is wrong with an operation, as RFC 6902 has it."""
    if not isinstance(operation, dict):
        return "it is not a mapping; write op, path and value"
    name, path = operation.get("op"), operation.get("path")
    if name not in _OPERATIONS:
        return f"'{str(name)[:40]}' is no operation; use {', '.join(_OPERATIONS)}"
    lacking = [key for key in ("path", *_OPERATIONS[name]) if key not in operation]
    if lacking:
        return f"it has no '{lacking[0]}'; add it"
    if not isinstance(path, str) or (path and not path.startswith("/")):
        return f"'{str(path)[:60]}' is no path; write it as '/metadata/annotations/name'"
    if name == "test":
        return f"at '{path[:60]}' is another value, or none; correct the test"
    return f"there is nothing at '{(operation.get('from') or path)[:60]}', or it cannot be changed; correct the path"


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


def _checked(patch: Patch, draft: Draft, before: Manifest, after: Any, problems: list[Problem]) -> Manifest:
    """Custody is asked about all patches so far: two could do together what neither does alone."""
    what, rule = identity(before), "patch"
    found = list(objections(before, after, patch.place))
    if not found:
        found, rule = list(custody_problems(draft.manifest, after, draft.credentials)), "credential"
    problems.extend(Problem(patch.place, f"the patched {what} {message}", rule) for message in found)
    return before if found else after
