"""Credentials under the name of a variable that is none: sent in clear, logged, or part of a server's name."""

from collections.abc import Collection

from renderer.problem import Problem, Severity
from renderer.secrets.environment import is_known
from renderer.secrets.gotemplate import FILLED_IN
from renderer.secrets.known import Known
from renderer.secrets.lures import TOLD, names_server
from renderer.secrets.settings import Origin, Setting
from renderer.secrets.variables import PASSWORD, REPOSITORY, is_credential


def disclosure(one: Setting, knowns: Collection[Known]) -> Problem | None:
    """What a setting would tell of a credential, if it would. Of URLs more is asked elsewhere.

    Whose server has the same password as the repository has it by choice, perhaps: that is a warning.
    """
    if (message := _told(one, knowns)) is None:
        return None
    severity = Severity.WARNING if is_credential(one.name) else Severity.ERROR
    return Problem(one.place, message, "credential", severity)


def _told(one: Setting, knowns: Collection[Known]) -> str | None:
    if one.name == REPOSITORY:
        return None
    if not (is_known(one.name) or names_server(one.name) or one.name in TOLD):
        return _in_a_text(one, knowns)
    if one.is_filled_in and one.name in TOLD:
        return f"every server is told '{one.name}', and a credential with it; write a text without one"
    if one.name != PASSWORD and _holds_password(one, knowns):
        return f"'{one.name[:60]}' would be the password that encrypts the repository, and tell it others; use another"
    if not is_credential(one.name) and any(each.holds_credential(one.reads or ()) for each in knowns):
        return f"'{one.name[:60]}' is no credential, and would tell one; use another key"
    return None


def _in_a_text(one: Setting, knowns: Collection[Known]) -> str | None:
    """A key that is no variable may be the password for someone else, but not hold it among other words."""
    is_password = any(one.name in each.called_password for each in knowns)
    if one.origin is not Origin.TEMPLATE or one.value == FILLED_IN or is_password or not _holds_password(one, knowns):
        return None
    return f"in '{one.name[:60]}' the password that encrypts the repository would be told to others; leave it out"


def _holds_password(one: Setting, knowns: Collection[Known]) -> bool:
    return any(each.holds_password(one.reads or ()) for each in knowns)
