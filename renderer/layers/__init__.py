"""Layers of a policy folded into one tree, in which every value still knows the file and line that set it."""

from renderer.layers.fold import Layer, below_null_claims, fold
from renderer.layers.merge import merge, merge_entries
from renderer.layers.placeholders import KNOWN, expand, unknown_placeholders

__all__ = ["KNOWN", "Layer", "below_null_claims", "expand", "fold", "merge", "merge_entries", "unknown_placeholders"]
