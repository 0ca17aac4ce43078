"""What the Secret of an ExternalSecret will hold: keys that two places set, plain text, and keys that are missing."""

import re
from collections.abc import Iterator

from renderer.policy import Backup, ExternalSecret
from renderer.problem import Problem
from renderer.secrets.template import Addition, additions, merge_policy, own_data, own_template
from renderer.secrets.variables import PASSWORD, REPOSITORY, is_credential

_READ = re.compile(r'\{\{ *(?:\.(\w+)|index +\. +"([^"]*)")')
"""A key of which a template makes use, as in `{{ .RESTIC_REPOSITORY }}/{app}`."""
OTHERS = ("Merge", "None", "CreateOrMerge")
"""Creation policies of a Secret that is someone else's too, with keys of their own."""


def content_problems(backup: Backup, secret: ExternalSecret) -> Iterator[Problem]:
    """Everything that the policy alone tells about the Secret's keys; no message repeats a value."""
    added = additions(backup, secret)
    yield from _twice(secret, added)
    yield from _plain_text(secret)
    yield from _missing(backup, secret, added)


def _twice(secret: ExternalSecret, added: dict[str, Addition]) -> Iterator[Problem]:
    """A key that the user's own words set and one of ours would hide, or be hidden by."""
    templated = secret.node.nearest("target", "template", "data").mapping
    fetched = {item.text("secretKey") or "": item for item in secret.node.nearest("data").items}
    read = {field or key for ours in added.values() for field, key in _READ.findall(ours.text)}
    for name, ours in added.items():
        if name in templated:
            message = f"'{name}' is templated here and set by {ours.what} ({ours.place}); remove one"
            yield Problem(templated[name].key, message, "exclusive")
        elif name in fetched and name not in read:
            message = f"'{name}' is fetched here and set by {ours.what} ({ours.place}); remove one"
            yield Problem(fetched[name].nearest("secretKey").place, message, "exclusive")


def _plain_text(secret: ExternalSecret) -> Iterator[Problem]:
    data = secret.node.nearest("target", "template", "data").mapping
    for name, below in data.items():
        if is_credential(name) and "{{" not in str(below.value):
            message = f"'{name}' is a credential, and this is plain text; fetch it, and write '{{{{ .key }}}}' here"
            yield Problem(below.place, message, "plaintext")


def _missing(backup: Backup, secret: ExternalSecret, added: dict[str, Addition]) -> Iterator[Problem]:
    """What restic cannot do without, where all keys of the Secret are known."""
    known = _keys(secret, added)
    if known is None:
        return
    volsync = backup.engine == "volsync"
    needed = [PASSWORD] if backup.repository.ref is not None else [PASSWORD, REPOSITORY]
    for name in needed:
        found = name in known if volsync else any(key.startswith(name) for key in known)
        if not found:
            place = secret.node.nearest("target", "template", "data").key
            message = f"the Secret would have no '{name}'; {_advice(name, secret)}"
            yield Problem(place if own_data(secret) else secret.node.key, message, "complete")


def _advice(name: str, secret: ExternalSecret) -> str:
    if name == REPOSITORY:
        return "set repository.url, or add it here"
    if merge_policy(secret) == "Replace":
        return "add it to template.data, or set template.mergePolicy to Merge, which keeps all that is fetched"
    return "fetch it, or name the key that holds it under repository.keys"


def _keys(secret: ExternalSecret, added: dict[str, Addition]) -> set[str] | None:
    """The keys that the user's own words give; None where something else could give more."""
    spec = secret.spec
    if own_template(secret).get("templateFrom") or spec.get("target", {}).get("creationPolicy") in OTHERS:
        return None
    data = own_data(secret)
    if merge_policy(secret) == "Replace" and (data or added):
        return {*data, *added}
    if "key" in spec or spec.get("dataFrom"):
        return None
    return {*data, *added, *(item["secretKey"] for item in spec.get("data", []))}
