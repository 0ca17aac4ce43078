"""Rendered apps as files: which file holds what, writing only what changed, and showing what would."""

from renderer.output.files import Change, Comparison, Outcome, apply, compare
from renderer.output.layout import File, Pattern, app_text, laid_out, owned
from renderer.output.owner import HEADER, OwnFolder

__all__ = [
    "HEADER",
    "Change",
    "Comparison",
    "File",
    "Outcome",
    "OwnFolder",
    "Pattern",
    "app_text",
    "apply",
    "compare",
    "laid_out",
    "owned",
]
