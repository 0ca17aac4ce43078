"""From a SealedSecret as kubeseal wrote it to that of an app."""

from collections.abc import Iterator

from renderer.policy import Backup, Extras
from renderer.policy.names import name_problem, secret_name
from renderer.policy.read import Plain
from renderer.policy.sealing import ANNOTATIONS
from renderer.problem import Problem
from renderer.secrets.form import Source
from renderer.secrets.gotemplate import quoted
from renderer.secrets.sealed.document import document_problems
from renderer.secrets.sealed.keys import key_problems
from renderer.secrets.sealed.scope import scope_problems
from renderer.secrets.template import Addition, additions
from renderer.source import plain


def problems(backup: Backup) -> Iterator[Problem]:
    """What the controller would refuse, and what the Secret would lack."""
    credential = backup.repository.credential
    document = credential.sealed_secret
    if document is None:  # its file cannot be read, which has been said
        return
    found = list(document_problems(document))
    yield from found
    if any(problem.is_error for problem in found):
        return
    name = secret_name(backup)
    if problem := name_problem(name, "Secret"):
        yield problem
    yield from scope_problems(document, backup, name)
    for annotations in (credential.node.get("annotations"), backup.node.get("annotations")):
        for key, node in annotations.mapping.items() if annotations is not None else ():
            if key in ANNOTATIONS:
                message = "the scope is sealed, and no annotation changes it; remove it"
                yield Problem(node.key, message, "sealed-secret")
    yield from key_problems(backup, document)


def source(backup: Backup) -> Source | None:
    """The SealedSecret of a backup."""
    credential = backup.repository.credential
    if credential.sealed_secret is None:
        return None
    said = plain(credential.sealed_secret)
    metadata, name = said.get("metadata", {}), secret_name(backup)
    own = Extras(labels=metadata.get("labels", {}), annotations=metadata.get("annotations", {}), patches=())
    return Source(
        kind="SealedSecret",
        name=name,
        secret=name,
        spec={"encryptedData": said["spec"]["encryptedData"], **_template(backup, said["spec"].get("template", {}))},
        extras=own.and_then(credential.extras),
        place=credential.node.nearest("sealedSecret").key,
    )


def _template(backup: Backup, own: Plain) -> Plain:
    """The user's template with what we add; the controller names the Secret by itself."""
    data = {**own.get("data", {}), **{name: one.text for name, one in _added(backup, own.get("data", {})).items()}}
    metadata = {key: own["metadata"][key] for key in ("labels", "annotations") if own.get("metadata", {}).get(key)}
    parts = {"type": own.get("type"), "immutable": own.get("immutable"), "metadata": metadata or None, "data": data}
    template = {key: value for key, value in parts.items() if value is not None and value != {}}
    return {"template": template} if template else {}


def _added(backup: Backup, own: Plain) -> dict[str, Addition]:
    """Ours. The controller runs each text as a template, so that one of ours is a quoted string in it."""
    found = additions(backup, own)
    return {
        name: one if one.what == "repository.keys" else one._replace(text=quoted(one.text))
        for name, one in found.items()
    }
