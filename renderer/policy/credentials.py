"""Credentials of a repository: which Secret has them, and where its values come from. References, never values."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from renderer.policy.extras import Extras, extras
from renderer.policy.read import Plain, text
from renderer.policy.sealing import Scope, scope_of
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
    sealed_secret: Node | None
    """The document, wherever it stands; None also where its file cannot be read."""
    sops: Node | None
    """The document of the file; None also where it cannot be read."""
    extras: Extras
    """What stands beside the form."""
    node: Node
    name_key: str
    """The key under `names` that says what the Secret is called."""

    @property
    def is_made(self) -> bool:
        """Whether something that we render becomes the Secret."""
        return self.node.get("name") is None

    @property
    def takes_more(self) -> bool:
        """Whether the Secret can get keys that the policy says: what sops encrypted stays as it is."""
        return self.is_made and self.node.get("sops") is None

    @property
    def own_templates(self) -> Mapping[str, Node]:
        """What the user's own template gives, in the operator's words or in the file, by the key of the Secret."""
        if self.sealed_secret is not None:
            data = self.sealed_secret.get("spec", "template", "data")
        else:
            data = self.node.get("externalSecret", "target", "template", "data")
        return data.mapping if data is not None else {}

    @property
    def own_name(self) -> Node | None:
        """The name that the form itself gives the Secret, in the operator's words or in the file."""
        if self.sops is not None:
            return self.sops.get("metadata", "name")
        if self.sealed_secret is not None:
            is_bound = scope_of(self.sealed_secret) is Scope.STRICT
            return self.sealed_secret.get("metadata", "name") if is_bound else None
        return self.node.get("externalSecret", "target", "name")


Opened = Callable[[Node], Node | None]
"""Gives the document of the file that a node names; None where it cannot be read, which has then been said."""


def unopened(_: Node) -> None:
    """Where there are no files."""


def credential(node: Node, opened: Opened, name_key: str = "secret") -> Credential:
    """What stands under `secret`. Of a Secret that is made of what we render the name is not yet known."""
    external_secret, sealed, sops = (node.get(form) for form in ("externalSecret", "sealedSecret", "sops"))
    return Credential(
        name=text(node, "name") or "",
        external_secret=ExternalSecret(plain(external_secret), external_secret) if external_secret else None,
        sealed_secret=opened(sealed) if sealed is not None and isinstance(sealed.value, str) else sealed,
        sops=opened(sops) if sops is not None else None,
        extras=extras(node),
        node=node,
        name_key=name_key,
    )
