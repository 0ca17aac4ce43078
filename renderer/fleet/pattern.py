"""What a pattern of rendered files may say, on the command line (`--out`) and in the fleet file (`output`)."""

import posixpath
import re

from renderer.fleet.model import Fleet, Output
from renderer.problem import Problem

KUSTOMIZATION = "kustomization.yaml"
_KNOWN = ("dir", "cluster", "namespace", "app", "kind", "role")
_UPWARDS = re.compile(r"^(?:\.\.?/)*")
ANY = re.compile(r"\{([^{}]*)\}")


def pattern_mistake(text: str) -> str | None:
    """What is wrong with a pattern, as the end of a sentence about it."""
    unknown = [name for name in ANY.findall(text) if name not in _KNOWN]
    if unknown:
        known = " ".join(f"{{{name}}}" for name in _KNOWN)
        return f"has an unknown placeholder '{{{unknown[0][:40]}}}'; known are {known}"
    if "{dir}" in text.removeprefix("{dir}") or re.match(r"\{dir\}[^/]", text):
        return "has '{dir}' where it is no folder of its own; it is a whole path and stands at the start"
    if text.rpartition("/")[2] == KUSTOMIZATION:
        return f"calls the files with objects '{KUSTOMIZATION}', which lists them; use another name"
    return None


def output_problem(fleet: Fleet) -> Problem | None:
    """What is wrong with `output` of a fleet."""
    output = fleet.output
    if output is None:
        return None
    if mistake := pattern_mistake(output.text) or _place_mistake(output):
        return Problem(output.place, f"'output' {mistake}", "fleet")
    if "{cluster}" in output.text and fleet.outside.name is None and not fleet.by_cluster:
        message = "'{cluster}' in 'output' has no value; set spec.cluster or write the name out"
        return Problem(output.place, message, "placeholder")
    return None


def _place_mistake(output: Output) -> str | None:
    if output.text.startswith("/"):
        return "is an absolute path; write one that counts from the folder of this file"
    if _leaves(output):
        folder = "'{dir}', which may be the root" if output.text.startswith("{dir}") else "the root"
        return f"leads out of {folder}; write a folder inside it"
    if "/../" in f"{_UPWARDS.sub('', output.text)}/":
        return "leads up again with '..'; write the path without it"
    return None


def _leaves(output: Output) -> bool:
    """Any policy may lie in the root itself, so nothing may lie above `{dir}`."""
    start = "" if output.text.startswith("{dir}") else output.folder.relative_to(output.root).as_posix()
    path = posixpath.normpath(posixpath.join(start, output.text.removeprefix("{dir}").lstrip("/")))
    return path == ".." or path.startswith("../")
