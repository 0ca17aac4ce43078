"""The repositories of a fleet: each is made and maintained once, in one cluster, over the histories of all policies.

Rendered with the whole fleet only: an app rendered alone knows nothing of the others.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from renderer.accept import accepted
from renderer.attachments import attachments, documents
from renderer.engines import findings, manifests
from renderer.engines.cronjob.traps.texts import problems_below
from renderer.fleet import Cluster, Fleet
from renderer.layers import expand
from renderer.plan import History, Plan, Planned, fleet_repository, writers
from renderer.plan.repositories import repository_problems
from renderer.plan.retention import kept_problems
from renderer.policy import App, Backup, Policy, backup, maintained, of_maintenance, retain
from renderer.policy.complete import formless
from renderer.policy.substitution import substitution_problems
from renderer.problem import Problem, Severity
from renderer.rendered import FLEET_APP, RenderedApp
from renderer.root import FLEET_FILE, Root
from renderer.schema import Strictness, check, key_of
from renderer.secrets import substituted
from renderer.source import Node


class _Sharing(NamedTuple):
    """What a run over a whole fleet knows about its repositories."""

    fleet: Fleet
    root: Root
    written: Mapping[str | None, Sequence[Planned]]
    """Every backup with a `ref`, of every cluster, by the repository's name."""
    met: Collection[str | None]
    """The clusters of all policies."""

    def of(self, node: Node, cluster: str | None) -> list[Planned]:
        """The backups that write a repository; where each cluster has its own, those of this one."""
        found = self.written.get(node.text("name"), ())
        return [one for one in found if one.backup.app.cluster == cluster or not _is_of_each_cluster(node)]


def shared_repositories(
    fleet: Fleet, root: Root, members: Sequence[RenderedApp], met: Collection[str | None]
) -> tuple[list[RenderedApp], list[Problem]]:
    """What the fleet's repositories need in each cluster that is wanted.

    `members` are all apps of the fleet, `met` the clusters of all its policies, also of those that are wrong.
    """
    problems: list[Problem] = []
    written: dict[str | None, list[Planned]] = {}
    for one in (one for app in members for one in app.shared):
        written.setdefault(one.backup.repository.ref, []).append(one)
    sharing = _Sharing(fleet, root, written, met)
    clusters = dict.fromkeys(app.app.cluster for app in members if app.is_wanted)
    plans = {cluster: [*_plans(sharing, cluster, problems)] for cluster in clusters}
    problems.extend(_made_twice([plan for own in plans.values() for plan in own], members))
    made = [_rendered(plans[cluster], sharing, cluster, problems) for cluster in clusters]
    return [app for app in made if app is not None], problems


def _is_of_each_cluster(node: Node) -> bool:
    return "{cluster}" in (node.text("url") or "")


def _made_twice(plans: Sequence[Plan], members: Sequence[RenderedApp]) -> Iterator[Problem]:
    """One repository under two names, or under a name and in a policy: two Jobs would make it and two prune it."""
    owners: dict[Hashable, Plan] = {}
    for plan in plans:
        for known in (known for writer in writers(plan.policy) for known in writer.repository if known.proven):
            other = owners.setdefault(known.by, plan)
            if (name := other.policy.app.name) != plan.policy.app.name:
                message = (
                    f"this is repository '{name}' ({other.policy.place}) as well, and would be made twice; remove one"
                )
                yield Problem(plan.policy.place, message, "one-writer")
    inline = (writer for app in members for writer in app.writers if not writer.shares)
    for known in (known for writer in inline for known in writer.repository):
        if (found := owners.get(known.by)) is not None:
            name, place = found.policy.app.name, found.policy.place
            message = (
                f"this is repository '{name}' of the fleet ({place}), which maintains it; set repository.ref: {name}"
            )
            yield Problem(known.place, message, "one-writer")


def _plans(sharing: _Sharing, cluster: str | None, problems: list[Problem]) -> Iterator[Plan]:
    for node in sharing.fleet.repositories.values():
        if _maintains(node, cluster, sharing, problems):
            found: list[Problem] = []
            plan = _plan(node, _cluster(sharing.fleet, cluster)._replace(name=cluster), sharing, found)
            problems.extend(accepted(found, plan.policy.node) if plan is not None else found)
            if plan is not None:
                yield plan


def _maintains(node: Node, cluster: str | None, sharing: _Sharing, problems: list[Problem]) -> bool:
    """Whether a repository is maintained in this cluster: two would prune beside each other."""
    said, written = node.text("maintainedBy"), sharing.of(node, cluster)
    if said is not None:
        problems.extend(_never_maintained(node, said, sharing.met))
        return said == cluster
    writing = list(dict.fromkeys(one.backup.app.cluster for one in written))
    if len(writing) > 1:
        named = " and ".join(f"'{one}'" for one in writing[:4])
        message = (
            f"repository '{node.text('name')}' is written from clusters {named}, and one alone may prune it; "
            "set maintainedBy, or put {cluster} into url"
        )
        problems.append(Problem(node.key, message, "one-writer"))
    return cluster in writing or _is_by_the_only_cluster(node, sharing, problems)


def _is_by_the_only_cluster(node: Node, sharing: _Sharing, problems: list[Problem]) -> bool:
    """Of one that no policy writes, such as a laptop's."""
    name = node.text("name")
    if sharing.written.get(name):
        return False
    if len(sharing.met) > 1:
        message = f"no policy writes repository '{name}', so no cluster maintains it; set maintainedBy, or remove it"
        problems.append(Problem(node.key, message, "fleet", Severity.WARNING))
    return len(sharing.met) == 1


def _never_maintained(node: Node, said: str, met: Collection[str | None]) -> Iterator[Problem]:
    """A cluster that would keep the repository in order, and is none for which anything is rendered."""
    message = None
    if _is_of_each_cluster(node):
        message = (
            "each cluster has and maintains a repository of its own, because url says {cluster}; remove maintainedBy"
        )
    elif None in met:
        message = "which cluster this is nobody says; set spec.cluster, or remove maintainedBy"
    elif said not in met:
        known = ", ".join(sorted(one for one in met if one is not None)[:8])
        why = f"no policy is of cluster '{said}', so nothing is rendered for it"
        message = f"{why}; correct maintainedBy, the clusters are {known}"
    if message is not None:
        yield Problem(node.nearest("maintainedBy").place, message, "fleet")


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
    problems.extend([*_lacks(pair.spec, node), *formless(pair.spec, key)])
    problems.extend(check(pair.spec, "layer.json", Strictness.STRICT))
    problems.extend(substitution_problems(pair.spec, sharing.fleet.substitution))
    if len(problems) > before:
        return None
    opened = documents(sharing.root, problems)
    owner = of_maintenance(backup(pair, app, key, opened))._replace(engine="cronjob")
    problems.extend([*repository_problems(owner), *substituted((owner,), sharing.fleet.substitution)])
    written = sharing.of(node, cluster.name)
    histories = [*_histories(written, problems), *_foreign(node, owner, sharing, problems)]
    if not histories:
        message = f"no policy writes repository '{name}'; remove it, or set repository.ref: {name} in a policy"
        problems.append(Problem(node.key, message, "fleet", Severity.WARNING))
    met = [one for one in written if one.backup.app.cluster == cluster.name]
    repository, notes = fleet_repository(owner, histories, met, problems)
    policy = Policy(app=app, place=node.key, backups=(owner,), bootstraps=(), restores=(), node=pair.spec)
    return Plan(policy, (), (repository,), (), notes) if repository.maintenance is not None else None


def _lacks(spec: Node, node: Node) -> Iterator[Problem]:
    if spec.get("repository", "secret") is None and spec.get("maintenance", "secret") is None:
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


def _foreign(node: Node, owner: Backup, sharing: _Sharing, problems: list[Problem]) -> Iterator[History]:
    """Snapshots of others, such as a laptop's."""
    own = {one.backup.host for one in sharing.of(node, owner.app.cluster)}
    for said in node.nearest("forget").items:
        item = expand(said, owner.app.placeholders(), problems)
        problems.extend(problems_below(item))
        problems.extend(substitution_problems(item, sharing.fleet.substitution))
        problems.extend(kept_problems(item.nearest("retain")))
        host = item.text("host") or ""
        if host in own:
            message = f"host '{host[:60]}' is a policy's, and its own retain says what stays; remove this one"
            problems.append(Problem(item.nearest("host").place, message, "retain"))
        tags, paths = ([str(one.value) for one in item.nearest(name).items] for name in ("tags", "paths"))
        yield History(host, retain(item.nearest("retain")), tuple(tags), tuple(paths))


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
        problems.extend(accepted(found, plan.policy.node))
    return RenderedApp(
        app=App(FLEET_APP, FLEET_APP, cluster),
        source=sharing.root.from_root(folder / FLEET_FILE),
        folder=folder,
        root=sharing.root.path,
        notes=tuple(note for plan in plans for note in plan.notes),
        objects=tuple(objects),
        writers=(),
        policies=tuple(plan.policy for plan in plans),
        by_cluster=sharing.fleet.by_cluster,
        output=sharing.fleet.output,
    )
