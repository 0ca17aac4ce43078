"""What can be read of a Secret that sops encrypted: all that its rules did not mean."""

import base64
import binascii

from renderer.secrets.sops.cipher import is_encrypted
from renderer.source import Node

PARTS = {"data": True, "stringData": False}
"""Where a Secret has its values, and whether they are base64 there; what comes last counts, as for the API server."""


_LINE_BREAKS = str.maketrans("", "", "\r\n")
"""Go's base64 passes over them."""
Held = dict[str, tuple[Node, str | None]]
"""Each value of a Secret by its key, and its text; None for what is encrypted, or is no text."""


def readable(document: Node) -> Held:
    """All that a Secret holds, as far as it can be read."""
    return {
        name: (node, _text(node, is_base64=is_base64))
        for part, is_base64 in PARTS.items()
        for name, node in document.nearest(part).mapping.items()
    }


def _text(node: Node, *, is_base64: bool) -> str | None:
    if is_encrypted(node.value) or node.value is None:
        return None
    try:
        text = str(node.value)
        return base64.b64decode(text.translate(_LINE_BREAKS), validate=True).decode() if is_base64 else text
    except (binascii.Error, ValueError):
        return None
