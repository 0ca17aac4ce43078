"""The files that a policy names beside itself, read and checked before anything is rendered from them."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from renderer.policy import Opened, Policy, with_every_credential
from renderer.problem import Problem
from renderer.root import FileError, Root
from renderer.source import MAX_BYTES, Node

_CERTIFICATE = "-----BEGIN CERTIFICATE-----"
_KEY = "PRIVATE KEY"
_BLOCK = re.compile(rf"{_CERTIFICATE}[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")
_Content = TypeVar("_Content")

COPY_ENDING = ".rendered.sops.yaml"
"""How the name of every file ends that is a copy, so that no other is taken for one."""


class Copy(NamedTuple):
    """A file that is passed on as it is."""

    text: str
    """UTF-8 of it is the file, byte for byte."""
    path: Path


class Attachments(NamedTuple):
    """Contents by the file that names them and the name, which counts from there."""

    certificates: Mapping[tuple[str, str], str]
    copies: Mapping[tuple[str, str], Copy]


def attachments(policy: Policy, root: Root, problems: list[Problem]) -> Attachments:
    """What the files that a policy names hold; one that cannot be used is a problem where it is named."""
    certificates: dict[tuple[str, str], str] = {}
    copies: dict[tuple[str, str], Copy] = {}
    for backup in with_every_credential(policy.backups):
        credential = backup.repository.credential
        authority = backup.node.get("repository", "customCA", "file")
        encrypted = credential.node.get("sops") if credential.sops is not None else None
        problems += [*_added(certificates, authority, root, _certificate), *_added(copies, encrypted, root, _copy)]
    return Attachments(certificates, copies)


def _added(
    found: dict[tuple[str, str], _Content], node: Node | None, root: Root, content: Callable[[Node, Root], _Content]
) -> Iterator[Problem]:
    """Each file once."""
    if node is None or (node.place.file, str(node.value)) in found:
        return
    try:
        found[node.place.file, str(node.value)] = content(node, root)
    except FileError as error:
        yield _unusable(node, str(error))


def _copy(node: Node, root: Root) -> Copy:
    file, name = node.place.file, str(node.value)
    return Copy(root.content_beside(file, name).decode(), root.path_beside(file, name))


def documents(root: Root, problems: list[Problem]) -> Opened:
    """How files with one YAML document are read; one that cannot be used is a problem where it is named."""

    def opened(node: Node) -> Node | None:
        try:
            source = root.source_beside(node.place.file, str(node.value))
        except FileError as error:
            problems.append(_unusable(node, str(error)))
            return None
        problems.extend(source.problems)
        if not source.problems and len(source.documents) != 1:
            problems.append(_unusable(node, f"holds {len(source.documents)} YAML documents; leave one in it"))
        elif not source.problems:
            (found,) = source.documents
            return Node(found.value, found.place, node.key)
        return None

    return opened


def _unusable(node: Node, why: str) -> Problem:
    return Problem(node.place, f"'{str(node.value)[:80]}' {why}", "file")


def _certificate(node: Node, root: Root) -> str:
    """The certificates alone: what stands between them could be anything, and everybody may read a ConfigMap."""
    content = root.content_beside(node.place.file, str(node.value))
    if len(content) > MAX_BYTES:
        raise FileError(f"is larger than {MAX_BYTES // 1024} KiB; leave only the certificates that are needed")
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        raise FileError("is not a PEM file; if it is DER, convert it with 'openssl x509 -inform der'") from error
    if _KEY in text:
        raise FileError("holds a private key, which would be rendered in plain text; leave only the certificates")
    if _CERTIFICATE not in text:
        raise FileError(f"holds no certificate in PEM form; one begins with '{_CERTIFICATE}'")
    blocks = _BLOCK.findall(text.replace("\r\n", "\n"))
    if len(blocks) != text.count(_CERTIFICATE):
        raise FileError("holds a certificate that is cut off, or has something else in it; leave whole ones alone")
    return "".join(f"{block}\n" for block in blocks)
