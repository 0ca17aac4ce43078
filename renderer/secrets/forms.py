"""Which forms there are, and what is asked of the one that a backup uses."""

from collections.abc import Iterator

from renderer.policy import Backup, with_each_credential
from renderer.problem import Problem
from renderer.secrets import existing, external, sealed, sops
from renderer.secrets.apart import apart_problems
from renderer.secrets.form import SecretForm, Source
from renderer.secrets.misnamed import name_problems
from renderer.secrets.misuse import setting_problems

FORMS: dict[str, SecretForm] = {
    "externalSecret": external,
    "sealedSecret": sealed,
    "sops": sops,
    "name": existing,
}
"""By their key under `repository.secret`."""


def problems(backup: Backup) -> Iterator[Problem]:
    """Everything that is wrong with the credentials of one backup."""
    yield from _set_twice(backup)
    yield from setting_problems(backup)
    yield from apart_problems(backup)
    for opened in with_each_credential(backup):
        for form in _used(opened):
            yield from form.problems(opened)
        yield from name_problems(opened)


def _set_twice(backup: Backup) -> Iterator[Problem]:
    env, keys = (backup.node.nearest("repository", key).mapping for key in ("env", "keys"))
    for name in backup.repository.env:
        if name in backup.repository.keys:
            message = f"'{name}' is set here, and under keys ({keys[name].key}); remove one"
            yield Problem(env[name].key, message, "exclusive")


def source(backup: Backup) -> Source | None:
    """The object of which an operator makes the Secret."""
    return next((found for form in _used(backup) if (found := form.source(backup)) is not None), None)


def _used(backup: Backup) -> list[SecretForm]:
    """At most one; none for a repository of the fleet."""
    return [form for key, form in FORMS.items() if backup.repository.credential.node.get(key) is not None]
