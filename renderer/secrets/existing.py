"""Form `name`: a Secret that someone else makes. Nothing is rendered, and its keys are not known."""

from collections.abc import Iterator

from renderer.policy import Backup
from renderer.problem import Problem, Severity
from renderer.secrets.form import Source

_OF_A_SOURCE = ("labels", "annotations", "patches")


def problems(backup: Backup) -> Iterator[Problem]:
    """What only makes sense on an object that we render."""
    said = backup.node.nearest("repository", "secret").mapping
    for key in _OF_A_SOURCE:
        if key in said and said[key].value:
            message = f"'{key}' has no effect beside 'name': nothing is rendered for this Secret; remove it"
            yield Problem(said[key].key, message, "no-effect", Severity.WARNING)


def source(backup: Backup) -> Source | None:  # noqa: ARG001 - the Protocol's
    """Nothing to render."""
    return None
