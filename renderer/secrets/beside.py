"""What stands beside a form that nothing can be added to."""

from collections.abc import Iterator

from renderer.policy import Backup
from renderer.problem import Problem, Severity

BESIDE = ("labels", "annotations", "patches")
"""What users add to an object that is made of a form."""


def without_effect(backup: Backup, form: str, why: str) -> Iterator[Problem]:
    """Keys that only make sense on an object that we make."""
    said = backup.repository.credential.node.mapping
    for key in BESIDE:
        if key in said and said[key].value:
            message = f"'{key}' has no effect beside '{form}': {why}; remove it"
            yield Problem(said[key].key, message, "no-effect", Severity.WARNING)
