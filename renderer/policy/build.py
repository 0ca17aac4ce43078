"""From a merged spec to the typed policy, or to the problems that prevent it."""

from renderer.policy import read, settings
from renderer.policy.complete import missing, no_volumes
from renderer.policy.credentials import Credential, Opened, unopened
from renderer.policy.effective import App, Pair, pairs
from renderer.policy.extras import extras
from renderer.policy.limits import limit_problem
from renderer.policy.maintaining import of_maintenance
from renderer.policy.model import Backup, Policy
from renderer.policy.mover import mover
from renderer.policy.names import secret_name
from renderer.policy.read import default
from renderer.policy.repository import repository
from renderer.policy.restores import bootstraps, declared
from renderer.policy.retention import retain, upkeep
from renderer.policy.shared import NOTHING_SHARED, Shared, referred
from renderer.policy.volumes import cache, contents, copy, dump, new_claim
from renderer.problem import Problem
from renderer.schema import Key, Strictness, check
from renderer.source import Node

_ENOUGH = 100
"""Problems after which further volumes and targets are not looked at: they inherit the same mistakes."""


def build(
    app: App, spec: Node, key: Key, shared: Shared = NOTHING_SHARED, opened: Opened = unopened
) -> tuple[Policy | None, list[Problem]]:
    """The policy of one app. `spec` is merged over all layers; `key` is the layer schema's root."""
    if too_much := limit_problem(spec):
        return None, [too_much]
    problems: list[Problem] = []
    found = pairs(spec, key, app, problems)
    if not found and not problems:
        problems.append(no_volumes(spec))
    found = referred(found, shared, app, key, problems)
    for pair in found:
        problems.extend(check(_with_claim(pair), "layer.json", Strictness.STRICT))
        problems.extend(missing(pair, key))
        if len(problems) > _ENOUGH:
            break
    if problems:
        return None, _without_consequences(problems)
    backups = tuple(backup(pair, app, key, opened) for pair in found)
    policy = Policy(
        app=app,
        place=spec.key,
        backups=backups,
        bootstraps=tuple(bootstraps(backups, key, problems)),
        restores=tuple(declared(spec, backups, key, problems)),
        node=spec,
    )
    return policy, problems


def _without_consequences(problems: list[Problem]) -> list[Problem]:
    """What still holds a placeholder is no valid name either; that is said once."""
    unfilled = {problem.place for problem in problems if problem.rule == "placeholder"}
    return [problem for problem in problems if problem.rule == "placeholder" or problem.place not in unfilled]


def _with_claim(pair: Pair) -> Node:
    """The effective spec and its claim, which has to be a name as well."""
    return pair.spec if pair.claim is None else pair.spec.with_value({**pair.spec.mapping, "claim": pair.volume_node})


def backup(pair: Pair, app: App, key: Key, opened: Opened) -> Backup:
    """One volume written to one target, typed."""
    spec = pair.spec
    made = Backup(
        app=app,
        engine=read.text(spec, "engine") or default(key, "engine"),
        volume=pair.volume,
        target=pair.target,
        claim=pair.claim or "",
        copy=copy(spec),
        cache=cache(spec),
        contents=contents(spec),
        dumps=tuple(dump(item) for item in spec.nearest("dumps").items),
        guard=settings.guard(spec, key),
        create=new_claim(spec, key),
        schedule=settings.schedule(spec, key),
        retain=retain(read.part(spec, "retain")),
        upkeep=upkeep(spec, key, opened),
        repository=repository(spec, key, opened),
        mover=mover(spec, key),
        drill=settings.drill(spec),
        network_policy=bool(read.flag(spec, "networkPolicy")),
        paused=read.flag(spec, "paused"),
        unlock=read.text(spec, "unlock"),
        volsync_version=settings.volsync_version(spec, key),
        extras=extras(spec),
        shared=extras(pair.shared),
        node=spec,
    )
    return _named(made)


def _named(made: Backup) -> Backup:
    """With the names of its Secrets, for which a pattern may need all of it."""
    upkeep, credential = made.upkeep, _with_name(made)
    if upkeep.credential is not None:
        upkeep = upkeep._replace(credential=_with_name(of_maintenance(made)))
    subject = made.repository.url or f"{made.app.namespace}/{credential.name}"
    repository = made.repository._replace(credential=credential, subject=subject)
    return made._replace(repository=repository, upkeep=upkeep)


def _with_name(made: Backup) -> Credential:
    credential = made.repository.credential
    return credential._replace(name=secret_name(made).text) if credential.is_made else credential
