"""What a policy says of a repository's URL: under `repository.url`, or in the template of a Secret that we render."""

from collections.abc import Iterator
from typing import NamedTuple

from renderer.policy import Backup, with_each_credential
from renderer.problem import Place
from renderer.secrets.external.generated import password_keys
from renderer.secrets.gotemplate import masked, reads
from renderer.secrets.variables import PASSWORD, REPOSITORY


class Url(NamedTuple):
    """A URL as it is written, and where."""

    shown: str | None
    """With each value of a template as one character; None where a template does more than take values."""
    place: Place
    is_own: bool
    """Whether it stands in the user's own template."""
    holds_password: bool
    """Whether the password that encrypts the repository would be a part of it."""


def urls(backup: Backup) -> Iterator[Url]:
    """What the policy says, or the template of each of its Secrets; none where the cluster alone knows it."""
    repository = backup.repository
    if repository.url is None:
        for opened in with_each_credential(backup):
            node = opened.repository.credential.own_templates.get(repository.keys.get(REPOSITORY, REPOSITORY))
            if node is not None:
                yield _run(opened, str(node.value), node.place, is_own=True)
        return
    place = backup.node.nearest("repository", "url").place
    if repository.credential.external_secret is not None:
        yield _run(backup, repository.url, place, is_own=False)
    else:
        yield Url(repository.url, place, is_own=False, holds_password=False)


def _run(backup: Backup, text: str, place: Place, *, is_own: bool) -> Url:
    """One that an operator runs as a template."""
    secret = backup.repository.credential.external_secret
    keys = password_keys(backup, secret) if secret is not None else _sealed_password(backup)
    leaks = bool((keys or frozenset()) & (reads(text) or frozenset()))
    return Url(masked(text), place, is_own=is_own, holds_password=leaks)


def _sealed_password(backup: Backup) -> frozenset[str] | None:
    key = backup.repository.keys.get(PASSWORD, PASSWORD)
    node = backup.repository.credential.own_templates.get(key)
    return frozenset((key,)) if node is None else reads(str(node.value))
