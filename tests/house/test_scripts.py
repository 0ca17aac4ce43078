"""Shell scripts are clean, and what a person runs can be run."""

import os
import subprocess

import pytest

from tests.house.tree import load_dev
from tests.tools import KUBERNETES, RESTICS, ROOT, SEALING, require

SCRIPTS = list(load_dev(ROOT / "dev").shell_scripts(ROOT))
INSTALLERS = ("scripts/install-debian", "scripts/build-kubernetes", "scripts/build-restic", "scripts/build-sealing")


def test_shell_scripts_are_found_by_their_first_line():
    assert {".ci/run", "scripts/install-debian"} <= set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_shell_script_is_clean(script):
    done = subprocess.run([require("shellcheck"), script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("program", ["dev", ".ci/run", *INSTALLERS])
def test_program_is_executable(program):
    assert os.access(ROOT / program, os.X_OK)


@pytest.mark.parametrize("script", INSTALLERS)
def test_script_explains_itself(script):
    command = [ROOT / script]
    asked = subprocess.run([*command, "--help"], capture_output=True, text=True)
    wrong = subprocess.run([*command, "--yes"], capture_output=True, text=True)
    assert (asked.returncode, asked.stderr, wrong.returncode, wrong.stdout) == (0, "", 2, "")
    assert asked.stdout == wrong.stderr
    assert asked.stdout.startswith(f"usage: {script}\n")


def test_installation_does_nothing_where_all_is_there(tmp_path):
    """Neither apt-get nor a network is touched: the programs on this PATH would fail."""
    fake(tmp_path / "go", "echo go version go1.26.0 linux/amd64")
    fake(tmp_path / "restic", "echo restic 0.18.0 compiled with go1.24.4 on linux/amd64")
    for name in (
        "git",
        "python3",
        "kubectl",
        "kustomize",
        "busybox",
        "openssl",
        "restic-rest-server",
        "versitygw",
        "mkfs.ext4",
        "ip",
        "nft",
        "containerd",
        "runc",
        "bridge",
        "age",
        "age-keygen",
        *KUBERNETES,
        *RESTICS,
        *SEALING,
    ):
        fake(tmp_path / name, "exit 0")
    for name in ("apt-get", "sudo", "env"):
        fake(tmp_path / name, "echo must not run >&2; exit 1")
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    env |= dict.fromkeys(("KUBEBUILDER_ASSETS", "CNI_PATH"), str(tmp_path))
    done = subprocess.run(["sh", ROOT / "scripts" / "install-debian"], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def build(tmp_path):
    """Run a copy of `build-kubernetes` with a `go` that writes its arguments down and makes an empty program."""
    (tmp_path / "scripts" / "kubernetes").mkdir(parents=True)
    for name in ("build-kubernetes", "kubernetes/go.mod", "kubernetes/go.sum"):
        (tmp_path / "scripts" / name).write_bytes((ROOT / "scripts" / name).read_bytes())
    (tmp_path / "bin").mkdir()
    fake(tmp_path / "bin" / "go", GO)

    def run(**variables):
        env = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path), **variables}
        script = tmp_path / "scripts" / "build-kubernetes"
        return subprocess.run(["sh", script], env=env, capture_output=True, text=True)

    return run


GO = """case $1 in
list) echo v1.34.4 ;;
build) echo "$@"; [ ! -e "$HOME/broken" ] || exit 3; while [ "$1" != -o ]; do shift; done; : >"$2"; chmod +x "$2" ;;
esac"""


PACKAGES = ["v3", *KUBERNETES[1:]]
"""In the order of the build; the first is etcd's."""


def built(done):
    """Packages that were built."""
    return [line.rpartition(" ")[2].rpartition("/")[2] for line in done.stdout.splitlines()]


def test_kubernetes_is_built_once_for_each_state_of_its_modules(build, tmp_path):
    first = build()
    assert (first.returncode, built(first)) == (0, PACKAGES)
    assert "version.gitVersion=v1.34.4 -X k8s.io/component-base/version.gitMajor=1 -X" in first.stdout
    assert "version.gitMinor=34 -o" in first.stdout
    assert (tmp_path / ".cache" / "backplan" / "bin" / "etcd").is_file()
    again = build()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    with (tmp_path / "scripts" / "kubernetes" / "go.sum").open("a") as file:
        file.write("one more\n")
    assert built(build()) == PACKAGES


def test_program_that_the_assets_have_is_not_built(build, tmp_path):
    fake(tmp_path / "etcd", "exit 0")
    assert built(build(KUBEBUILDER_ASSETS=str(tmp_path))) == PACKAGES[1:]


def test_failed_build_fails_and_leaves_no_program(build, tmp_path):
    (tmp_path / "broken").touch()
    done = build()
    assert (done.returncode, built(done)) == (3, ["v3"])
    folder = tmp_path / ".cache" / "backplan" / "bin"
    assert [path for path in folder.rglob("*") if path.name != ".built-from"] == []


@pytest.fixture
def build_in_module(tmp_path):
    """Run a script with a `go` that says where a module lies and makes an empty program of it."""
    (tmp_path / "bin").mkdir()
    fake(
        tmp_path / "bin" / "go",
        f"""[ "$1" != mod ] || {{ printf '\\t"Dir": "/modules/%s",\\n' "$4" && exit; }}\n{GO}""",
    )

    def run(script):
        env = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
        return subprocess.run([ROOT / "scripts" / script], env=env, capture_output=True, text=True)

    return run


def test_each_restic_is_built_once_from_its_own_module(build_in_module, tmp_path):
    fake(tmp_path / "bin" / RESTICS[0], "exit 0")
    first = build_in_module("build-restic")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("build -C /modules/github.com/restic/restic@v0.19.1 ")
    programs = [path.name for path in (tmp_path / ".cache" / "backplan" / "bin").iterdir()]
    assert programs == [RESTICS[1]]
    again = build_in_module("build-restic")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_restic_that_cannot_be_built_leaves_no_program(build_in_module, tmp_path):
    (tmp_path / "broken").touch()
    assert build_in_module("build-restic").returncode == 3
    assert list((tmp_path / ".cache" / "backplan" / "bin").iterdir()) == []


def test_each_program_that_seals_is_built_once_from_its_own_module(build_in_module, tmp_path):
    fake(tmp_path / "bin" / "kubeseal", "exit 0")
    first = build_in_module("build-sealing")
    assert first.returncode == 0, first.stderr
    controller, sops = first.stdout.splitlines()
    assert controller.startswith("build -C /modules/github.com/bitnami-labs/sealed-secrets@v0.27.1 ")
    assert controller.endswith("/sealed-secrets-controller ./cmd/controller")
    assert sops.startswith("build -C /modules/github.com/getsops/sops/v3@v3.13.3 ")
    programs = {path.name for path in (tmp_path / ".cache" / "backplan" / "bin").iterdir()}
    assert programs == set(SEALING) - {"kubeseal"}
    again = build_in_module("build-sealing")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def fake(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
