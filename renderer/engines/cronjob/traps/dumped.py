"""Dumps: containers that could not start, and files that would overwrite each other."""

import re
from collections.abc import Collection, Iterator

from renderer.engines.references import secrets_of
from renderer.policy import Backup, Dump, Policy, with_every_credential
from renderer.problem import Problem
from renderer.secrets import tells_credential

_PASSWORD = re.compile(r"(.*_)?(PASSWORD|PASSWD|PASS|SECRET|TOKEN)|PGPASSWORD|MYSQL_PWD", re.IGNORECASE)
_NONE = re.compile(r"/.*|true|false|yes|no|[01]?", re.IGNORECASE)
"""A file that has it, and an answer to `ALLOW_EMPTY_PASSWORD`."""
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


def credential_problems(policy: Policy) -> Iterator[Problem]:
    """Dumps that would get the credential of any of the policy's repositories: they run any image and any command."""
    opened = list(with_every_credential(policy.backups))
    for backup in policy.backups:
        for dump in backup.dumps:
            for key, name in _asked(dump, opened):
                message = (
                    f"dump '{dump.name}' would get '{name[:60]}', the credential of a repository; "
                    "give it a Secret of its own"
                )
                yield Problem(dump.node.nearest(key).key, message, "credential")


def _asked(dump: Dump, opened: Collection[Backup]) -> Iterator[tuple[str, str]]:
    """Which key asks for which credential; one key of a Secret that is no credential may be asked for."""
    for variable in dump.env:
        ref = (variable.get("valueFrom") or {}).get("secretKeyRef") or {}
        name = str(ref.get("name"))
        if tells_credential(opened, name, str(ref.get("key"))):
            yield "env", name
    held = {one.repository.credential.name for one in opened}
    for name in secrets_of({"envFrom": dump.env_from}):
        if name in held:
            yield "envFrom", name


def _plain_text(dump: Dump) -> Iterator[Problem]:
    """What a dump is told is rendered as it stands; no message repeats a value."""
    for number, variable in enumerate(dump.env):
        value = str(variable.get("value") or "")
        is_password = _PASSWORD.fullmatch(variable["name"]) and not _NONE.fullmatch(value)
        if is_password or _IN_ADDRESS.search(value):
            message = (
                f"'{variable['name'][:60]}' of dump '{dump.name}' would be rendered in plain text; "
                "take it from a Secret by valueFrom.secretKeyRef"
            )
            yield Problem(dump.node.nearest("env", number, "value").place, message, "plaintext")
    for number, word in enumerate(dump.command):
        if _IN_ADDRESS.search(word):
            message = "the address holds a password, which would be rendered in plain text; take it from env"
            yield Problem(dump.node.nearest("command", number).place, message, "plaintext")
