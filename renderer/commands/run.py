"""Print one Job that looks into an app's repository or works on it, to be piped into `kubectl apply -f -`.

snapshots, stats and ls are restic's own, for what this app saved; they take no lock and write nothing, and so much of
restic's options is passed on as keeps it so. check reads the repository's structure, and its data with --read-data or
--read-data-subset; it waits for all backups to end, and those that begin wait for it. unlock removes the locks whose
holders are dead. backup is the one that the schedule runs, now.

The Job has the app's credentials, check and unlock those of maintenance.secret where there is one, and brings along
what it runs; only the Secret has to be in the cluster, and for backup the claims. It goes away a week after it has
ended, and after an hour where it backs up a clone. Under engine volsync backup and unlock are VolSync's: how to ask it
for them is told, and nothing is printed.
"""

import argparse
from collections.abc import Iterator
from typing import NamedTuple

from renderer.commands import errands
from renderer.commands.console import Console
from renderer.commands.errands import Found
from renderer.engines.cronjob import oncall as cronjob
from renderer.engines.cronjob.pod import Run
from renderer.engines.cronjob.traps.restic import stated_version
from renderer.oncall import Moment, chosen
from renderer.oncall.allowed import OPERATIONS, READS, SINCE_0_18, Arguments, operation_of, read, subset
from renderer.oncall.choice import of_repository
from renderer.oncall.moment import LONGEST_JOB
from renderer.oncall.notes import Note
from renderer.oncall.restic import looking
from renderer.policy import Backup
from renderer.policy.names import object_name
from renderer.problem import Problem


class _Asked(NamedTuple):
    operation: str
    arguments: Arguments
    subset: str | None
    """How much of the data a check reads."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `run`."""
    errands.arguments(parser)
    parser.add_argument(
        "words",
        nargs=argparse.PARSER,
        metavar="OPERATION",
        help=f"after --: {', '.join(OPERATIONS)}, and for the first four its arguments",
    )


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the Job, or all that is wrong with what was asked."""
    mistakes: list[str] = []
    now = errands.began(parsed, console, mistakes)
    asked = _asked(parsed, mistakes)
    found = errands.found(parsed, console, mistakes)
    backup = None
    if found is not None and asked is not None:
        choose = of_repository if asked.operation in cronjob.OF_REPOSITORY else chosen
        backup = choose(found.policy, parsed.volume, parsed.target, mistakes)
    if backup is not None and asked is not None:
        mistakes.extend(_too_new(asked, backup))
    if mistakes or backup is None or found is None or asked is None:
        return errands.refused(mistakes, console)
    if backup.engine == "volsync" and asked.operation in ("backup", "unlock"):
        console.say(_of_volsync(asked.operation, backup, now))
        return 1
    lost: list[Problem] = []
    job = cronjob.job(_errand(asked, backup, now, found), lost)
    note = Note(job, _what(asked, backup), [*_remarks(asked.operation, backup), *errands.unpatched(lost)])
    return errands.printed(note, "run", console)


def _asked(parsed: argparse.Namespace, mistakes: list[str]) -> _Asked | None:
    words = parsed.words[1:] if parsed.words[0] == "--" else parsed.words
    operation, why_not = operation_of(words)
    if operation is None:
        mistakes.append(why_not)
        return None
    arguments = read(operation, words[1:], mistakes)
    return _Asked(operation, arguments, subset(arguments, mistakes) if operation == "check" else None)


def _too_new(asked: _Asked, backup: Backup) -> Iterator[str]:
    """Options that the policy's restic does not know yet."""
    version = stated_version(backup)
    for option in asked.arguments.options:
        name = option.partition("=")[0]
        if asked.operation == "ls" and name in SINCE_0_18 and version is not None and version < (0, 18):
            yield f"{name} needs restic 0.18, and the image has {'.'.join(map(str, version))}; leave it out"


def _errand(asked: _Asked, backup: Backup, now: Moment, found: Found) -> cronjob.Errand:
    restic = looking(asked.operation, backup, asked.arguments) if asked.operation in READS else ()
    name = now.name(object_name(backup, "job", operation=asked.operation).text, LONGEST_JOB)
    return cronjob.Errand(_run(asked, backup), name, now.token, restic, found.certificate(backup))


def _run(asked: _Asked, backup: Backup) -> Run:
    if asked.operation == "backup":
        return cronjob.saving(backup)
    return cronjob.looking(backup, asked.operation, {"BACKPLAN_READ_DATA_SUBSET": asked.subset})


def _what(asked: _Asked, backup: Backup) -> str:
    app = f"{backup.app.namespace}/{backup.app.name}"
    whose = f"{app} (volume '{backup.volume}', target '{backup.target}')"
    if asked.operation in READS:
        return f"prints restic's {asked.operation} of {whose}; it takes no lock and changes nothing"
    if asked.operation == "backup":
        return f"saves {whose}, as its schedule does"
    does = "checks" if asked.operation == "check" else "removes dead locks of"
    return f"{does} the repository of {app} (target '{backup.target}')"


def _remarks(operation: str, backup: Backup) -> Iterator[str]:
    if operation == "check":
        yield "it waits for all backups to end, and while it runs none of them can go on"
        if backup.engine == "volsync":
            yield "VolSync's backups do not wait: they fail meanwhile, and are tried again"
    if operation in cronjob.OF_REPOSITORY and backup.repository.ref is not None:
        yield f"repository '{backup.repository.ref}' is shared: this is about all of its apps"
    if operation == "unlock":
        yield "a lock that may be alive stays: its holder is dead once it has not been renewed for 30 minutes"
    if operation == "backup" and cronjob.saving(backup).has_own_claim:
        yield "the clone of the volume is there as long as the Job, which goes away an hour after it has ended"
    if operation == "backup":
        yield "the schedule does not know of it: both may run at once, which does no harm"


def _of_volsync(operation: str, backup: Backup, now: Moment) -> str:
    """How VolSync is asked for it: by a text in the ReplicationSource that changes."""
    name, namespace = object_name(backup, "replicationSource").text, backup.app.namespace
    if operation == "backup":
        how, spec = "a manual trigger", f'{{"trigger":{{"manual":"{now.token}"}}}}'
        after = "It stands in for the schedule until GitOps puts that back."
    else:
        how, spec = "an unlock token", f'{{"restic":{{"unlock":"{now.token}"}}}}'
        after = "VolSync removes dead locks before its next backup; to keep the token, set spec.unlock in the policy."
    patch = f"kubectl -n {namespace} patch replicationsource {name} --type=merge -p '{{\"spec\":{spec}}}'"
    why = f"backplan: under engine volsync the operator runs {operation} itself, by {how}; nothing printed"
    return f"{why}\n  {patch}\n{after}\n"
