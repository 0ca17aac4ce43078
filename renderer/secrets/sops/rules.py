"""Which values of a file sops has to encrypt, as the file's own metadata says (getsops/sops, `shouldBeEncrypted`)."""

import re
from collections.abc import Callable, Sequence

from renderer.source import Node

_SUFFIX, _REGEX = "_suffix", "_regex"
_DEFAULT_SUFFIX = "_unencrypted"
"""What sops leaves alone where its metadata has no rule."""
_OF_COMMENTS = ("unencrypted_comment_regex", "encrypted_comment_regex")
_RULES = (*(kind + how for kind in ("encrypted", "unencrypted") for how in (_SUFFIX, _REGEX)), *_OF_COMMENTS)
_LONGEST = 300
_QUANTIFIED = 3
_ATOM = r"(?:\\[.\-_/$^()|\[\]*+?dwDW]|\[\^?[\w.\-/]+\]|[\w\-/ .])"
_SIMPLE = re.compile(rf"(?:\^|\$|\(\?:|\(|\)|\||{_ATOM}[*+?]?)*")
"""Regular expressions that mean the same to Go, and that Python decides without trying for ever."""

Meant = Callable[[Sequence[str]], bool]
"""Whether the value at a path of keys is to be encrypted."""


def contradict(sops: Node) -> bool:
    """Whether there is more than one rule, and sops reads no such file (`metadataFromInternal`)."""
    return sum(bool(sops.text(rule)) for rule in _RULES) > 1


def meant(sops: Node) -> Meant | None:
    """By the metadata of a file. None where that cannot be told here: a rule about comments, or one too intricate."""
    if any(sops.text(rule) for rule in _OF_COMMENTS):
        return None
    for name, does_encrypt in (("encrypted", True), ("unencrypted", False)):
        suffix, regex = sops.text(name + _SUFFIX), sops.text(name + _REGEX)
        if regex and not _is_simple(regex):
            return None
        if suffix or regex:
            return _by(regex or re.escape(suffix or "") + "$", does_encrypt)
    return _by(_DEFAULT_SUFFIX + "$", False)


def _by(pattern: str, does_encrypt: bool) -> Meant:
    found = re.compile(pattern, re.ASCII).search
    return lambda path: any(found(key) for key in path) is does_encrypt


def _is_simple(regex: str) -> bool:
    if len(regex) > _LONGEST or not _SIMPLE.fullmatch(regex):
        return False
    if len(re.findall(r"(?<!\\)[*+?](?!:)", regex)) > _QUANTIFIED:
        return False
    try:
        re.compile(regex)
    except re.error:
        return False
    return True
