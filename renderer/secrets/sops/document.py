"""Whether a document is a Secret that sops encrypted, and whether it encrypted all that it must.

No message repeats a value.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from renderer.problem import Problem
from renderer.schema import Strictness, check
from renderer.secrets.sops.cipher import fault, is_encrypted
from renderer.secrets.sops.readable import PARTS
from renderer.secrets.sops.rules import Meant, contradict, meant
from renderer.secrets.variables import REPOSITORY, is_credential
from renderer.source import Node

_PUSHED = "and change its credentials if they were pushed"
_RULE = '--encrypted-regex "^(data|stringData)$"'
_ALL_AGAIN = f"decrypt it and encrypt it again with {_RULE}"
NOT_ENCRYPTED = f"is not encrypted; {_ALL_AGAIN}, {_PUSHED}"
"""What to say of a value that the file's own rules leave readable."""
_ENOUGH = 20
"""Values that are told of."""


def document_problems(document: Node) -> Iterator[Problem]:
    """Everything that is wrong with it wherever it is used; nothing more once it is of another kind."""
    if problem := _kind(document):
        yield problem
        return
    sops = document.nearest("sops")
    if contradict(sops):
        message = "two rules say what is encrypted, and sops reads no such file; leave the one that it was made with"
        yield Problem(sops.key, message, "sops")
        return
    secret = Node({key: below for key, below in document.mapping.items() if key != "sops"}, document.place)
    found = check(secret, "objects/Secret.json", Strictness.STRICT)
    yield from found or islice(_values(secret, meant(sops)), _ENOUGH)


def _kind(document: Node) -> Problem | None:
    sops, kind = document.nearest("sops"), document.get("kind")
    is_ours = document.get("sops") is not None and all(sops.text(key) for key in ("mac", "version"))
    if document.get("creation_rules") is not None:
        what = "this is the configuration of sops, which never goes into a cluster; name the Secret that it encrypted"
    elif is_ours and kind is not None and is_encrypted(kind.value):
        what = f"all of it is encrypted, even its kind, and Flux decrypts Secrets only; {_ALL_AGAIN}"
    elif (document.text("apiVersion"), document.text("kind")) != ("v1", "Secret"):
        form = "; name it by secret.sealedSecret" if document.text("kind") == "SealedSecret" else ""
        what = f"this is no Secret of v1{form or ', and no other kind can be used here; name one that sops encrypted'}"
    elif not is_ours:
        message = f"this Secret is not encrypted; run 'sops encrypt {_RULE} --in-place' on it, {_PUSHED}"
        return Problem(document.place, message, "plaintext")
    else:
        return None
    return Problem((kind or document).place, what, "sops")


def _values(node: Node, rule: Meant | None, path: tuple[str, ...] = ()) -> Iterator[Problem]:
    """A Secret has no lists; the items of one would have its path."""
    for key, below in node.mapping.items():
        yield from _values(below, rule, (*path, key))
    if not isinstance(node.value, dict | list):
        yield from _value(path, node, rule)


def _value(path: Sequence[str], node: Node, rule: Meant | None) -> Iterator[Problem]:
    name, is_data = path[-1][:60], path[0] in PARTS
    must = is_data and (rule is None or is_credential(path[-1]))
    if is_encrypted(node.value):
        if why := fault(str(node.value)):
            yield Problem(node.place, f"'{name}' {why}", "sops")
    elif node.value in (None, ""):  # sops leaves it as it is
        if is_data and (must or path[-1] == REPOSITORY):
            yield Problem(node.place, f"'{name}' is empty; set it with 'sops edit'", "sops")
    elif must or (rule is not None and rule(path)):
        yield Problem(node.place, f"'{name}' is not encrypted; {_advice(rule, path)}, {_PUSHED}", "plaintext")


def _advice(rule: Meant | None, path: Sequence[str]) -> str:
    if rule is not None and not rule(path):
        return _ALL_AGAIN
    return "take it out and add it with 'sops edit --ignore-mac'"
