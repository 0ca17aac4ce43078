"""Where the data files lie: beside the packages in a checkout, inside `renderer` in an installed wheel."""

import json
import posixpath
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
