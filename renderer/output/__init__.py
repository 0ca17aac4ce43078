"""Rendered apps as files: which file holds what, writing only what changed, and showing what would."""

from renderer.output.files import Change, Comparison, Outcome, apply, compare
from renderer.output.layout import File, app_text, laid_out, owned
from renderer.output.owner import HEADER, OwnFolder
from renderer.output.pattern import Pattern
from renderer.output.target import Target, compared, target_of, targets_of
from renderer.output.tokens import spent_tokens

__all__ = [
    "HEADER",
    "Change",
    "Comparison",
    "File",
    "Outcome",
    "OwnFolder",
    "Pattern",
    "Target",
    "app_text",
    "apply",
    "compare",
    "compared",
    "laid_out",
    "owned",
    "spent_tokens",
    "target_of",
    "targets_of",
]
