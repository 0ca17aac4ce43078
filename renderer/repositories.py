"""The repositories of a fleet: each is made and maintained once, in one cluster, over the histories of all policies.

Rendered with the whole fleet only: an app rendered alone knows nothing of the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from renderer.attachments import attachments
from renderer.engines import findings, manifests
from renderer.fleet import Cluster, Fleet
from renderer.plan import History, Plan, Planned, fleet_repository
from renderer.policy import App, Backup, Policy, Retain, backup, maintained, retain
from renderer.policy.substitution import substitution_problems
from renderer.problem import Problem, Severity
from renderer.rendered import FLEET_APP, RenderedApp
from renderer.root import FLEET_FILE, Root
from renderer.schema import Strictness, check, key_of
from renderer.source import Node


@dataclass(frozen=True, slots=True)
class _Sharing:
    """What a run over a whole fleet knows about its repositories."""

    fleet: Fleet
    root: Root
    written: Sequence[Planned]
    """Every backup with a `ref`, of every cluster."""


def shared_repositories(
    fleet: Fleet, root: Root, members: Sequence[RenderedApp]
) -> tuple[list[RenderedApp], list[Problem]]:
    """What the fleet's repositories need in each cluster that is wanted; `members` are all apps of the fleet."""
    problems: list[Problem] = []
    sharing = _Sharing(fleet, root, [one for app in members for one in app.shared])
    clusters = dict.fromkeys(app.app.cluster for app in members if app.is_wanted)
    plans = {cluster: [*_plans(sharing, cluster, problems)] for cluster in clusters}
    made = [_rendered(plans[cluster], sharing, cluster, problems) for cluster in clusters]
    return [app for app in made if app is not None], problems


def _plans(sharing: _Sharing, cluster: str | None, problems: list[Problem]) -> Iterator[Plan]:
    for name, node in sharing.fleet.repositories.items():
        written = [one for one in sharing.written if one.backup.repository.ref == name]
        if _maintains(node, cluster, written, problems):
            plan = _plan(node, replace(_cluster(sharing.fleet, cluster), name=cluster), sharing, problems)
            if plan is not None:
                yield plan


def _maintains(node: Node, cluster: str | None, written: Sequence[Planned], problems: list[Problem]) -> bool:
    """Whether a repository is maintained in this cluster: two would prune beside each other."""
    said = node.text("maintainedBy")
    name = node.text("name") or ""
    if said is not None and cluster is None:
        message = "which cluster this is nobody says; set spec.cluster, or remove maintainedBy"
        problems.append(Problem(node.nearest("maintainedBy").place, message, "fleet"))
    if said is not None:
        return said == cluster
    writing = list(dict.fromkeys(one.backup.app.cluster for one in written))
    if len(writing) > 1:
        named = " and ".join(f"'{one}'" for one in writing[:4])
        message = f"repository '{name}' is written from clusters {named}, and one alone may prune it; set maintainedBy"
        problems.append(Problem(node.key, message, "one-writer"))
    if not written and cluster is not None:
        return False
    return not writing or cluster in writing


def _cluster(fleet: Fleet, name: str | None) -> Cluster:
    return next((one for one in fleet.clusters if one.name == name), fleet.outside)


def _plan(node: Node, cluster: Cluster, sharing: _Sharing, problems: list[Problem]) -> Plan | None:
    """The plan of one repository in one cluster."""
    before = len(problems)
    key = key_of("layer.json")
    name, namespace = node.text("name") or "", node.text("namespace")
    if namespace is None:
        message = f"no namespace for the maintenance of repository '{name}'; set namespace"
        problems.append(Problem(node.key, message, "complete"))
        return None
    app = App(namespace, name, cluster.name)
    pair = maintained(node, cluster.base, app, key, problems)
    problems.extend(_lacks(pair.spec, node))
    problems.extend(check(pair.spec, "layer.json", Strictness.STRICT))
    problems.extend(substitution_problems(pair.spec, sharing.fleet.substitution))
    if len(problems) > before:
        return None
    owner = replace(backup(pair, app, key), engine="cronjob")
    written = [one for one in sharing.written if one.backup.repository.ref == name]
    histories = [*_histories(written, problems), *_foreign(node)]
    if not histories:
        message = f"no policy writes repository '{name}'; remove it, or set repository.ref: {name} in a policy"
        problems.append(Problem(node.key, message, "fleet", Severity.WARNING))
    met = [one for one in written if one.backup.app.cluster == cluster.name]
    repository, notes = fleet_repository(owner, histories, met, problems)
    policy = Policy(app=app, place=node.key, backups=(owner,), bootstraps=(), restores=(), node=pair.spec)
    return Plan(policy, (), (repository,), (), notes) if repository.maintenance is not None else None


def _lacks(spec: Node, node: Node) -> Iterator[Problem]:
    if spec.get("repository", "secret") is None:
        message = f"no secret for the maintenance of repository '{node.text('name')}'; set secret"
        yield Problem(node.key, message, "complete")


def _histories(written: Sequence[Planned], problems: list[Problem]) -> Iterator[History]:
    """What policies write. In one cluster two of one host are refused elsewhere; here they are of two."""
    first: dict[str, Backup] = {}
    for planned in written:
        one = planned.backup
        other = first.setdefault(one.host, one)
        if other.app.cluster != one.app.cluster:
            who = f"cluster '{other.app.cluster}' and cluster '{one.app.cluster}' both write host '{one.host[:60]}'"
            message = f"{who}, and restic cannot tell their snapshots apart; put {{cluster}} into identity.host"
            problems.append(Problem(one.node.nearest("repository", "identity", "host").place, message, "one-writer"))
        yield History(one.host, one.retain)


def _foreign(node: Node) -> Iterator[History]:
    """Snapshots of others, such as a laptop's."""
    for item in node.nearest("forget").items:
        tags, paths = ([str(one.value) for one in item.nearest(name).items] for name in ("tags", "paths"))
        kept: Retain = retain(item.nearest("retain"))
        yield History(item.text("host") or "", kept, tuple(tags), tuple(paths))


def _rendered(
    plans: Sequence[Plan], sharing: _Sharing, cluster: str | None, problems: list[Problem]
) -> RenderedApp | None:
    folder = sharing.fleet.folder
    if not plans or folder is None:
        return None
    objects = []
    for plan in plans:
        found = findings(plan)
        files = attachments(plan.policy, sharing.root, found)
        if not any(problem.is_error for problem in found):
            made, more = manifests(plan, files)
            objects += made
            found += more
        problems.extend(found)
    return RenderedApp(
        app=App(FLEET_APP, FLEET_APP, cluster),
        source=sharing.root.from_root(folder / FLEET_FILE),
        folder=folder,
        root=sharing.root.path,
        notes=tuple(note for plan in plans for note in plan.notes),
        objects=tuple(objects),
        writers=(),
        by_cluster=sharing.fleet.by_cluster,
        output=sharing.fleet.output,
    )
