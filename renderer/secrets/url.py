"""What a policy says of a repository's URL: under `repository.url`, or in the template of a Secret that we render."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from renderer.policy import Backup, with_each_credential
from renderer.problem import Place
from renderer.secrets.brought import brought
from renderer.secrets.goactions import reads
from renderer.secrets.gotemplate import masked
from renderer.secrets.known import known
from renderer.secrets.variables import REPOSITORY

_USER = re.compile(r"^(\w+:(?:https?:)?//)[^/@]*@|^(sftp:)[^/@]*@")
"""In front of the server alone; in a path an `@` is one."""


class Url(NamedTuple):
    """A URL as it is written, and where."""

    shown: str | None
    """With each value of a template as one character; None where a template does more than take values."""
    place: Place
    is_own: bool
    """Whether it stands in the user's own template."""
    holds_password: bool
    """Whether the password that encrypts the repository would be a part of it."""
    shows_credential: bool = False
    """Whether any credential would stand where no user and password do: in the name of the server, or the path."""


def urls(backup: Backup) -> Iterator[Url]:
    """What the policy says, or what each of its Secrets holds readably; none where the cluster alone knows it."""
    repository = backup.repository
    if repository.url is not None:
        place = backup.node.nearest("repository", "url").place
        if repository.credential.external_secret is not None:
            yield _run(backup, repository.url, place, is_own=False)
        else:
            yield Url(repository.url, place, is_own=False, holds_password=False)
    for opened in with_each_credential(backup):
        yield from _of_secret(opened)


def _of_secret(backup: Backup) -> Iterator[Url]:
    """Beside a URL of the policy's own a template has none; a file of sops may, and VolSync takes that."""
    repository = backup.repository
    key = repository.keys.get(REPOSITORY, REPOSITORY)
    own, found = repository.credential.own_templates.get(key), brought(backup).get(key)
    if own is not None and repository.url is None:
        yield _run(backup, str(own.value), own.place, is_own=True)
    elif found is not None and found.text is not None and (repository.url is None or backup.engine == "volsync"):
        yield Url(found.text, found.place, is_own=False, holds_password=False)


def _run(backup: Backup, text: str, place: Place, *, is_own: bool) -> Url:
    """One that an operator runs as a template."""
    if "{{" not in text:
        return Url(text, place, is_own=is_own, holds_password=False)
    keys, beside = known(backup), _USER.sub(r"\1\2", text)
    return Url(
        masked(text),
        place,
        is_own=is_own,
        holds_password=keys.holds_password(reads(text) or ()),
        shows_credential=keys.holds_credential(reads(beside) or ()),
    )
