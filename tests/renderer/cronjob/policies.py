"""Small policies of engine cronjob."""

from tests.renderer import policies

URL = "s3:https://s3.example.com/{namespace}/{app}"
SPEC = {
    "claim": "web-data",
    "schedule": "15 3 * * *",
    "retain": "{daily: 7}",
    "repository": f"{{url: '{URL}', secret: {{name: restic}}}}",
}
"""What a policy under test says where its test says nothing, as YAML. The engine is the default."""
TWO_VOLUMES = "[{name: data, claim: a}, {name: media, claim: b}]"
EVERY_JOB = {
    "manual": "now",
    "unlock": "now",
    "restores": "[{name: old, volume: data, to: {claim: web-old, create: {capacity: 9Gi}}}]",
    "drill": "{capacity: 9Gi, volume: data}",
}
"""Keys that ask for every kind of run besides those that each policy has."""


def policy(**keys: str | None) -> str:
    """The text of a policy: `SPEC` with these keys, each as YAML; a None leaves one out."""
    return policies.policy(SPEC, **keys)


def repository(more: str = "", url: str = URL) -> str:
    """The value of `repository` with more keys, in flow YAML."""
    return f"{{url: '{url}', secret: {{name: restic}}{', ' + more if more else ''}}}"
