"""Warnings that a policy accepts with a reason: they are shown as notes, with the reason."""

from collections.abc import Sequence
from dataclasses import replace

from renderer.problem import Problem, Severity
from renderer.rules import RULES
from renderer.source import Node


def accepted(problems: Sequence[Problem], spec: Node) -> list[Problem]:
    """The problems of one policy with `accept` of its merged spec applied. Errors cannot be accepted."""
    reasons: dict[str, str] = {}
    found = list(problems)
    for entry in spec.nearest("accept").items if spec.get("accept") else ():
        rule = entry.text("rule") or ""
        if rule not in RULES:
            message = f"no rule '{rule[:40]}'; rules are the words in brackets at the end of a message"
            found.append(Problem(entry.nearest("rule").place, message, "schema"))
        reasons[rule] = entry.text("reason") or ""
    return [_softened(problem, reasons) for problem in found]


def _softened(problem: Problem, reasons: dict[str, str]) -> Problem:
    if problem.severity is not Severity.WARNING or problem.rule not in reasons:
        return problem
    message = f"{problem.message} (accepted: {reasons[problem.rule]})"
    return replace(problem, severity=Severity.NOTE, message=message)
