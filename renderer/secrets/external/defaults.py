"""An ExternalSecret's spec with the defaults of its CRD written out, as far as every version of it agrees.

What the API server adds on its own, Argo CD's comparison on the client takes for drift (external-secrets issues 5895
and 6398). `nullBytePolicy` and the keys of `rewrite` are left to the server: older CRDs refuse them.
"""

from collections.abc import Mapping
from typing import Any

from renderer.policy.read import Plain

_REMOTE = {"conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}
_FIND = {"conversionStrategy": "Default", "decodingStrategy": "None"}
_GENERATOR = {"apiVersion": "generators.external-secrets.io/v1alpha1"}
_STORE = {"kind": "SecretStore"}
_TARGET = {"creationPolicy": "Owner", "deletionPolicy": "Retain"}
_ORDER = ("secretStoreRef", "refreshPolicy", "refreshInterval", "syncWindows", "target", "data", "dataFrom")


def written_out(spec: Plain) -> Plain:
    """A spec in a fixed order, with defaults where the user says nothing; `spec` is not changed."""
    found = {
        **spec,
        "refreshInterval": spec.get("refreshInterval", "1h0m0s"),
        "target": _target(spec["target"]),
    }
    if "secretStoreRef" in spec:
        found["secretStoreRef"] = _with(spec["secretStoreRef"], _STORE)
    if "data" in spec:
        found["data"] = [_source({**item, "remoteRef": _with(item["remoteRef"], _REMOTE)}) for item in spec["data"]]
    if "dataFrom" in spec:
        found["dataFrom"] = [_many(item) for item in spec["dataFrom"]]
    return {key: found[key] for key in _ORDER if key in found}


def _with(said: Plain, defaults: Mapping[str, Any]) -> Plain:
    return {**said, **{key: value for key, value in defaults.items() if key not in said}}


def _target(target: Plain) -> Plain:
    found = _with(target, _TARGET)
    if "template" in target:
        found.pop("template")  # after the policies, which are short
        found["template"] = _template(target["template"])
    return found


def _template(template: Plain) -> Plain:
    """The engine first, as it decides how the rest is read."""
    head = {
        "engineVersion": template.get("engineVersion", "v2"),
        "mergePolicy": template.get("mergePolicy", "Replace"),
    }
    found = {**head, **template}
    if "templateFrom" in template:
        found["templateFrom"] = [_template_from(item) for item in template["templateFrom"]]
    return found


def _template_from(item: Plain) -> Plain:
    found = {**item, "target": item.get("target", "Data")}
    for kind in ("configMap", "secret"):
        if kind in item:
            entries = [_with(entry, {"templateAs": "Values"}) for entry in item[kind]["items"]]
            found[kind] = {**item[kind], "items": entries}
    return found


def _many(item: Plain) -> Plain:
    found = _source(item)
    for kind, defaults in (("extract", _REMOTE), ("find", _FIND)):
        if kind in item:
            found[kind] = _with(item[kind], defaults)
    return found


def _source(item: Plain) -> Plain:
    """An item of `data` or `dataFrom`, with its generator's API group where it has one."""
    generator = item.get("sourceRef", {}).get("generatorRef")
    if generator is None:
        return dict(item)
    return {**item, "sourceRef": {**item["sourceRef"], "generatorRef": _with(generator, _GENERATOR)}}
