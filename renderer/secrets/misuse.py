"""Settings of a mover that would carry a credential away, or show it. No message repeats a value."""

import re
from collections.abc import Iterator

from renderer.policy import Backup, with_each_credential
from renderer.problem import Problem
from renderer.secrets.astray import astray
from renderer.secrets.disclosure import disclosure
from renderer.secrets.environment import unknown
from renderer.secrets.gotemplate import FILLED_IN
from renderer.secrets.known import Known, known
from renderer.secrets.lures import (
    lure,
    lure_of_secret,
    names_server,
)
from renderer.secrets.settings import Origin, Setting, settings
from renderer.secrets.variables import REPOSITORY, is_credential

_PASSWORD = re.compile(r"://[^/@:\s]*:([^/@\s]+)@")
_TOKEN = re.compile(r"://([^/@:\s]+):?@|^[^/@:]+:([^/@]+)@")
"""A user that is all there is, and an address without a scheme: what only a server's variable takes for who asks."""
_OF_POLICY = (Origin.ENV, Origin.KEYS)


def setting_problems(backup: Backup) -> Iterator[Problem]:
    """Everything that is wrong with the variables of a backup, each told once."""
    found: dict[Problem, None] = {}
    knowns = [known(opened) for opened in with_each_credential(backup)]
    for one in settings(backup):
        found |= dict.fromkeys(_problems(one, backup, knowns))
    yield from found


def _problems(one: Setting, backup: Backup, knowns: list[Known]) -> Iterator[Problem]:
    if (why := _plain_text(one, backup)) is not None:
        yield Problem(one.key if is_credential(one.name) else one.place, why, "plaintext")
        return
    why_not = lure(one.name) if one.origin in _OF_POLICY else lure_of_secret(one.name)
    if why_not is not None:
        way_out = "remove it" if one.origin in _OF_POLICY else "give it another name"
        yield Problem(one.key, f"with '{one.name[:60]}' {why_not}; {way_out}", "credential")
    elif (problem := disclosure(one, knowns)) is not None:
        yield problem
    elif one.origin in _OF_POLICY and backup.engine == "cronjob" and (message := unknown(one.name)) is not None:
        yield Problem(one.key, message, "schema")
    elif (message := astray(one, backup)) is not None:
        yield Problem(one.place, message, "credential")


def _plain_text(one: Setting, backup: Backup) -> str | None:
    """`env` is rendered as it stands, and so is a template that takes nothing from anywhere."""
    if is_credential(one.name) and not one.is_filled_in:
        if one.origin is Origin.ENV:
            return f"'{one.name[:60]}' is a credential and would be rendered in plain text; put it into the Secret"
        if one.origin is Origin.KEYS:
            return f"'{one.name[:60]}' is a credential, and this key is plain text; seal it, or fetch it"
        return None  # which is told where the Secret's contents are looked at
    if one.name in (REPOSITORY, backup.repository.keys.get(REPOSITORY)):  # of which more is asked elsewhere
        return None
    said = _PASSWORD.findall(one.value or "")
    if names_server(one.name):
        said += [user or password for user, password in _TOKEN.findall(one.value or "")]
    if any(text.strip(FILLED_IN) for text in said):
        return f"the address in '{one.name[:60]}' holds a password; put the whole of it into the Secret"
    return None
