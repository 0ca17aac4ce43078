"""The user's last word on an object: merge patches (RFC 7386) and JSON patches (RFC 6902), then a check.

A patch may change nearly anything; what it may not is make another object of it, or one that Kubernetes refuses.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from renderer import resources
from renderer.engines.draft import Draft, guarded, is_ours
from renderer.manifest import Identity, Manifest, identity
from renderer.policy import Patch, Policy
from renderer.policy.sealing import ANNOTATIONS
from renderer.problem import Place, Problem, Severity
from renderer.schema import Strictness, check
from renderer.secrets import exposure_problems
from renderer.source import MAX_DEPTH, MAX_NODES, Node

_ENOUGH = 20
"""Problems of one object after which its other patches are not tried."""
_OPERATIONS: dict[str, tuple[str, ...]] = {
    "add": ("value",), "remove": (), "replace": ("value",), "move": ("from",), "copy": ("from",), "test": ("value",)
}  # fmt: skip
_NEVER = ("hostNetwork", "hostname")
"""With either, restic takes a live lock for a dead one (a process of the same host it cannot see)."""
_FREE = frozenset(("labels", "annotations", "matchLabels", "nodeSelector", "moverPodLabels", "data", "stringData"))
"""Mappings whose keys are the user's own words, below which no pod is specified."""


def patched(draft: Draft, problems: list[Problem]) -> Manifest:
    """The manifest with all patches that match it; what does not apply is a problem and changes nothing."""
    manifest, before = guarded(draft, draft.manifest), len(problems)
    for patch in draft.extras.patches:
        if len(problems) - before > _ENOUGH:
            break
        if matches(patch, manifest):
            manifest = guarded(draft, _checked(patch, manifest, _apply(patch, manifest, problems), problems))
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
    count = sum(1 for _ in _values(jsonpatch.JsonPointer(operation["from"]).resolve(manifest)))
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


def _checked(patch: Patch, before: Manifest, after: Any, problems: list[Problem]) -> Manifest:
    what = identity(before)
    found = list(_objections(before, after, patch.place))
    problems.extend(Problem(patch.place, f"the patched {what} {message}", "patch") for message in found)
    return before if found else after


def _objections(before: Manifest, after: Any, place: Place) -> Iterator[str]:
    if not isinstance(after, dict) or not _same(before, after):
        yield "would be another object; a patch may not change apiVersion, kind, name or namespace"
        return
    if before["kind"] == "SealedSecret" and _sealed(before) != _sealed(after):
        yield "would have other sealed values, or another scope than they were sealed for; seal them again instead"
    if any(depth > MAX_DEPTH for _, depth in _values(after)):
        yield f"is nested more than {MAX_DEPTH} deep; remove some levels"
        return
    if word := next((key for key in _settings(after) if key in _NEVER), None):
        yield f"would have '{word}', which lets restic remove live locks; leave it out"
        return
    schema = f"objects/{before['kind']}.json"
    if (resources.SCHEMAS / schema).exists():
        found = check(_node(after, place), schema, Strictness.STRICT)
        if before["kind"] == "ExternalSecret":
            found = found or list(exposure_problems(_node(after, place).nearest("spec")))
        yield from (f"is not valid: {problem.message}" for problem in found)
        if not found:
            yield from _regrets(after)
            yield from _run_regrets(before, after)


def _sealed(manifest: Manifest) -> Any:
    """What the controller decrypts, and the annotations by which it does."""
    annotations = manifest["metadata"].get("annotations") or {}
    scope = {key: annotations.get(key) for key in ANNOTATIONS}
    spec = manifest.get("spec")
    return scope, spec.get("encryptedData") if isinstance(spec, dict) else None


def _regrets(after: Manifest) -> Iterator[str]:
    """What Kubernetes would accept."""
    if after["kind"] == "ReplicationSource" and not _retains(after):
        yield "would have no positive 'retain', and VolSync would keep a single snapshot; keep a key of it above 0"
    if after["kind"] == "Job" and "ttlSecondsAfterFinished" in after["spec"]:
        yield (
            "would be deleted once it has run, and then Flux and Argo CD run it again; leave out "
            "'ttlSecondsAfterFinished'"
        )


def _run_regrets(before: Manifest, after: Manifest) -> Iterator[str]:
    """What Kubernetes would refuse of a Job, or what its pods would lose; a CronJob is taken whatever its Jobs are."""
    job, old = _job(after), _job(before)
    if job is None or old is None:
        return
    pod = job["template"]["spec"]
    if "podFailurePolicy" in job and pod.get("restartPolicy") != "Never":
        yield "would be refused, because podFailurePolicy needs it; leave 'restartPolicy: Never'"
    if "podFailurePolicy" in job and all(one["name"] != "restic" for one in pod["containers"]):
        yield "would be refused, because podFailurePolicy names it; leave the container 'restic' its name"
    said, own = ((one["template"].get("metadata") or {}).get("labels") or {} for one in (job, old))
    if lost := next((key for key, value in own.items() if is_ours(key) and said.get(key) != value), None):
        yield f"would have pods without our label '{lost}', by which they are found; leave it"


def _job(manifest: Manifest) -> Any:
    """The spec of a Job, or of those that a CronJob makes."""
    spec = manifest.get("spec") or {}
    return {"Job": spec, "CronJob": (spec.get("jobTemplate") or {}).get("spec")}.get(manifest["kind"])


def _retains(source: Manifest) -> bool:
    """Whether a valid ReplicationSource keeps something; a duration may be `0d`."""
    retain = source["spec"]["restic"].get("retain") or {}
    return any(str(value or 0).strip("0ymdh") for value in retain.values())


def _settings(root: Any) -> Iterator[str]:
    """Every key that is Kubernetes' or an operator's word."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value
            waiting.extend(below for key, below in value.items() if key not in _FREE)
        elif isinstance(value, list):
            waiting.extend(value)


def _same(before: Manifest, after: Any) -> bool:
    try:
        return identity(before) == identity(after) and before["apiVersion"] == after["apiVersion"]
    except (KeyError, TypeError, AttributeError):
        return False


def _values(root: Any) -> Iterator[tuple[Any, int]]:
    """Every value with its depth, without recursion: a JSON patch can nest deeper than Python's stack."""
    waiting = [(root, 1)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        if isinstance(value, dict | list):
            waiting.extend((below, depth + 1) for below in (value.values() if isinstance(value, dict) else value))


def _node(value: Any, place: Place) -> Node:
    """Plain data as nodes that all point at the patch."""
    if isinstance(value, dict):
        return Node({key: _node(below, place) for key, below in value.items()}, place)
    if isinstance(value, list):
        return Node([_node(below, place) for below in value], place)
    return Node(value, place)
