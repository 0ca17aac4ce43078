"""Form `name`: a Secret that someone else makes. Nothing is rendered, and its keys are not known."""

from collections.abc import Iterator

from renderer.policy import Backup
from renderer.problem import Problem
from renderer.secrets.beside import without_effect
from renderer.secrets.form import Source


def problems(backup: Backup) -> Iterator[Problem]:
    """What only makes sense on an object that we render."""
    return without_effect(backup, "name", "nothing is rendered for this Secret")


def source(backup: Backup) -> Source | None:  # noqa: ARG001 - the Protocol's
    """Nothing to render."""
    return None
