"""A repository's password that is made up instead of fetched: another one, and no backup can be read any more.

The External Secrets Operator asks a generator again whenever it makes the Secret: at each refresh, or, where it is told
to ask once, as soon as the ExternalSecret or the Secret is made anew (its `shouldRefresh` and `isSecretValid`). Only an
immutable Secret that stays behind (Orphan) keeps its password through both.
"""

from collections.abc import Iterator

from renderer.policy import Backup, ExternalSecret
from renderer.problem import Problem
from renderer.secrets.external.lifetime import asks_again
from renderer.secrets.goactions import reads
from renderer.secrets.template import additions, merge_policy, own_data, own_template
from renderer.secrets.variables import PASSWORD
from renderer.source import Node

_GIVES = {
    "STSSessionToken": frozenset(("access_key_id", "secret_access_key", "session_token", "expiration")),
    "UUID": frozenset(("uuid",)),
}
"""Generators whose keys nothing can rename but `rewrite`; of a Password they are in an object that we do not see."""


def generated_problems(backup: Backup, secret: ExternalSecret) -> Iterator[Problem]:
    """An error at the generator that gives the password, or could."""
    if _is_kept(secret):
        return
    wanted = password_keys(backup, secret)
    if (found := _generator(secret, wanted)) is None:
        return
    surely = wanted is not None and any(_gives(found, key) for key in wanted)
    what = "comes" if surely else "could come"
    way_out = "fetch it from a store" if surely else f"fetch it as '{PASSWORD}' under data"
    when = "at every refresh" if asks_again(secret) else "when the ExternalSecret or its Secret is made anew"
    message = (
        f"'{PASSWORD}' {what} from this generator, which makes another one {when}, and then no backup can be "
        f"read; {way_out}, or set target.immutable: true with creationPolicy: Orphan"
    )
    yield Problem(found.nearest("sourceRef", "generatorRef").key, message, "generated-password")


def password_keys(backup: Backup, secret: ExternalSecret) -> frozenset[str] | None:
    """The fetched keys that become the password; None where nobody can tell."""
    own = own_data(secret)
    added = additions(backup, own)
    text = added[PASSWORD].text if PASSWORD in added else own.get(PASSWORD)
    if text is not None:
        return reads(text)
    if own_template(secret).get("templateFrom"):  # which takes what is fetched under restic's own name, if that is
        return frozenset((PASSWORD,)) if PASSWORD in _single(secret) else None
    is_left_out = merge_policy(secret) == "Replace" and (own or added)
    return frozenset() if is_left_out else frozenset((PASSWORD,))


def _is_kept(secret: ExternalSecret) -> bool:
    target = secret.spec.get("target", {})
    return target.get("immutable") is True and target.get("creationPolicy") == "Orphan"


def _generator(secret: ExternalSecret, wanted: frozenset[str] | None) -> Node | None:
    """The item with the generator of one of these keys. Of one key the operator takes the last, `data` after all."""
    single, many = _single(secret), secret.node.nearest("dataFrom").items
    if wanted is None:
        return next((item for item in (*single.values(), *many) if _is_generated(item)), None)
    for key in sorted(wanted):
        sources = (
            [single[key]] if key in single else [item for item in reversed(many) if _gives(item, key) is not False]
        )
        if found := next((item for item in sources if _is_generated(item)), None):
            return found
    return None


def _gives(item: Node, key: str) -> bool | None:
    """Whether a generator gives a key; None where its keys are not known, or are renamed."""
    if item.text("secretKey") == key:
        return True
    known = _GIVES.get(item.text("sourceRef", "generatorRef", "kind") or "")
    return None if known is None or item.get("rewrite") is not None else key in known


def _single(secret: ExternalSecret) -> dict[str, Node]:
    return {item.text("secretKey") or "": item for item in secret.node.nearest("data").items}


def _is_generated(item: Node) -> bool:
    return item.get("sourceRef", "generatorRef") is not None
