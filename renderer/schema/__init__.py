"""The language as JSON Schema: loading, checking a document, and asking about a key.

A layer is checked loosely at its own lines (placeholders may stand in any text, little is required); what all
layers together say is checked strictly. Both come from the same files.
"""

from renderer.schema.bundle import Strictness, bundle, published
from renderer.schema.check import check
from renderer.schema.key import Key, key_of

__all__ = ["Key", "Strictness", "bundle", "check", "key_of", "published"]
