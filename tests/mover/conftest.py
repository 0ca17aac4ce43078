"""Images, a volume, a repository and a mover for every test of the mover."""

import os
import subprocess

import pytest

from tests.mover import rootfs, servers
from tests.mover.cluster import POLICY, Cluster, full
from tests.mover.movers import UID, Mover
from tests.mover.repository import Repository, quick
from tests.mover.versions import SHELLS
from tests.tools import missing, require


@pytest.fixture(scope="session")
def namespaces():
    """The right to make containers."""
    if os.geteuid() != 0:
        missing("only root can make containers: run the tests as root")
    done = subprocess.run([require("unshare"), "--mount", "--pid", "--fork", "true"], capture_output=True, text=True)
    if done.returncode != 0:
        missing(f"this machine makes no namespaces: {done.stderr.strip()}; give the container SYS_ADMIN")


@pytest.fixture(scope="session")
def images(tmp_path_factory, namespaces):
    """One image for each shell."""
    restic = require("restic")
    version = subprocess.check_output([restic, "version"], text=True).split()[1]
    if tuple(map(int, version.split(".")[:2])) < (0, 17):
        missing(f"restic {version} is too old: run scripts/install-debian")
    folder = tmp_path_factory.mktemp("images")
    return {shell: rootfs.build(folder / shell, shell, restic) for shell in rootfs.SHELLS}


@pytest.fixture(params=rootfs.SHELLS)
def image(request, images):
    """The image that a test runs in: each test with it runs under every shell."""
    return images[request.param]


@pytest.fixture(scope="session")
def versions(tmp_path_factory, namespaces):
    """One image for each restic that is supported."""
    folder = tmp_path_factory.mktemp("versions")
    return {name: rootfs.build(folder / name, shell, require(name)) for name, shell in SHELLS.items()}


@pytest.fixture(scope="session")
def new_repository(tmp_path_factory, images):
    """An empty repository, to be copied."""
    folder = tmp_path_factory.mktemp("repository")
    return quick(folder / "new", folder / "cache")


@pytest.fixture(scope="session")
def rest(tmp_path_factory):
    """A rest-server with all rights."""
    with servers.rest_server(served(tmp_path_factory, "rest")) as server:
        yield server


@pytest.fixture(scope="session")
def append_only(rest):
    """The same repositories, for those who may only add to them."""
    with servers.rest_server(rest.folder, append_only=True) as server:
        yield server


@pytest.fixture(scope="session")
def s3(tmp_path_factory):
    """An S3 without any bucket."""
    with servers.s3_server(served(tmp_path_factory, "s3")) as server:
        yield server


def served(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp(name) / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def absent(tmp_path):
    """A repository that nobody has made."""
    (tmp_path / "mnt").mkdir()
    os.chown(tmp_path / "mnt", UID, UID)
    return Repository(tmp_path / "mnt" / "repository", tmp_path / "restic-cache")


@pytest.fixture
def repository(absent, new_repository):
    """An empty repository."""
    absent.copy_of(new_repository)
    return absent


@pytest.fixture
def volume(tmp_path):
    """An app's volume with two files."""
    folder = tmp_path / "volume"
    (folder / "inside").mkdir(parents=True)
    (folder / "one").write_text("1\n")
    (folder / "inside" / "two").write_text("2\n")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, UID, UID)
    return folder


@pytest.fixture
def mover(maker, repository):
    """A mover on the volume and the repository."""
    return maker


@pytest.fixture
def maker(image, tmp_path, volume, absent):
    """A mover whose repository does not exist."""
    made = Mover(image, tmp_path, volume, absent)
    yield made
    for running in made.running:
        running.end()


@pytest.fixture
def restorer(image, tmp_path, repository):
    """A mover on an empty volume, which it shall fill."""
    folder = tmp_path / "restored"
    folder.mkdir()
    os.chown(folder, UID, UID)
    env = {"BACKPLAN_RESTORE": "check", "BACKPLAN_TOKEN": "first", "BACKPLAN_SILENCE": "1"}
    made = Mover(image, tmp_path / "restorer", folder, repository, env, writable=True)
    made.folder.mkdir()
    yield made
    for running in made.running:
        running.end()


@pytest.fixture
def deployed(images, tmp_path, new_repository):
    """Makes the cluster of a policy that has an app's data and an empty repository."""

    def deploy(*more, policy=POLICY, shell="ash"):
        cluster = Cluster(tmp_path, images[shell], "".join([policy, *more]))
        full(cluster.claim("paperless-data"))
        if policy is POLICY:
            cluster.repository.copy_of(new_repository)
        return cluster

    return deploy
