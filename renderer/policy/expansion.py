"""Texts that something would expand on their way to restic, and could carry a credential away with them.

The kubelet replaces `$(NAME)` in every value of `env`, a Secret's template `{{ … }}`, a shell what stands in backticks.
`${…}` and `ref+…://` are the rule `substitution`, which looks at every text.
"""

from renderer.problem import Place, Problem

_MARKS = ("{{", "$(", "`")


def expansion(text: str) -> str | None:
    """The first mark of an expansion, if there is one."""
    return next((mark for mark in _MARKS if mark in text), None)


def expansion_problem(text: str, place: Place) -> Problem | None:
    """What is wrong with a text that is to arrive as it is; the message does not repeat it."""
    if (found := expansion(text)) is None:
        return None
    message = f"the text holds '{found}', which could be expanded on its way to restic; write it without"
    return Problem(place, message, "expansion")
