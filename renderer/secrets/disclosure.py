"""Credentials under the name of a variable that is none: sent in clear, logged, or part of a server's name."""

from collections.abc import Collection

from renderer.problem import Problem, Severity
from renderer.secrets.environment import is_known
from renderer.secrets.gotemplate import FILLED_IN
from renderer.secrets.known import Known
from renderer.secrets.lures import TOLD, names_server
from renderer.secrets.settings import Origin, Setting
from renderer.secrets.variables import PASSWORD, REPOSITORY, is_credential

_SENT = frozenset((".dockerconfigjson", ".dockercfg"))
"""What the kubelet tells a registry."""


def disclosure(one: Setting, knowns: Collection[Known]) -> Problem | None:
    """What a setting would tell of a credential, if it would. Of URLs more is asked elsewhere.

    A warning where it may be meant: a server with the same password as the repository, a file that holds it for people.
    """
    if (message := _told(one, knowns)) is None:
        return None
    is_mild = is_credential(one.name) or not (_is_variable(one.name) or one.name in _SENT)
    return Problem(one.place, message, "credential", Severity.WARNING if is_mild else Severity.ERROR)


def _told(one: Setting, knowns: Collection[Known]) -> str | None:
    if one.name == REPOSITORY:
        return None
    if not _is_variable(one.name):
        return _in_a_text(one, knowns)
    if one.is_filled_in and one.name in TOLD:
        return f"every server is told '{one.name}', and a credential with it; write a text without one"
    return _in_a_variable(one, knowns)


def _is_variable(name: str) -> bool:
    return is_known(name) or names_server(name) or name in TOLD


def _in_a_variable(one: Setting, knowns: Collection[Known]) -> str | None:
    if one.name != PASSWORD and _holds_password(one, knowns):
        return f"'{one.name[:60]}' would be the password that encrypts the repository, and tell it others; use another"
    if is_credential(one.name):
        return None
    if one.reads is None:
        return f"what is in '{one.name[:60]}' cannot be told, and could be a credential; take it from one key"
    if any(each.holds_credential(one.reads) for each in knowns):
        return f"'{one.name[:60]}' is no credential, and would tell one; use another key"
    return None


def _in_a_text(one: Setting, knowns: Collection[Known]) -> str | None:
    """A key that is no variable may be the password for someone else, but not hold it among other words."""
    is_password = any(one.name in each.called_password for each in knowns) or (one.value or "").strip() == FILLED_IN
    could = one.reads is None and one.name in _SENT
    if one.origin is not Origin.TEMPLATE or is_password or not (could or _holds_password(one, knowns)):
        return None
    return f"in '{one.name[:60]}' the password that encrypts the repository would be told to others; leave it out"


def _holds_password(one: Setting, knowns: Collection[Known]) -> bool:
    return any(each.holds_password(one.reads or ()) for each in knowns)
