"""What a policy says of a mover's environment besides the credentials: in `env`, in `keys`, in templates of its own."""

from collections.abc import Iterator
from typing import NamedTuple

from renderer.policy import Backup, with_each_credential
from renderer.problem import Place, Problem
from renderer.secrets.gotemplate import masked
from renderer.secrets.lures import TOLD, lure, names_server
from renderer.secrets.variables import is_credential


class Setting(NamedTuple):
    """A variable of the mover."""

    name: str
    value: str | None
    """With each value of a template as one character; None where the cluster alone knows it."""
    is_filled_in: bool
    """Whether something that was fetched or sealed is in it."""
    key: Place
    place: Place
    """Of the value."""


def settings(backup: Backup) -> Iterator[Setting]:
    """Every variable that the policy or its files set; under engine volsync too, as the engine may change."""
    repository = backup.node.nearest("repository")
    env, keys = repository.nearest("env").mapping, repository.nearest("keys").mapping
    for name, value in backup.repository.env.items():
        yield Setting(name, value, is_filled_in=False, key=env[name].key, place=env[name].place)
    for name in backup.repository.keys:
        yield Setting(name, None, is_filled_in=True, key=keys[name].key, place=keys[name].place)
    for opened in with_each_credential(backup):
        for name, node in opened.repository.credential.own_templates.items():
            text = str(node.value)
            yield Setting(name, masked(text), is_filled_in="{{" in text, key=node.key, place=node.place)


def servers(backup: Backup) -> Iterator[Setting]:
    """Those of which the value is a server that is told a credential."""
    return (one for one in settings(backup) if names_server(one.name))


def setting_problems(backup: Backup) -> Iterator[Problem]:
    """Variables that would carry a credential away; no message repeats a value."""
    for one in settings(backup):
        if is_credential(one.name) and not one.is_filled_in:  # which is said elsewhere
            continue
        if (why := lure(one.name)) is not None:
            yield Problem(one.key, f"with '{one.name[:60]}' {why}; remove it", "credential")
        elif one.is_filled_in and one.name in TOLD:
            message = f"every server is told '{one.name}', and a credential with it; write a text without one"
            yield Problem(one.place, message, "credential")
