"""The variables of a mover's environment besides its own: from `env`, `keys`, templates, and what a Secret brings."""

from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from renderer.policy import Backup, with_each_credential
from renderer.problem import Place
from renderer.secrets.brought import brought
from renderer.secrets.goactions import reads
from renderer.secrets.gotemplate import masked
from renderer.secrets.lures import names_server
from renderer.source import Node


class Origin(Enum):
    """What says that a variable is there."""

    ENV = auto()
    KEYS = auto()
    TEMPLATE = auto()
    """The user's own, of the Secret."""
    BROUGHT = auto()
    """A key that is fetched, sealed or in a file, and reaches the mover under its own name."""


class Setting(NamedTuple):
    """A variable of the mover."""

    name: str
    value: str | None
    """With each value of a template as one character; None where the cluster alone knows it."""
    reads: frozenset[str] | None
    """The fetched or sealed keys that stand in it; None where it could be any."""
    origin: Origin
    key: Place
    place: Place
    """Of the value."""

    @property
    def is_filled_in(self) -> bool:
        """Whether something that was fetched or sealed is in it, or could be."""
        return self.reads != frozenset()

    @property
    def is_own(self) -> bool:
        """Whether a template of the user's own gives it."""
        return self.origin is Origin.TEMPLATE


def settings(backup: Backup) -> Iterator[Setting]:
    """Every variable that the policy or its files set; under engine volsync too, as the engine may change."""
    env = backup.node.nearest("repository", "env").mapping
    for name, value in backup.repository.env.items():
        yield Setting(name, value, frozenset(), Origin.ENV, env[name].key, env[name].place)
    for opened in with_each_credential(backup):
        yield from _of_secret(opened)


def servers(backup: Backup) -> Iterator[Setting]:
    """Those of which the value is a server that is told a credential."""
    return (one for one in settings(backup) if names_server(one.name))


def _of_secret(backup: Backup) -> Iterator[Setting]:
    keys = backup.node.nearest("repository", "keys").mapping
    held = held_settings(backup)
    for name, key in backup.repository.keys.items():
        found = held.get(key)
        value = found.value if found is not None else None
        read = found.reads if found is not None and found.origin is Origin.TEMPLATE else frozenset((key,))
        yield Setting(name, value, read, Origin.KEYS, keys[name].key, keys[name].place)
    yield from held.values()


def held_settings(backup: Backup) -> dict[str, Setting]:
    """What the Secret of a backup holds, by its keys. What a template gives wins over what is brought."""
    found = {
        name: Setting(
            name, one.text, frozenset((name,) if one.text is None else ()), Origin.BROUGHT, one.key, one.place
        )
        for name, one in brought(backup).items()
    }
    own = backup.repository.credential.own_templates
    return found | {name: _templated(name, node) for name, node in own.items()}


def _templated(name: str, node: Node) -> Setting:
    text = str(node.value)
    return Setting(name, masked(text), reads(text), Origin.TEMPLATE, node.key, node.place)
