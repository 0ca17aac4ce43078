"""Where the data files lie: beside the packages in a checkout, inside `renderer` in an installed wheel."""

import json
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent
_DATA = _PACKAGE / "data"
_BASE = _DATA if _DATA.is_dir() else _PACKAGE.parent

SCHEMAS = _BASE / "schemas"
OVERLAYS = _BASE / "overlays"
MANIFESTS = _PACKAGE / "manifests"
_MOVERS = _PACKAGE / "movers"
_READ = re.compile(r"^\. /mover/([a-z]+\.sh)$", re.MULTILINE)
"""How one script reads another."""


@cache
def schema_file(name: str) -> Any:
    """A file of `schemas/`, parsed; `name` is its path there, such as `objects/ConfigMap.json`."""
    return json.loads((SCHEMAS / name).read_text("utf-8"))


@cache
def schema_beside(name: str, reference: str) -> str:
    """The schema file that another refers to: `../kubernetes.json` in `objects/Job.json` is `kubernetes.json`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), reference))


@cache
def shipped_overlays() -> dict[str, Path]:
    """The overlays that come with Backplan, by name."""
    return {path.stem: path for path in sorted(OVERLAYS.glob("*.yaml"))}


@cache
def mover_scripts() -> dict[str, str]:
    """The mover's shell scripts, by file name."""
    return {path.name: path.read_text("utf-8") for path in sorted(_MOVERS.glob("*.sh"))}


def scripts_of(operation: str) -> dict[str, str]:
    """Those of them that one operation needs."""
    found: dict[str, str] = {}
    waiting = ["mover.sh", f"{operation}.sh"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = mover_scripts()[name]
            waiting += _READ.findall(found[name])
    return dict(sorted(found.items()))
