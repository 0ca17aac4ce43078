"""What the Secret of an ExternalSecret will hold: keys that two places set, plain text, and keys that are missing."""

from collections.abc import Iterator

from renderer.policy import Backup, ExternalSecret
from renderer.problem import Problem
from renderer.secrets.external.lifetime import OTHERS
from renderer.secrets.keys import asked_elsewhere, missing_keys, plain_text, set_twice
from renderer.secrets.template import Addition, additions, merge_policy, own_data, own_template


def content_problems(backup: Backup, secret: ExternalSecret) -> Iterator[Problem]:
    """Everything that the policy alone tells about the Secret's keys; no message repeats a value."""
    added = additions(backup, own_data(secret))
    templated = secret.node.nearest("target", "template", "data").mapping
    fetched = {
        item.text("secretKey") or "": item.nearest("secretKey").place for item in secret.node.nearest("data").items
    }
    yield from set_twice(added, templated, fetched, "fetched")
    yield from plain_text(templated, "fetch it, and write '{{ .key }}' here")
    yield from asked_elsewhere(templated)
    known = _keys(secret, added)
    if known is not None:
        place = secret.node.nearest("target", "template", "data").key if own_data(secret) else secret.node.key
        yield from missing_keys(backup, known, place, _advice(secret))


def _advice(secret: ExternalSecret) -> str:
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
