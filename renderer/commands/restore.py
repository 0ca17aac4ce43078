"""Print one object that restores an app's volume, to be piped into `kubectl apply -f -`.

Under engine cronjob it is a Job that brings the mover along and needs only the claim and the Secret: nothing else has
to be in the cluster. It refuses a claim that is not empty, unless --overwrite is given, fails where no snapshot fits,
and goes away a week after it has ended. Under engine volsync it is a ReplicationDestination with a manual trigger;
VolSync refuses nothing, so a restore into a claim of the app's own needs --overwrite here, and it stays until it is
deleted.

Without --as-of, --previous and --snapshot the newest snapshot is restored. Every print is a restore of its own. What
will happen, and the next commands, are told on standard error.
"""

import argparse
from collections.abc import Iterator
from typing import Any

from renderer.commands import errands
from renderer.commands.console import Console
from renderer.engines.cronjob import oncall as cronjob
from renderer.engines.volsync import oncall as volsync
from renderer.engines.volsync.traps import LONGEST_NAME
from renderer.manifest import Manifest
from renderer.oncall import Moment, Point, chosen
from renderer.oncall.choice import targets_of
from renderer.oncall.moment import LONGEST_JOB
from renderer.oncall.notes import Note
from renderer.policy import Backup, Policy
from renderer.policy.names import Name, name_problem, object_name
from renderer.problem import Place


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `restore`."""
    errands.arguments(parser)
    point = parser.add_mutually_exclusive_group()
    point.add_argument("--as-of", metavar="TIME", help="the newest snapshot at or before this, as 2026-03-01T00:00:00Z")
    point.add_argument("--previous", metavar="N", help="the newest but N")
    point.add_argument("--snapshot", metavar="ID", help="this one, whoever made it; not under engine volsync")
    parser.add_argument("--to", metavar="CLAIM", help="an existing claim of the namespace; the app's own by default")
    parser.add_argument("--overwrite", action="store_true", help="write over what is in the claim")
    parser.add_argument(
        "--delete", action="store_true", help="with --overwrite, delete from the claim what the snapshot lacks"
    )


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Print the object, or all that is wrong with what was asked."""
    point = Point(parsed.as_of, parsed.previous, parsed.snapshot)
    mistakes = [*point.mistakes(), *_mistakes(parsed)]
    now = errands.began(parsed, console, mistakes)
    found = errands.found(parsed, console, mistakes)
    backup = chosen(found.policy, parsed.volume, parsed.target, mistakes) if found is not None else None
    owner = None
    if backup is not None and found is not None:
        owner = errands.owner_of(parsed.to, found.policy, parsed, console) if parsed.to is not None else None
        mistakes.extend(_beyond_volsync(parsed, backup, found.policy, owner))
    if mistakes or backup is None or found is None:
        return errands.refused(mistakes, console)
    claim = parsed.to or backup.claim
    if backup.engine == "volsync":
        manifest, waits_for = _destination(parsed, backup, now), f"jsonpath={{.status.lastManualSync}}={now.token}"
    else:
        manifest, waits_for = _job(parsed, backup, now, found.certificate(backup)), "condition=Complete"
    source = f"{backup.app.namespace}/{backup.app.name} (volume '{backup.volume}', target '{backup.target}')"
    what = f"restores {point.told(now.at)} of {source} into claim '{claim}'"
    note = Note(manifest, what, [*_remarks(parsed, backup, found.policy, owner)], waits_for)
    return errands.printed(note, "restore", console)


def _mistakes(parsed: argparse.Namespace) -> Iterator[str]:
    if parsed.delete and not parsed.overwrite:
        yield "--delete is about files that are in the claim already; give --overwrite as well"
    if parsed.to is not None and (problem := name_problem(Name(parsed.to, Place("--to", 0, 0)), "claim")):
        yield problem.message.removesuffix("; see spec.names")


def _beyond_volsync(parsed: argparse.Namespace, backup: Backup, policy: Policy, owner: str | None) -> Iterator[str]:
    if backup.engine != "volsync":
        return
    if parsed.snapshot is not None:
        yield (
            "VolSync restores by time, not by a snapshot's id; give --as-of with its time, which "
            f"`backplan run {parsed.app[:80]} -- snapshots` shows"
        )
    claim = parsed.to or backup.claim
    whose = "the app's own" if claim in {one.claim for one in policy.backups} else f"that of app '{owner}'"
    if not parsed.overwrite and (owner is not None or whose == "the app's own"):
        yield (
            f"claim '{claim}' is {whose}, and VolSync writes over what is in it without a question; "
            "give --overwrite, or another claim with --to"
        )


def _job(parsed: argparse.Namespace, backup: Backup, now: Moment, certificate: str | None) -> Manifest:
    choice: dict[str, str | None] = {
        "BACKPLAN_TOKEN": now.token,
        "BACKPLAN_AS_OF": parsed.as_of,
        "BACKPLAN_PREVIOUS": parsed.previous,
        "BACKPLAN_SNAPSHOT": parsed.snapshot,
        "BACKPLAN_OVERWRITE": "true" if parsed.overwrite else None,
        "BACKPLAN_DELETE": "true" if parsed.delete else None,
    }
    run = cronjob.restoring(backup, parsed.to or backup.claim, choice)
    name = now.name(object_name(backup, "job", operation="restore").text, LONGEST_JOB)
    # its patches are those of the rendered restore, so what does not apply has kept the policy from being read
    return cronjob.job(cronjob.Errand(run, name, now.token, certificate=certificate), [])


def _destination(parsed: argparse.Namespace, backup: Backup, now: Moment) -> Manifest:
    errand = volsync.Errand(
        backup=backup,
        claim=parsed.to or backup.claim,
        name=now.name(object_name(backup, "restore", restore="restore").text, LONGEST_NAME),
        token=now.token,
        as_of=parsed.as_of,
        previous=None if parsed.previous is None else int(parsed.previous),
        delete=parsed.delete,
    )
    return volsync.destination(errand)


def _remarks(parsed: argparse.Namespace, backup: Backup, policy: Policy, owner: str | None) -> Iterator[str]:
    claim, owners = parsed.to or backup.claim, [one.volume for one in policy.backups]
    own: dict[str, Any] = dict(zip((one.claim for one in policy.backups), owners, strict=True))
    if claim in own:
        whose = "the app's own claim" if claim == backup.claim else f"the claim of volume '{own[claim]}'"
        yield f"this is {whose}: scale the app down first, so that nothing else writes to it"
    elif owner is not None:
        yield f"this is the claim of app '{owner}': scale that app down first, so that nothing else writes to it"
    targets = targets_of(policy, backup)
    if parsed.target is None and len(targets) > 1:
        yield f"target '{backup.target}' is the first of {', '.join(targets)}; --target takes another"
    others = "go" if parsed.delete else "stay; --delete removes them"
    if backup.engine == "volsync":
        yield f"files of the snapshot replace those in the claim; others {others}"
        yield "VolSync succeeds where no snapshot fits, and restores nothing: look into the claim before the app starts"
        yield "it stays until you delete it, and restores once more if it is made anew"
    elif parsed.overwrite:
        yield f"files of the snapshot replace those in the claim; others {others}"
    else:
        yield "if the claim is not empty nothing is changed, and the result is 'guarded'; --overwrite writes over it"
