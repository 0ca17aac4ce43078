"""The examples as the tests see them: which there are, what they render to, and what lies in `expected/`."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from renderer.output import Pattern, laid_out
from renderer.pipeline import render
from renderer.rendered import Rendered
from renderer.request import Request
from renderer.root import FLEET_FILE, policies_below
from tests.tools import ROOT

FOLDER = ROOT / "examples"
CASES = sorted({path.relative_to(FOLDER).parts[0] for path in policies_below(FOLDER)})
RENEW = "read the difference, and if it is meant: ./dev render examples/{case} --out examples/{case}/expected"


def policies(folder: Path) -> list[Path]:
    """Every policy below a folder, as the command finds them."""
    return list(policies_below(folder))


def rendered(files: Sequence[Path], cwd: Path, whole: Path | None = None) -> Rendered:
    """What the policies render to; an error or a warning is an end. `whole` is the fleet that they all are."""
    result = render(Request(files, cwd, whole=whole), with_policies=True)
    assert [problem for problem in result.problems if problem.severity != "note"] == []
    return result


def whole_example(folder: Path, cwd: Path) -> Rendered:
    """What a whole example renders to."""
    return rendered(policies(folder), cwd, folder if (folder / FLEET_FILE).exists() else None)


def texts(found: Rendered) -> dict[str, str]:
    """Rendered files by their path below `--out`."""
    laid = laid_out(found.apps, Pattern.of("out"))
    return {path.relative_to("out").as_posix(): file.text for path, file in laid.items()}


def expected(case: str) -> dict[str, str]:
    """What lies in an example's `expected/`."""
    folder = FOLDER / case / "expected"
    paths = [path for path in folder.rglob("*") if not path.is_dir()]
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in paths}


def documents(text: str) -> list[dict[str, Any]]:
    """The YAML documents of a text."""
    return list(yaml.load_all(text, yaml.CSafeLoader))


def objects(case: str) -> list[dict[str, Any]]:
    """The Kubernetes objects of an example, without the kustomizations and the patches of other objects."""
    texts = [text for path, text in expected(case).items() if not is_of_component(path)]
    found = [document for text in texts for document in documents(text)]
    return [document for document in found if document["kind"] != "Kustomization"]


def decrypted(manifest: dict[str, Any]) -> dict[str, Any]:
    """What the API server keeps of what sops encrypted: without what sops added, with other values, all in `data`."""
    if "sops" not in manifest:
        return manifest
    values = dict.fromkeys([*manifest.get("data", {}), *manifest.get("stringData", {})], "c2VjcmV0")
    left = {key: value for key, value in manifest.items() if key not in ("sops", "data", "stringData")}
    return {**left, **({"data": values} if values else {})}


def is_of_fleet(path: str) -> bool:
    """Whether a rendered file belongs to no app, and so comes with the whole fleet alone."""
    return "_fleet" in path.split("/")


def is_of_component(path: str) -> bool:
    """Whether a rendered file patches an app's own object."""
    return path.split("/")[-2:-1] == ["bootstrap"]


def volsync_version(case: str) -> str:
    """The version of VolSync that an example says it is for."""
    said = re.search(r'volsyncVersion: "([0-9.]+)"', "".join(path.read_text() for path in policies(FOLDER / case)))
    return said[1] if said else "0.16"
