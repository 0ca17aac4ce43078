"""Dumps: containers that could not start, and files that would overwrite each other."""

import re
from collections.abc import Iterator

from renderer.engines.references import secrets_of
from renderer.policy import Backup, Dump, Policy, with_each_credential
from renderer.problem import Problem

_PASSWORD = re.compile(r"(PASSWORD|PASSWD|PWD|PASS|SECRET|TOKEN)$", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"://[^/@:\s]*:[^/@\s$]+@")
"""A user and a password, as in `postgres://app:secret@db/app`; not one that a shell fills in."""


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
        yield from _plain_text(dump)
        if (other := files.setdefault(dump.file, dump.name)) != dump.name:
            message = f"dump '{other}' writes '{dump.file[:60]}' as well; give it another file"
            yield Problem(dump.node.nearest("file").place, message, "names")


def custody_problems(policy: Policy) -> Iterator[Problem]:
    """Dumps that would get the credential of any of the policy's repositories: they run any image and any command."""
    opened = [each for backup in policy.backups for each in with_each_credential(backup)]
    held = {each.repository.credential.name for each in opened}
    for backup in policy.backups:
        for dump in backup.dumps:
            for key, asked in (("env", dump.env), ("envFrom", dump.env_from)):
                if given := held.intersection(secrets_of({key: asked})):
                    message = (
                        f"dump '{dump.name}' would get '{min(given)[:60]}', the credential of a repository; "
                        "give it a Secret of its own"
                    )
                    yield Problem(dump.node.nearest(key).key, message, "credential")


def _plain_text(dump: Dump) -> Iterator[Problem]:
    """What a dump is told is rendered as it stands; no message repeats a value."""
    for number, variable in enumerate(dump.env):
        value = str(variable.get("value") or "")
        if value and (_PASSWORD.search(variable["name"]) or _IN_ADDRESS.search(value)):
            message = (
                f"'{variable['name'][:60]}' of dump '{dump.name}' would be rendered in plain text; "
                "take it from a Secret by valueFrom.secretKeyRef"
            )
            yield Problem(dump.node.nearest("env", number, "value").place, message, "plaintext")
    for number, word in enumerate(dump.command):
        if _IN_ADDRESS.search(word):
            message = "the address holds a password, which would be rendered in plain text; take it from env"
            yield Problem(dump.node.nearest("command", number).place, message, "plaintext")
