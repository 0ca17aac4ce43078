"""Dumps: containers that could not start, and files that would overwrite each other."""

from collections.abc import Iterator

from renderer.engines.references import secrets_of
from renderer.policy import Backup, Dump
from renderer.problem import Problem


def dump_problems(backup: Backup) -> Iterator[Problem]:
    """Everything that is known to go wrong with the dumps of a backup."""
    files: dict[str, str] = {}
    for dump in backup.dumps:
        for name, said in (("image", dump.image), ("command", dump.command)):
            if not said:
                yield Problem(dump.node.key, f"no {name} for dump '{dump.name}'; set {name}", "complete")
        if dump.name == "restic":
            message = "the mover's own container is called 'restic'; give the dump another name"
            yield Problem(dump.node.nearest("name").place, message, "names")
        yield from _with_the_credential(dump, backup.repository.credential.name)
        if (other := files.setdefault(dump.file, dump.name)) != dump.name:
            message = f"dump '{other}' writes '{dump.file[:60]}' as well; give it another file"
            yield Problem(dump.node.nearest("file").place, message, "names")


def _with_the_credential(dump: Dump, secret: str) -> Iterator[Problem]:
    """A dump runs any image and any command."""
    for key, asked in (("env", dump.env), ("envFrom", dump.env_from)):
        if secret in secrets_of({key: asked}):
            message = (
                f"dump '{dump.name}' would get '{secret[:60]}', the credential of the repository; "
                "give it a Secret of its own"
            )
            yield Problem(dump.node.nearest(key).key, message, "credential")
