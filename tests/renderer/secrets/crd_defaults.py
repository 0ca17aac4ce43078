"""What an API server adds to an object on its own: the defaults of its CRD, as structural schemas apply them."""

from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from tests.tools import crds


@cache
def schema(version: str) -> dict[str, Any]:
    """The schema of ExternalSecret; v1beta1 has the defaults that v1 had in its first releases."""
    text = (crds() / "external-secrets.io_externalsecrets.yaml").read_text("utf-8")
    versions = yaml.load(text, yaml.CSafeLoader)["spec"]["versions"]
    (found,) = (one["schema"]["openAPIV3Schema"] for one in versions if one["name"] == version)
    return dict(found)


def defaulted(value: Any, schema: dict[str, Any]) -> Any:
    """The value as the API server would store it."""
    if isinstance(value, dict):
        known = schema.get("properties", {})
        missing = {key: deepcopy(below["default"]) for key, below in known.items() if "default" in below}
        found = {**value, **{key: below for key, below in missing.items() if key not in value}}
        return {key: defaulted(below, known[key]) if key in known else below for key, below in found.items()}
    if isinstance(value, list):
        return [defaulted(item, schema["items"]) for item in value]
    return value
