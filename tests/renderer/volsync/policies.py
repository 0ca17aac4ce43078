"""Small policies of engine volsync."""

from tests.renderer import policies

SPEC = {
    "engine": "volsync",
    "claim": "web-data",
    "copyMethod": "Snapshot",
    "schedule": "15 3 * * *",
    "retain": "{daily: 7}",
    "repository": "{secret: {name: 'web-{volume}-{target}'}}",
}
"""What a policy under test says where its test says nothing, as YAML."""


def policy(**keys: str | None) -> str:
    """The text of a policy: `SPEC` with these keys, each as YAML; a None leaves one out."""
    return policies.policy(SPEC, **keys)
