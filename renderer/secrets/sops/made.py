"""From the file to the Secret that is passed on."""

from collections.abc import Iterator

from renderer.attachments import COPY_ENDING
from renderer.policy import Backup, Extras
from renderer.policy.names import secret_name
from renderer.problem import Problem
from renderer.secrets.beside import without_effect
from renderer.secrets.form import Source
from renderer.secrets.keys import missing_keys
from renderer.secrets.sops.document import NOT_ENCRYPTED, document_problems
from renderer.secrets.sops.readable import PARTS, Held, readable
from renderer.secrets.variables import REPOSITORY, is_credential
from renderer.source import Node, plain


def problems(backup: Backup) -> Iterator[Problem]:
    """What could not be decrypted in the cluster, and what the Secret would lack."""
    credential = backup.repository.credential
    document = credential.sops
    if document is None:  # its file cannot be read, which has been said
        return
    found = [*_file(credential.node.nearest("sops")), *document_problems(document)]
    yield from found
    if any(problem.is_error for problem in found):
        return
    held = readable(document)
    yield from _identity(backup, document)
    yield from _plain_text(backup, held)
    yield from without_effect(backup, "sops", "the file is passed on as it is")
    place = next((document.nearest(part).key for part in PARTS if document.get(part) is not None), document.place)
    renamed = "" if backup.engine == "volsync" else ", or name the key that holds it under repository.keys"
    advice = f"add it with 'sops edit'{renamed}"
    yield from missing_keys(backup, _given(backup, set(held)), place, advice)


def _file(named: Node) -> Iterator[Problem]:
    name = str(named.value)
    if name.rpartition("/")[2] in (".sops.yaml", ".sops.yml"):
        what = "is the configuration of sops, which never goes into a cluster; name the Secret that it encrypted"
        yield Problem(named.place, f"'{name[:80]}' {what}", "sops")
    elif name.endswith(COPY_ENDING):
        what = "is called as the copies that are rendered; name the file that it was made from, or rename it"
        yield Problem(named.place, f"'{name[:80]}' {what}", "sops")


def source(backup: Backup) -> Source | None:
    """The Secret of a backup."""
    credential = backup.repository.credential
    if credential.sops is None:
        return None
    named = credential.node.nearest("sops")
    name = secret_name(backup)
    # other labels or another name would break the MAC
    return Source("Secret", name, name, plain(credential.sops), Extras({}, {}, ()), named.key, file=named)


def _plain_text(backup: Backup, held: Held) -> Iterator[Problem]:
    """Credentials that the file calls something else, and that its rules therefore left as they were."""
    for name, key in backup.repository.keys.items():
        node, text = held.get(key, (None, None))
        if is_credential(name) and node is not None and text is not None:
            yield Problem(node.place, f"'{key[:60]}' {NOT_ENCRYPTED}", "plaintext")


def _given(backup: Backup, known: set[str]) -> set[str]:
    """Keys under their names in restic. VolSync's mover takes nothing but the Secret."""
    if backup.engine == "volsync":
        return known
    renamed = {name for name, key in backup.repository.keys.items() if key in known}
    url = {REPOSITORY} if backup.repository.url is not None else set()
    return known | renamed | url


def _identity(backup: Backup, document: Node) -> Iterator[Problem]:
    """The MAC of sops covers both, so that only who has the key can change them."""
    wanted = {"namespace": backup.app.namespace, "name": secret_name(backup).text}
    for key, ours in wanted.items():
        theirs = document.text("metadata", key)
        if theirs is None:
            what = f"the Secret says no {key}; add metadata.{key} '{ours[:120]}' with 'sops edit'"
            yield Problem(document.nearest("metadata").key, what, "sops")
        elif theirs != ours:
            what = f"the Secret is of {key} '{theirs[:120]}', and is wanted for '{ours[:120]}'"
            yield Problem(document.nearest("metadata", key).place, f"{what}; change it with 'sops edit'", "sops")
