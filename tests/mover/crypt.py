"""restic's encryption, as far as tests write what restic itself would not: a key that opens at once, an old lock.

After https://github.com/restic/restic/blob/v0.18.0/doc/design.rst: AES-256 in counter mode, then Poly1305-AES over
the ciphertext. AES is OpenSSL's.
"""

import base64
import hashlib
import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from tests.tools import require

CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
PRIME = (1 << 130) - 5


@dataclass(frozen=True, slots=True)
class Key:
    """What a file is encrypted and signed with; as `restic cat masterkey` prints it."""

    encrypt: bytes
    k: bytes
    r: bytes

    @classmethod
    def read(cls, document: str) -> "Key":
        """From restic's JSON."""
        raw = json.loads(document)
        return cls(*(base64.b64decode(text) for text in (raw["encrypt"], raw["mac"]["k"], raw["mac"]["r"])))

    def __str__(self) -> str:
        mac = {"k": text(self.k), "r": text(self.r)}
        return json.dumps({"mac": mac, "encrypt": text(self.encrypt)})

    def seal(self, plain: bytes) -> bytes:
        """Encrypted as restic stores it: nonce, ciphertext, signature."""
        nonce = os.urandom(16)
        sealed = aes("aes-256-ctr", self.encrypt, plain, "-iv", nonce.hex())
        return nonce + sealed + self.sign(sealed, nonce)

    def open(self, sealed: bytes) -> bytes:
        """What was encrypted."""
        assert self.sign(sealed[16:-16], sealed[:16]) == sealed[-16:], "not this key's"
        return aes("aes-256-ctr", self.encrypt, sealed[16:-16], "-iv", sealed[:16].hex())

    def sign(self, message: bytes, nonce: bytes) -> bytes:
        """Poly1305-AES."""
        r = int.from_bytes(self.r, "little") & CLAMP
        total = 0
        for start in range(0, len(message), 16):
            total = (total + int.from_bytes(message[start : start + 16] + b"\1", "little")) * r % PRIME
        pad = int.from_bytes(aes("aes-128-ecb", self.k, nonce, "-nopad"), "little")
        return ((total + pad) % (1 << 128)).to_bytes(16, "little")


def text(value: bytes) -> str:
    """As in restic's JSON."""
    return base64.b64encode(value).decode()


def aes(cipher: str, key: bytes, message: bytes, *arguments: str) -> bytes:
    command = [require("openssl"), "enc", f"-{cipher}", "-K", key.hex(), *arguments]
    return subprocess.run(command, input=message, capture_output=True, check=True).stdout


def key_file(master: Key, password: str) -> bytes:
    """A file for `keys/` that opens in no time: restic's own are made to take half a second of a processor."""
    salt = hashlib.sha256(b"salt").digest() * 2
    derived = hashlib.scrypt(password.encode(), salt=salt, n=2, r=1, p=1, dklen=64)
    user = Key(derived[:32], derived[32:48], derived[48:])
    raw: dict[str, Any] = {"created": "2026-01-01T00:00:00Z", "username": "", "hostname": "", "kdf": "scrypt"}
    raw |= {"N": 2, "r": 1, "p": 1, "salt": text(salt), "data": text(user.seal(str(master).encode()))}
    return json.dumps(raw).encode()
