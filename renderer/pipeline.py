"""The whole story of rendering: source → layers → schema → policy → plan → engine → forms → emit."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from renderer.accept import accepted
from renderer.attachments import attachments
from renderer.engines import findings, manifests
from renderer.plan import Plan, make, writers
from renderer.policy import build
from renderer.policy.substitution import substitution_problems
from renderer.problem import Problem, in_order
from renderer.rendered import Rendered, RenderedApp, collisions
from renderer.request import Merged, Request, merge_all
from renderer.root import is_root
from renderer.schema import key_of


def render(request: Request) -> Rendered:
    """Turn policies into manifests, or into the problems that prevent it."""
    rendered = Rendered()
    for merged in merge_all(request, rendered.problems):
        app, problems = render_app(merged)
        rendered.problems.extend(accepted(problems, merged.spec))
        if app is not None:
            rendered.apps.append(app)
    for group in _together(rendered.apps):
        rendered.problems.extend(collisions(group))
    rendered.problems = in_order(rendered.problems)
    return rendered


def render_app(merged: Merged) -> tuple[RenderedApp | None, list[Problem]]:
    """One policy on its own: its objects never depend on another policy."""
    plan, problems = planned(merged)
    if plan is None:
        return None, problems
    problems += findings(plan)
    files = attachments(plan.policy, merged.root, problems)
    if any(problem.is_error for problem in problems):
        return None, problems
    objects, found = manifests(plan, files)
    problems += found
    if any(problem.is_error for problem in problems):
        return None, problems
    app = RenderedApp(
        app=merged.app,
        source=merged.source,
        folder=merged.folder,
        root=merged.root.path,
        notes=plan.notes,
        objects=tuple(objects),
        writers=writers(plan.policy),
    )
    return app, problems


def planned(merged: Merged) -> tuple[Plan | None, list[Problem]]:
    """From the merged spec to a plan."""
    problems = list(substitution_problems(merged.spec, merged.fleet.substitution))
    policy, found = build(merged.app, merged.spec, key_of("layer.json"))
    problems += found
    if policy is None:
        return None, problems
    plan, found = make(policy)
    return plan, problems + found


def _together(apps: Sequence[RenderedApp]) -> Iterable[list[RenderedApp]]:
    """The apps of each root, which may be a cluster of its own; those below no root belong together."""
    groups: dict[Path | None, list[RenderedApp]] = {}
    for root, of_root in groupby(apps, key=lambda app: app.root):
        groups.setdefault(root if is_root(root) else None, []).extend(of_root)
    return groups.values()
