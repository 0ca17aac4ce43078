"""Whether a document is a SealedSecret, and whether all in it is sealed. No message repeats a value."""

from collections.abc import Iterator

from renderer.problem import Problem
from renderer.schema import Strictness, check
from renderer.secrets.keys import asked_elsewhere, plain_text
from renderer.secrets.sealed.ciphertext import fault
from renderer.source import Node

_KIND = ("bitnami.com/v1alpha1", "SealedSecret")
_ENOUGH = 20
"""Values that are told of."""


def document_problems(document: Node) -> Iterator[Problem]:
    """Everything that is wrong with it wherever it is used; nothing more once it is of another kind."""
    if problem := _kind(document):
        yield problem
        return
    found = check(document, "objects/SealedSecret.json", Strictness.STRICT)
    yield from found or _values(document)


def _kind(document: Node) -> Problem | None:
    api, kind = document.text("apiVersion"), document.text("kind")
    if (api, kind) == _KIND:
        if (blob := document.get("spec", "data")) is not None:
            message = "'data' is the form of 2018, which the controller refuses; seal it again with kubeseal"
            return Problem(blob.key, message, "sealed-secret")
        return None
    if kind == "Secret" and document.get("sops") is not None:
        return Problem(document.place, "this is a Secret that sops encrypted; name it by secret.sops", "sealed-secret")
    if kind == "Secret":
        message = "this Secret is not sealed; seal it with kubeseal, and change its credentials if they were pushed"
        return Problem(document.place, message, "plaintext")
    message = "this is no SealedSecret of bitnami.com/v1alpha1; name a file that kubeseal wrote"
    return Problem(document.nearest("kind").place, message, "sealed-secret")


def _values(document: Node) -> Iterator[Problem]:
    sealed = document.nearest("spec", "encryptedData").mapping
    faults = [(name, node, fault(str(node.value))) for name, node in sealed.items()]
    for name, node, why in [one for one in faults if one[2]][:_ENOUGH]:
        yield Problem(node.place, f"'{name}' {why}; seal it again with kubeseal", "sealed-secret")
    templated = document.nearest("spec", "template", "data").mapping
    yield from plain_text(templated, "seal it, and remove it here")
    yield from asked_elsewhere(templated)
