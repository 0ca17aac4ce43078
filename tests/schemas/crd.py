"""CustomResourceDefinitions as an API server with strict field validation applies them.

Plain CRD schemas let unknown fields through, and a server without strict validation drops them without a
word; here they are errors. Not checked: CEL rules and the uniqueness of list keys.
"""

from functools import cache
from typing import Any

import jsonschema_rs
import yaml

from tests.schemas import ours
from tests.tools import crds

Schema = dict[str, Any]

BUILT_IN = frozenset({"", "apps", "batch", "networking.k8s.io", "rbac.authorization.k8s.io", "kustomize.config.k8s.io"})
"""API groups whose kinds have no CRD."""

KEPT = frozenset(
    {"required", "minProperties", "maxProperties", "minItems", "maxItems", "uniqueItems", "pattern", "enum"}
    | {"minLength", "maxLength", "minimum", "maximum", "oneOf", "anyOf", "allOf", "not"}
)
"""Keywords that mean the same in a structural schema and in JSON Schema."""

RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
STRING_MAP = {"type": "object", "additionalProperties": {"type": "string"}}
METADATA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "generateName": {"type": "string"},
        "namespace": {"type": "string"},
        "labels": STRING_MAP,
        "annotations": STRING_MAP,
        "finalizers": {"type": "array", "items": {"type": "string"}},
    },
}


def errors_in(manifest: dict[str, Any], volsync: str = "0.16") -> list[str]:
    """What our own schema and then the CRD refuse in a manifest; skips the test where CRDs are not at hand.

    The CRDs at hand are those of VolSync 0.16. For a later `volsync`, fields that came with it (`x-since`)
    are taken out before the CRD is asked.
    """
    kind, version = str(manifest.get("kind")), str(manifest.get("apiVersion"))
    found = _errors("our schema", manifest, ours.validator(kind)) if kind in ours.kinds() else []
    if found or group_of(version) in BUILT_IN:
        return found if kind in ours.kinds() else [f"{kind}: there is no schema for this kind"]
    if kind in ours.kinds():
        manifest = without_newer(manifest, ours.of_kind(kind), volsync)
    return _errors("CRD", manifest, validator(kind, version))


def _errors(schema: str, manifest: dict[str, Any], validator: jsonschema_rs.Validator) -> list[str]:
    name = f"{manifest.get('kind')}/{(manifest.get('metadata') or {}).get('name')}"
    return [
        f"{name}: {'.'.join(map(str, error.instance_path))}: {error.message} ({schema})"
        for error in validator.iter_errors(manifest)
    ]


def group_of(api_version: str) -> str:
    return api_version.rpartition("/")[0]


@cache
def validator(kind: str, api_version: str = "volsync.backube/v1alpha1") -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator(closed_schema(kind, api_version), validate_formats=True)


@cache
def closed_schema(kind: str, api_version: str = "volsync.backube/v1alpha1") -> Schema:
    """The schema of one version of a kind, with every object closed and ordinary metadata."""
    schema = closed(raw_schema(kind, api_version))
    schema["properties"] |= {
        "apiVersion": {"type": "string", "const": api_version},
        "kind": {"type": "string", "const": kind},
        "metadata": METADATA,
    }
    schema["required"] = sorted({*schema.get("required", ()), "apiVersion", "kind", "metadata"})
    return schema


@cache
def raw_schema(kind: str, api_version: str = "volsync.backube/v1alpha1") -> Schema:
    """The openAPIV3Schema as the CRD's file has it."""
    group, _, wanted = api_version.rpartition("/")
    for path in sorted(crds().glob(f"{group}_{kind.lower()}*.yaml")):
        spec = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["spec"]
        for version in spec["versions"]:
            if (spec["names"]["kind"], version["name"]) == (kind, wanted):
                return dict(version["schema"]["openAPIV3Schema"])
    raise LookupError(f"no CRD of kind {kind} in {api_version} at {crds()}")


def closed(schema: Schema) -> Schema:
    """A structural schema of Kubernetes as JSON Schema that refuses unknown fields."""
    result = {keyword: value for keyword, value in schema.items() if keyword in KEPT}
    if types := types_of(schema):
        result["type"] = types
    if schema.get("type") == "object":
        result |= _object(schema)
    if "items" in schema:
        result["items"] = closed(schema["items"])
    return result | _format(schema)


def types_of(schema: Schema) -> list[str]:
    """JSON types that a structural schema allows; none where it allows all."""
    if schema.get("x-kubernetes-int-or-string"):
        types = ["integer", "string"]
    else:
        types = [schema["type"]] if "type" in schema else []
    return [*types, "null"] if types and schema.get("nullable") else types


def _object(schema: Schema) -> Schema:
    extra = schema.get("additionalProperties", bool(schema.get("x-kubernetes-preserve-unknown-fields")))
    return {
        "properties": {name: closed(child) for name, child in schema.get("properties", {}).items()},
        "additionalProperties": closed(extra) if isinstance(extra, dict) else extra,
    }


def _format(schema: Schema) -> Schema:
    """Formats that the API server or Go's decoder insists on."""
    name = schema.get("format")
    if name in RANGES:
        low, high = RANGES[name]
        return {
            "minimum": max(low, schema.get("minimum", low)),
            "maximum": min(high, schema.get("maximum", high)),
        }
    return {"format": name} if name == "date-time" else {}


def without_newer(value: Any, node: ours.Node, volsync: str) -> Any:
    """A copy without the fields that a VolSync after 0.16, up to `volsync`, brings."""
    if not isinstance(value, dict):
        return value
    known = node.resolved().properties()
    return {
        key: without_newer(item, known[key], volsync) if key in known else item
        for key, item in value.items()
        if key not in known or not _newer(known[key].schema.get("x-since"), volsync)
    }


def _newer(since: str | None, volsync: str) -> bool:
    return since is not None and _parts(since) <= _parts(volsync)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
