"""What the External Secrets Operator makes of a rendered ExternalSecret, for a store that is a dictionary.

In the order of its controller: `dataFrom`, over it `data`, then the template, which Go itself fills in. A store has
entries by their keys, each with its fields. `find`, generators and `templateFrom` are not here.
"""

import base64
import json
import re
import subprocess
from typing import Any

from tests.oracles import build

Raw = dict[str, Any]
Store = dict[str, dict[str, str]]


class RefusedError(Exception):
    """A template that Go does not understand, or that reads what is not there."""


def secret_data(spec: Raw, store: Store) -> dict[str, str]:
    """The Secret's data, decoded."""
    fetched = _fetched(spec, store)
    template = spec["target"].get("template", {})
    if not template.get("data"):
        return fetched
    given = filled(template["data"], fetched)
    return {**fetched, **given} if template["mergePolicy"] == "Merge" else given


def filled(templates: dict[str, str], data: dict[str, str]) -> dict[str, str]:
    """Templates by key, run over values by key."""
    question = json.dumps({"data": data, "templates": templates})
    done = subprocess.run([build("secret_template")], input=question, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RefusedError(done.stderr)
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def _fetched(spec: Raw, store: Store) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in spec.get("dataFrom", []):
        entry = dict(store[item["extract"]["key"]])
        for rewrite in item.get("rewrite", []):
            entry = {_renamed(rewrite["regexp"], key): value for key, value in entry.items()}
        found |= {key: _decoded(item["extract"], value) for key, value in entry.items()}
    for item in spec.get("data", []):
        remote = item["remoteRef"]
        entry = store[remote["key"]]
        value = entry[remote["property"]] if "property" in remote else json.dumps(entry)
        found[item["secretKey"]] = _decoded(remote, value)
    return found


def _renamed(rule: dict[str, str], key: str) -> str:
    """Go's `$1` is Python's `\\1`."""
    return re.sub(rule["source"], re.sub(r"\$(\d)", r"\\\1", rule["target"]), key)


def _decoded(remote: Raw, value: str) -> str:
    return base64.b64decode(value).decode() if remote["decodingStrategy"] == "Base64" else value
