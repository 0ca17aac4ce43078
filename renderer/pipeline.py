"""The whole story of rendering: source → layers → schema → policy → plan → engine → forms → emit."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from renderer.accept import accepted
from renderer.attachments import attachments, documents
from renderer.engines import Made, component, findings, manifests
from renderer.limits import host_problems, server_problems
from renderer.plan import Plan, make, writers
from renderer.policy import build
from renderer.policy.substitution import substitution_problems
from renderer.problem import Problem, Told, in_order
from renderer.rendered import Rendered, RenderedApp, between_clusters, collisions
from renderer.repositories import shared_repositories
from renderer.request import Merged, Request, merge_all
from renderer.root import is_root
from renderer.schema import key_of
from renderer.secrets import argocd_problems, substituted


def render(request: Request, *, with_policies: bool = False) -> Rendered:
    """Turn policies into manifests, or into the problems that prevent it; `with_policies` costs memory."""
    rendered = Rendered()
    members: list[RenderedApp] = []
    told = Told()
    clusters: set[str | None] = set()
    merged = None
    for merged in merge_all(request, rendered.problems):
        clusters.add(merged.app.cluster)
        app, problems = render_app(merged)
        file, name = merged.document.place.file, f"{merged.app.namespace}/{merged.app.name}"
        found = accepted(problems, merged.spec)
        told.add((problem for problem in found if merged.is_wanted or problem.is_error), name, file)
        if app is not None:
            members.append(app if with_policies else app._replace(policies=()))
    rendered.apps.extend(app for app in members if app.is_wanted)
    rendered.problems.extend(told)
    if merged is not None and request.whole is not None and merged.fleet.repositories:
        apps, problems = shared_repositories(merged.fleet, merged.root, members, clusters)
        rendered.apps.extend(apps)
        # who writes what is sure only where every policy could be understood
        is_sure = not any(problem.is_error for problem in rendered.problems)
        rendered.problems.extend(one for one in problems if one not in told.shared and (is_sure or one.is_error))
    for groups in _together(rendered.apps):
        for group in groups:
            rendered.problems.extend(collisions(group))
        rendered.problems.extend(between_clusters(app for group in groups for app in group))
    rendered.problems = in_order(rendered.problems)
    return rendered


def render_app(merged: Merged) -> tuple[RenderedApp | None, list[Problem]]:
    """One policy on its own: its objects never depend on another policy."""
    plan, objects, problems = made(merged)
    if plan is None or any(problem.is_error for problem in problems):
        return None, problems
    app = RenderedApp(
        app=merged.app,
        source=merged.source,
        folder=merged.folder,
        root=merged.root.path,
        notes=plan.notes,
        objects=tuple(objects),
        writers=writers(plan.policy),
        component=component(plan),
        shared=tuple(one for one in plan.backups if one.backup.repository.ref is not None),
        policies=(plan.policy,),
        is_wanted=merged.is_wanted,
        by_cluster=merged.fleet.by_cluster,
        output=merged.fleet.output,
    )
    return app, problems


def made(merged: Merged) -> tuple[Plan | None, list[Made], list[Problem]]:
    """The plan of one policy, its objects, and its problems; no objects where one of them is an error."""
    plan, problems = planned(merged)
    if plan is None:
        return None, [], problems
    problems += [*findings(plan), *argocd_problems(plan.policy, merged.layers)]
    files = attachments(plan.policy, merged.root, problems)
    if any(problem.is_error for problem in problems):
        return plan, [], problems
    objects, found = manifests(plan, files)
    return plan, objects, [*problems, *found]


def planned(merged: Merged) -> tuple[Plan | None, list[Problem]]:
    """From the merged spec to a plan."""
    problems = list(substitution_problems(merged.spec, merged.fleet.substitution))
    opened = documents(merged.root, problems)
    policy, found = build(merged.app, merged.spec, key_of("layer.json"), merged.fleet.repositories, opened)
    problems += found
    if policy is None:
        return None, problems
    problems += substituted(policy.backups, merged.fleet.substitution)
    plan, found = make(policy)
    limits = merged.fleet.limits
    kept_in = [*host_problems(policy.backups, limits), *server_problems(policy.backups, limits)]
    return plan, [*problems, *found, *kept_in]


def _together(apps: Sequence[RenderedApp]) -> Iterable[list[list[RenderedApp]]]:
    """The apps of each root, by cluster; those below no root belong together."""
    roots: dict[Path | None, dict[str | None, list[RenderedApp]]] = {}
    for root, of_root in groupby(apps, key=lambda app: app.root):
        clusters = roots.setdefault(root if is_root(root) else None, {})
        for app in of_root:
            clusters.setdefault(app.app.cluster, []).append(app)
    return [[*clusters.values()] for clusters in roots.values()]
