"""What can be told of an encrypted value without its key (getsops/sops, `aes.Cipher`)."""

import base64
import binascii
import re

_SHAPE = re.compile(r"ENC\[AES256_GCM,data:(?P<data>.+),iv:(?P<iv>.+),tag:(?P<tag>.+),type:(?P<type>.+)\]")
_START = "ENC["
_TAG, _IV = 16, 32
_TYPES = ("str", "bytes")
"""What a Secret may hold; sops decrypts the others to numbers, booleans and times."""


def is_encrypted(value: object) -> bool:
    """Whether it was encrypted; what is cut off was."""
    return isinstance(value, str) and value.startswith(_START)


def fault(value: str) -> str | None:
    """Why sops could not decrypt an encrypted value, or a Secret not hold it; None where nothing is wrong."""
    found = _SHAPE.fullmatch(value)
    parts = [_decoded(found[name]) for name in ("data", "iv", "tag")] if found else [None]
    if found is None or [len(part or b"") for part in parts[1:]] != [_IV, _TAG] or parts[0] is None:
        return "is cut off or was changed; restore the file from git"
    if found["type"] not in _TYPES:
        return "would become a number or a boolean, which no Secret takes; quote it with 'sops edit'"
    return None


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
