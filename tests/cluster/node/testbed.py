"""A cluster with what backups need beside it: the mover's image, a rest-server and a git repository."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.node import images
from tests.cluster.node.cluster import Cluster, cluster
from tests.cluster.node.places import Place
from tests.cluster.node.programs import NodePrograms
from tests.mover import rootfs
from tests.mover.servers import Server, listening, rest_server
from tests.tools import require

IMAGES = ("backplan.dev/busybox:1", "docker.io/restic/restic:0.18.0")
"""The first is for pods that only have to be there; the second is what the mover runs in where a policy names none."""
REST_PORT, GIT_PORT = 8000, 9418


@dataclass(frozen=True, slots=True)
class Testbed:
    """A cluster, and what pods reach at the machine's address on its network."""

    __test__ = False  # pytest would take it for tests

    cluster: Cluster
    rest: Server
    git: str
    """In front of a repository's name."""


@contextlib.contextmanager
def testbed(programs: NodePrograms, place: Place) -> Iterator[Testbed]:
    """All of it, for as long as the block lasts."""
    with cluster(programs, place, _images(place.folder)) as made:
        (place.folder / "repositories").mkdir()
        with (
            rest_server(place.folder / "repositories", port=REST_PORT, address=place.machine) as rest,
            git_server(place.folder / "git", place.machine) as git,
        ):
            yield Testbed(made, rest, git)


def _images(folder: Path) -> list[Path]:
    root = rootfs.build(folder / "image", "ash", require("restic"))
    return [images.archive(root, name, folder / f"image-{number}.tar") for number, name in enumerate(IMAGES)]


@contextlib.contextmanager
def git_server(folder: Path, address: str) -> Iterator[str]:
    """Bare repositories below a folder, which everybody may push to; one is there, `apps.git`."""
    subprocess.run([require("git"), "init", "--quiet", "--bare", str(folder / "apps.git")], check=True)
    # `git daemon` would start another process
    programs = subprocess.check_output(["git", "--exec-path"], text=True).strip()
    command = [f"{programs}/git-daemon", f"--base-path={folder}", "--export-all", "--enable=receive-pack"]
    command += ["--reuseaddr", f"--listen={address}", f"--port={GIT_PORT}", str(folder)]
    with listening(command, (address, GIT_PORT), folder / "daemon.log"):
        yield f"git://{address}/"
