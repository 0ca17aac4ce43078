"""The credential of maintenance beside that of the backups: whether it is another one, and of any use."""

from collections.abc import Iterator

from renderer.policy import Backup, Credential
from renderer.problem import Problem, Severity
from renderer.secrets.beside import BESIDE
from renderer.source import plain


def apart_problems(backup: Backup) -> Iterator[Problem]:
    """What would leave it without effect, or without a URL."""
    node, own = backup.node.get("maintenance", "secret"), backup.upkeep.credential
    if node is not None and backup.repository.ref is not None:
        message = (
            "'secret' has no effect with repository.ref: the fleet maintains that repository; "
            "set maintenance.secret under repositories in backplan.yaml"
        )
        yield Problem(node.key, message, "no-effect", Severity.WARNING)
    if own is None:
        return
    if _are_one(own, backup.repository.credential):
        message = "backups have the same credentials, so that they may delete as well; name others, or remove this"
        yield Problem(own.node.key, message, "no-effect", Severity.WARNING)
    if backup.repository.is_template and own.is_made and own.external_secret is None:
        message = "the URL is a template, which only an ExternalSecret fills in; use externalSecret here too"
        yield Problem(own.node.key, message, "repository")


def _are_one(one: Credential, other: Credential) -> bool:
    """Two Secrets that are made of one thing, or one Secret; two of one name are refused where they are made."""
    if one.name == other.name and not (one.is_made and other.is_made):
        return True
    mine, theirs = (
        {form: value for form, value in plain(credential.node).items() if form not in BESIDE}
        for credential in (one, other)
    )
    return mine == theirs
