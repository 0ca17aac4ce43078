"""What we add to the template of a Secret: the repository's URL, `env`, and keys under restic's own names.

With the default of the External Secrets Operator (Replace) only what is templated is in the Secret, so where the user
has no template of his own ours says Merge, and all that was fetched stays.
"""

from typing import NamedTuple

from renderer.policy import Backup, ExternalSecret
from renderer.policy.read import Plain
from renderer.problem import Place
from renderer.secrets.gotemplate import value_of
from renderer.secrets.variables import REPOSITORY


class Addition(NamedTuple):
    """A key of the Secret that our template gives."""

    text: str
    place: Place
    what: str
    """Which key of the policy asks for it."""


def own_template(secret: ExternalSecret) -> Plain:
    """The user's template; empty where there is none."""
    found: Plain = secret.spec.get("target", {}).get("template", {})
    return found


def own_data(secret: ExternalSecret) -> dict[str, str]:
    """The user's own templates by the key that they give."""
    found: dict[str, str] = own_template(secret).get("data", {})
    return found


def additions(backup: Backup, data: Plain) -> dict[str, Addition]:
    """Ours, by the key of the Secret; `data` is what the user's own template gives."""
    repository, node = backup.repository, backup.node.nearest("repository")
    found = {}
    if repository.url is not None:
        found[REPOSITORY] = Addition(repository.url, node.nearest("url").key, "repository.url")
    for name, value in repository.env.items():
        found[name] = Addition(value, node.nearest("env", name).key, "repository.env")
    for name, key in repository.keys.items():
        if name != key:
            text = data.get(key, value_of(key))  # a key that a template makes was never fetched
            found[name] = Addition(text, node.nearest("keys", name).key, "repository.keys")
    return found


def template(backup: Backup, secret: ExternalSecret) -> Plain | None:
    """The user's template with ours in it; None where neither says anything."""
    own, added = own_template(secret), additions(backup, own_data(secret))
    if not added:
        return own or None
    data = {**own_data(secret), **{name: addition.text for name, addition in added.items()}}
    return {"mergePolicy": merge_policy(secret), **own, "data": data}


def merge_policy(secret: ExternalSecret) -> str:
    """Whether what is fetched is in the Secret beside what is templated."""
    own = own_template(secret)
    replaces = bool(own.get("data") or own.get("templateFrom"))  # without either the operator keeps all it fetched
    said: str = own.get("mergePolicy", "Replace" if replaces else "Merge")
    return said
