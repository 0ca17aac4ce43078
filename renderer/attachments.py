"""The files that a policy names beside itself, read and checked before anything is rendered from them."""

from collections.abc import Mapping

from renderer.policy import Opened, Policy
from renderer.problem import Problem
from renderer.root import FileError, Root
from renderer.source import MAX_BYTES, Node

_CERTIFICATE = "-----BEGIN CERTIFICATE-----"
_KEY = "PRIVATE KEY-----"


Attachments = Mapping[tuple[str, str], str]
"""Contents by the file that names them and the name, which counts from there."""


def attachments(policy: Policy, root: Root, problems: list[Problem]) -> Attachments:
    """What the files that a policy names hold; one that cannot be used is a problem where it is named."""
    found: dict[tuple[str, str], str] = {}
    for backup in policy.backups:
        node = backup.node.get("repository", "customCA", "file")
        if node is None or (node.place.file, str(node.value)) in found:
            continue
        try:
            found[node.place.file, str(node.value)] = _certificate(node, root)
        except FileError as error:
            problems.append(_unusable(node, str(error)))
    return found


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
    if "${" in text:
        raise FileError("holds '${', which Flux would replace while it applies the manifests; leave only certificates")
    return text.replace("\r\n", "\n")
