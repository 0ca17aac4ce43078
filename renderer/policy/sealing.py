"""For which name and namespace a SealedSecret was sealed: the controller unseals it for no other.

Both are part of what is encrypted, as the label of RSA-OAEP; which of them, annotations tell, and the controller
believes those of the SealedSecret itself, not those of its template (sealed-secrets, `labelFor`).
"""

from enum import StrEnum

from renderer.source import Node

_PREFIX = "sealedsecrets.bitnami.com/"


class Scope(StrEnum):
    """By the names that kubeseal's `--scope` has for them."""

    STRICT = "strict"
    NAMESPACE_WIDE = "namespace-wide"
    CLUSTER_WIDE = "cluster-wide"


ANNOTATIONS = {_PREFIX + scope: scope for scope in (Scope.CLUSTER_WIDE, Scope.NAMESPACE_WIDE)}
"""The wider first: with both, it counts."""


def scope_of(document: Node) -> Scope:
    """What the annotations of a SealedSecret say."""
    said = document.nearest("metadata", "annotations").mapping
    return next(
        (scope for key, scope in ANNOTATIONS.items() if key in said and said[key].value == "true"), Scope.STRICT
    )
