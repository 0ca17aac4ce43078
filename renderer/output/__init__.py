"""Rendered apps as files: which file holds what, writing only what changed, and showing what would."""

from renderer.output.files import Change, Outcome, apply, compare
from renderer.output.layout import HEADER, Pattern, app_text, laid_out

__all__ = ["HEADER", "Change", "Outcome", "Pattern", "app_text", "apply", "compare", "laid_out"]
