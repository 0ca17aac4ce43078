"""Which engines there are, and what every engine's objects go through: honoured keys, names, patches, hash."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from renderer import labels, secrets
from renderer.attachments import Attachments, Copy
from renderer.engines import cronjob, volsync
from renderer.engines.draft import Draft, Role
from renderer.engines.gitops import manifest_problems, spec_problems
from renderer.engines.honoured import engine_problems
from renderer.engines.patches import patched, unmatched
from renderer.engines.secrets import secret_drafts
from renderer.manifest import Identity, Manifest, apply_key, content_hash, identity
from renderer.plan import Plan
from renderer.policy import with_every_credential
from renderer.problem import Place, Problem


class Engine(Protocol):
    """What a module of this package offers."""

    def problems(self, plan: Plan) -> Iterator[Problem]:
        """What the engine cannot do, or what it would do to the user's surprise."""

    def drafts(self, plan: Plan, attachments: Attachments) -> Iterator[Draft]:
        """The objects of the part of a plan that is this engine's."""

    def component(self, plan: Plan) -> dict[str, Manifest]:
        """The files of a kustomize Component beside the objects, by name; empty where there is none."""


ENGINES: dict[str, Engine] = {"volsync": volsync, "cronjob": cronjob}


class Made(NamedTuple):
    """A finished object."""

    manifest: Manifest
    role: Role
    place: Place
    copy: Copy | None = None
    """The file that it is a copy of, byte for byte."""


def findings(plan: Plan) -> list[Problem]:
    """What the engines have against a plan, before anything is made from it."""
    found = [*engine_problems(plan.policy), *spec_problems(plan.policy.node)]
    for backup in plan.policy.backups:
        found.extend(secrets.problems(backup))
    for engine, part in _parts(plan):
        found.extend(engine.problems(part))
    return found


def manifests(plan: Plan, attachments: Attachments) -> tuple[list[Made], list[Problem]]:
    """Every object of a plan without errors, in apply order, and the problems that show only there."""
    problems: list[Problem] = []
    drafts = list(secret_drafts(plan.policy, attachments, problems))
    drafts += [draft for engine, part in _parts(plan) for draft in engine.drafts(part, attachments)]
    credentials = frozenset(one.repository.credential.name for one in with_every_credential(plan.policy.backups))
    made = [_finished(draft._replace(credentials=credentials), problems) for draft in _distinct(drafts, problems)]
    ours = [draft for draft in drafts if draft.copy is None]
    problems.extend(unmatched(plan.policy, ours, {identity(one.manifest): one.manifest for one in made}))
    problems.extend(problem for one in made for problem in manifest_problems(one.manifest, one.place))
    return sorted(made, key=lambda one: apply_key(one.manifest)), problems


def component(plan: Plan) -> dict[str, Manifest]:
    """The files of the kustomize Component with which an app restores itself."""
    return {name: file for engine, part in _parts(plan) for name, file in engine.component(part).items()}


def _parts(plan: Plan) -> list[tuple[Engine, Plan]]:
    """The plan in parts, one for each engine that it uses."""
    names = dict.fromkeys(backup.engine for backup in plan.policy.backups)
    return [(ENGINES[name], plan if len(names) == 1 else plan.only(name)) for name in names]


def _distinct(drafts: list[Draft], problems: list[Problem]) -> list[Draft]:
    """The drafts, each identity once; two different objects of one name are a problem at both places."""
    first: dict[Identity, Draft] = {}
    for draft in drafts:
        other = first.setdefault(identity(draft.manifest), draft)
        if other is not draft and other.manifest != draft.manifest:
            what = identity(draft.manifest)
            message = (
                f"two objects are called {what}, the other comes from {other.place}; "
                "set spec.names, with {volume} and {target} in the pattern"
            )
            problems.append(Problem(draft.place, message, "names"))
    return list(first.values())


def _finished(draft: Draft, problems: list[Problem]) -> Made:
    if draft.copy is not None:
        return Made(draft.manifest, draft.role, draft.place, draft.copy)
    manifest = patched(draft, problems)
    metadata = manifest["metadata"]
    annotations = {**metadata["annotations"], labels.HASH: content_hash(manifest)}
    return Made({**manifest, "metadata": {**metadata, "annotations": annotations}}, draft.role, draft.place)
