"""Which Secret each app of a run uses, who reads it, what it holds and who shares that: names, never values."""

from renderer.report.credentials.as_json import as_json
from renderer.report.credentials.listing import listing
from renderer.report.credentials.text import text

__all__ = ["as_json", "listing", "text"]
