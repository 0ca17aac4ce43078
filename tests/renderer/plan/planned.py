"""Policies of engine cronjob as plans, without files."""

from renderer.plan import Plan, PlannedRepository, make
from renderer.policy import App, build
from renderer.problem import Problem
from renderer.schema import key_of
from renderer.source import read

APP = App("media", "jellyfin", None)
SCHEMA = key_of("layer.json")
SPEC = {
    "volumes": "[{name: data, claim: data}]",
    "schedule": '"@daily"',
    "retain": "{daily: 7}",
    "repository": "{url: 's3:https://s3.example.com/{namespace}/{app}', secret: {name: restic}}",
}


def plan(app: App = APP, **keys: str | None) -> tuple[Plan, list[Problem]]:
    """The plan of a policy: `SPEC` with these keys, each as YAML; a None leaves one out."""
    spec = {name: value for name, value in {**SPEC, **keys}.items() if value is not None}
    text = "\n".join(f"{name}: {value}" for name, value in spec.items())
    policy, problems = build(app, read(text.encode(), f"{app.name}.yaml").documents[0], SCHEMA)
    assert problems == []
    assert policy is not None
    return make(policy)


def planned(app: App = APP, **keys: str | None) -> Plan:
    """The same of a policy with which nothing is wrong."""
    found, problems = plan(app, **keys)
    assert [problem for problem in problems if problem.is_error] == []
    return found


def repository(app: App = APP, **keys: str | None) -> PlannedRepository:
    """Its only repository."""
    (found,) = planned(app, **keys).repositories
    return found
