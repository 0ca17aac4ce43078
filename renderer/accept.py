"""Warnings that a policy accepts with a reason: they are shown as notes, with the reason."""

from collections.abc import Sequence
from itertools import islice

from renderer.problem import Problem, Severity
from renderer.rules import RULES
from renderer.source import Node

_MOST = 100
"""Entries of `accept` that are read; there are not that many rules."""


def accepted(problems: Sequence[Problem], spec: Node) -> list[Problem]:
    """The problems of one policy with `accept` of its merged spec and targets applied. Errors cannot be accepted."""
    reasons: dict[str, str] = {}
    found = list(problems)
    entries = (entry for layer in (spec, *spec.nearest("targets").items) for entry in layer.nearest("accept").items)
    for entry in islice(entries, _MOST):
        rule = entry.text("rule") or ""
        if rule not in RULES:
            found.append(Problem(entry.nearest("rule").place, _unknown(rule), "schema"))
        reasons[rule] = entry.text("reason") or ""
    return [_softened(problem, reasons) for problem in found]


def _unknown(rule: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes pay for it

    close = get_close_matches(rule[:40], RULES, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "a rule is the word in brackets at the end of a message"
    return f"no rule '{rule[:40]}'; {hint}"


def _softened(problem: Problem, reasons: dict[str, str]) -> Problem:
    if problem.severity is not Severity.WARNING or problem.rule not in reasons:
        return problem
    message = f"{problem.message} (accepted: {reasons[problem.rule]})"
    return problem._replace(severity=Severity.NOTE, message=message)
