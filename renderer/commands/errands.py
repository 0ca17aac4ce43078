"""What `restore` and `run` share: whose app it is, what keeps it from being read, and how an object is printed."""

import argparse
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from renderer.accept import accepted
from renderer.commands import policies
from renderer.commands.console import Console
from renderer.emit import document
from renderer.engines import Made
from renderer.engines.certificates import config_map_name
from renderer.errors import UsageError
from renderer.manifest import identity
from renderer.oncall import Moment, moment, policy_of
from renderer.oncall.notes import Note
from renderer.pipeline import made
from renderer.policy import Backup, Policy
from renderer.problem import Problem, in_order
from renderer.request import Merged, Request, merge_all
from renderer.root import find_root
from renderer.source.characters import printable


class Found(NamedTuple):
    """The policy of an app, without errors."""

    policy: Policy
    objects: Sequence[Made]

    def certificate(self, backup: Backup) -> str | None:
        """The authority that the policy has in a file, as it is rendered."""
        authority, name = backup.repository.custom_ca, config_map_name(backup)
        if authority is None or authority.file is None:
            return None
        rendered = (one.manifest for one in self.objects if identity(one.manifest)[::2] == ("ConfigMap", name))
        return next((one["data"].get(authority.key) for one in rendered), None)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which app is meant."""
    parser.add_argument("app", metavar="APP", help="the app by its policy's name, or as namespace/name")
    parser.add_argument("--volume", metavar="NAME", help="which volume, where the app has several")
    parser.add_argument("--target", metavar="NAME", help="which target; the first by default")
    parser.add_argument(
        "--token",
        metavar="TOKEN",
        help="instead of the present moment, which makes each print another object: the same token is the same one",
    )
    policies.layers(parser)
    parser.set_defaults(paths=[])
    parser.formatter_class = argparse.RawDescriptionHelpFormatter


def began(parsed: argparse.Namespace, console: Console, mistakes: list[str]) -> Moment:
    """The moment of this call."""
    return moment(console.clock(), parsed.token, mistakes)


def _request(parsed: argparse.Namespace, console: Console) -> Request:
    """All policies of the fleet, else those below this folder; in a folder without any, those of its checkout."""
    try:
        return policies.request(parsed, console)
    except UsageError:
        root = find_root(console.cwd.resolve())
        if parsed.fleet is not None or root == console.cwd.resolve():
            raise
        parsed.paths = [root.as_posix()]
        return policies.request(parsed, console)


def found(parsed: argparse.Namespace, console: Console, mistakes: list[str]) -> Found | None:
    """The policy that is meant. None where something is wrong, which has been told or is among the mistakes.

    Mistakes in the policies of other apps do not matter here: this one must be restored all the same.
    """
    problems: list[Problem] = []
    try:
        merged = policy_of(parsed.app, _request(parsed, console), problems)
    except UsageError as error:
        mistakes.append(str(error))
        return None
    result = _read(merged, problems) if merged is not None else None
    problems = in_order(problems)
    console.report(problems, parsed.format)
    if result is None or any(problem.is_error for problem in problems):
        console.say(f"nothing printed for '{parsed.app[:80]}'; mend its policy\n")
        return None
    return result


def owner_of(claim: str, policy: Policy, parsed: argparse.Namespace, console: Console) -> str | None:
    """Which other app of the namespace backs up a claim."""
    app = policy.app
    for one in merge_all(_request(parsed, console), []):
        if one.app != app and (one.app.namespace, one.app.cluster) == (app.namespace, app.cluster):
            plan, _, _ = made(one)
            if plan is not None and claim in {backup.claim for backup in plan.policy.backups}:
                return one.app.name
    return None


def _read(merged: Merged, problems: list[Problem]) -> Found | None:
    plan, objects, own = made(merged)
    problems.extend(accepted(own, merged.spec))
    return Found(plan.policy, objects) if plan is not None else None


def refused(mistakes: Sequence[str], console: Console) -> int:
    """All that is wrong with what was asked; 1 where only the policy is."""
    for mistake in mistakes:
        console.say(f"backplan: {printable(mistake)}\n")
    return 2 if mistakes else 1


def unpatched(lost: Sequence[Problem]) -> Iterator[str]:
    """Remarks on patches that fit the rendered objects, but not this one."""
    for problem in lost:
        yield f"without the patch at {problem.place}: {problem.message}"


def printed(note: Note, command: str, console: Console) -> int:
    """The object as the product, and what there is to say of it as talk."""
    console.write(document(note.manifest, header=(f"Printed by `backplan {command}`; GitOps does not know of it.",)))
    console.say(note.text())
    return 0
