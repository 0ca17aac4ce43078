"""What every form of `repository.secret` offers."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from renderer.policy import Backup, Extras
from renderer.policy.names import Name
from renderer.policy.read import Plain
from renderer.problem import Place, Problem
from renderer.source import Node


class Source(NamedTuple):
    """The object of which an operator makes a Secret."""

    kind: str
    name: Name
    secret: Name
    """The Secret that it makes."""
    spec: Plain
    extras: Extras
    """What the user adds to this object alone."""
    place: Place
    """Where the policy asks for it."""
    file: Node | None = None
    """What names the file of which this is a copy; `spec` is then the whole object."""


class SecretForm(Protocol):
    """A module of this package."""

    def problems(self, backup: Backup) -> Iterator[Problem]:
        """What would leave the mover without its credentials, or in the dark."""

    def source(self, backup: Backup) -> Source | None:
        """What is to be rendered; None where someone else makes the Secret."""
