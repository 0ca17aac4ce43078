"""Credentials of a repository: which Secret has them, and where its values come from. References, never values."""

from typing import NamedTuple

from renderer.policy.extras import Extras, extras
from renderer.policy.read import Plain, text
from renderer.source import Node, plain


class ExternalSecret(NamedTuple):
    """Credentials that the External Secrets Operator fetches."""

    spec: Plain
    """The operator's own words and our shorthands, as the user wrote them."""
    node: Node


class Credential(NamedTuple):
    """`secret` in one of its forms."""

    name: str
    """The Secret, made by someone else or of what we render."""
    external_secret: ExternalSecret | None
    extras: Extras
    """What stands beside the form."""
    node: Node

    @property
    def is_made(self) -> bool:
        """Whether something that we render becomes the Secret."""
        return self.external_secret is not None


def credential(node: Node) -> Credential:
    """What stands under `secret`. Of a Secret that is made of what we render the name is not yet known."""
    external_secret = node.get("externalSecret")
    return Credential(
        name=text(node, "name") or "",
        external_secret=ExternalSecret(plain(external_secret), external_secret) if external_secret else None,
        extras=extras(node),
        node=node,
    )
