"""The objects of which operators make the Secrets of a policy: the same under every engine, and never pruned."""

from collections.abc import Collection, Iterator, Sequence

from renderer import secrets
from renderer.attachments import Attachments, Copy
from renderer.engines.draft import Draft, Role, dressed, own_labels
from renderer.forms import form
from renderer.policy import Backup, Policy, with_each_credential
from renderer.policy.sealing import ANNOTATIONS, Scope
from renderer.problem import Problem
from renderer.secrets import Source


def secret_drafts(policy: Policy, attachments: Attachments, problems: list[Problem]) -> Iterator[Draft]:
    """One for each Secret, whoever shares it; two that would write one Secret are a problem at the second."""
    users: dict[str, list[tuple[Backup, Source]]] = {}
    for backup in policy.backups:
        for opened in with_each_credential(backup):
            if (source := secrets.source(opened)) is not None:
                users.setdefault(source.secret.text, []).append((opened, source))
    for of_secret in users.values():
        backup, first = of_secret[0]
        if (copy := _copy(first, attachments)) is not None and (document := backup.repository.credential.sops):
            problems.extend(secrets.comment_problems(copy.text, document.place.file))
        keys = {backup.repository.credential.name_key for backup, _ in of_secret}
        problems.extend(_two_of_one(source, first, keys) for _, source in of_secret if not _same(source, first))
        yield _copied(first, copy) if copy is not None else _draft([backup for backup, _ in of_secret], first)


def _copy(source: Source, attachments: Attachments) -> Copy | None:
    return None if source.file is None else attachments.copies[source.file.place.file, str(source.file.value)]


def _copied(source: Source, copy: Copy) -> Draft:
    """What sops encrypted has its own name, labels and annotations, and a MAC over all of them."""
    return Draft(manifest=source.spec, role=Role.SECRET, place=source.place, extras=source.extras, copy=copy)


def _draft(backups: Sequence[Backup], source: Source) -> Draft:
    """What several targets share has no label of a target."""
    backup, alone = backups[0], len({backup.target for backup in backups}) == 1
    extras = (backup.extras if alone else backup.shared).and_then(source.extras)
    manifest = form("shared", source.kind).fill(
        app=backup.app,
        name=source.name.text,
        spec=source.spec,
        **dressed(extras, own_labels(backup, None, of_volume=False, of_target=alone)),
    )
    return Draft(manifest=manifest, role=Role.SECRET, place=source.place, extras=extras, keep=True)


def _same(one: Source, other: Source) -> bool:
    return (one.kind, one.name.text, one.spec) == (other.kind, other.name.text, other.spec)


def _two_of_one(source: Source, other: Source, keys: Collection[str]) -> Problem:
    elsewhere = f" ({other.place})" if other.place != source.place else ""
    whose, pattern = "two repositories", "names.secret: '{app}-{volume}-{target}'"
    if len(keys) > 1:
        whose, pattern = "backups and for maintenance", "names.maintenanceSecret: '{app}-{target}-maintenance'"
    message = f"secret '{source.secret.text}' would be made in two ways, for {whose}{elsewhere}"
    first = f"seal it with --scope {Scope.NAMESPACE_WIDE}, and " if _is_bound(source) else ""
    return Problem(source.place, f"{message}; {first}give each its own, as with {pattern}", "names")


def _is_bound(source: Source) -> bool:
    """Whether what is sealed in it can be unsealed under this one name alone."""
    return source.kind == "SealedSecret" and ANNOTATIONS.keys().isdisjoint(source.extras.annotations)
