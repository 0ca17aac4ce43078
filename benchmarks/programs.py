"""Which programs are measured: Backplan as it is installed, and kustomize, alone or inside kubectl."""

import os
import shutil
import sys
from collections import Counter
from pathlib import Path


def backplan() -> list[str]:
    """The command beside this Python, else the package."""
    installed = Path(sys.executable).with_name("backplan")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "renderer"]


def kustomize() -> list[str] | None:
    """`kustomize build` where it is on PATH or was put into Backplan's cache, else `kubectl kustomize`."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "backplan", "bin")
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(cache)])
    for program, verb in (("kustomize", "build"), ("kubectl", "kustomize")):
        if found := shutil.which(program, path=path):
            return [found, verb]
    return None


def kubectl() -> list[str] | None:
    """`kubectl kustomize`: what a person at a terminal or in a hook has."""
    found = shutil.which("kubectl")
    return [found, "kustomize"] if found else None


def kinds(stream: str) -> Counter[str]:
    """How many objects of each kind a stream holds."""
    return Counter(line.removeprefix("kind: ") for line in stream.splitlines() if line.startswith("kind: "))
