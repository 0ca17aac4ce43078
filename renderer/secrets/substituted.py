"""Texts that another tool would replace in files with credentials; those of policies are looked at before."""

from collections.abc import Callable, Iterable, Iterator

from renderer.policy import Backup, Credential, with_every_credential
from renderer.policy.substitution import substitution_problems
from renderer.problem import Problem
from renderer.secrets.sealed.document import document_problems as sealed_problems
from renderer.secrets.sops.document import document_problems as encrypted_problems
from renderer.source import Node


def substituted(backups: Iterable[Backup], allowed: frozenset[str]) -> Iterator[Problem]:
    """One problem for each such text in a file that is as it should be: of another, it could be a credential's."""
    for backup in with_every_credential(backups):
        for document, known in _files(backup.repository.credential):
            found = list(substitution_problems(document, allowed))
            if found and not any(problem.is_error for problem in known(document)):
                yield from found


def _files(credential: Credential) -> Iterator[tuple[Node, Callable[[Node], Iterator[Problem]]]]:
    if credential.sealed_secret is not None and isinstance(credential.node.nearest("sealedSecret").value, str):
        yield credential.sealed_secret, sealed_problems
    if credential.sops is not None:
        yield credential.sops, encrypted_problems
