"""What can be told of a sealed value without the key: that it is whole, and how long its plaintext is.

kubeseal writes base64 of the length of an RSA block as two bytes, that block (RSA-OAEP of a session key, so it is as
long as the key's modulus), and AES-GCM of the plaintext with its tag of 16 bytes (sealed-secrets, pkg/crypto).
"""

import base64
import binascii

_LENGTH, _TAG = 2, 16
_BLOCKS = (256, 384, 512, 1024)
"""Bytes of the moduli of RSA keys with 2048, 3072, 4096 and 8192 bits; the controller makes the third unless told."""
_LINE_BREAKS = str.maketrans("", "", "\r\n")
"""Go's base64 passes over them."""


def fault(value: str) -> str | None:
    """Why the controller could not unseal this value, or what would be missing of it; None where nothing is wrong."""
    try:
        sealed = base64.b64decode(value.translate(_LINE_BREAKS), validate=True)
    except (binascii.Error, ValueError):
        return "is not sealed: it is no base64"
    block = int.from_bytes(sealed[:_LENGTH])
    if block not in _BLOCKS:
        return "is not sealed: it does not begin as what kubeseal makes"
    length = len(sealed) - _LENGTH - block - _TAG
    if length < 0:
        return "is cut off"
    return "was sealed from an empty text" if length == 0 else None
