"""Programs of the cluster, or the repository's server, that are gone for a while in the middle of a backup."""

import contextlib
from dataclasses import replace

import pytest

from tests.cluster.control_plane import wait_until_ready
from tests.cluster.node.containers import SLOWLY, held
from tests.cluster.node.paperless import deploy, told
from tests.mover.servers import free_port, rest_server

pytestmark = pytest.mark.cluster

TRIES = 4
"""How many of restic's requests find no server before it is back."""


@pytest.mark.parametrize("program", ["kubelet", "kube-apiserver", "kube-controller-manager"])
def test_backup_goes_on_without_a_program_of_the_cluster_and_is_told_of_when_that_is_back(namespace, program):
    deploy(namespace, SLOWLY)
    repository = namespace.repository(namespace.name)
    namespace.start("paperless-backup", "first")
    with held(namespace, "first") as pod:
        namespace.bed.cluster.kill(program)
    try:
        namespace.wait_for("snapshot", lambda: repository.snapshots() != [])
    finally:
        restart(namespace.bed.cluster, program)
    assert_recovered(namespace, pod)


def restart(cluster, program):
    cluster.start(program)
    wait_until_ready(cluster.where.endpoint, list(cluster.running.values()))


def test_backup_waits_for_a_repository_server_that_comes_back(namespace, tmp_path):
    address = namespace.bed.cluster.place.machine
    folder, port = tmp_path / "repositories", free_port(address)
    folder.mkdir()
    with contextlib.ExitStack() as up:
        server = up.enter_context(rest_server(folder, port=port, address=address))
        namespace.bed = replace(namespace.bed, rest=server)
        deploy(namespace, SLOWLY)
        namespace.start("paperless-backup", "first")
        with held(namespace, "first") as pod:
            up.close()
    namespace.wait_for("further tries", lambda: tries(namespace, "first") >= TRIES)
    with rest_server(folder, port=port, address=address):
        assert_recovered(namespace, pod)


def tries(namespace, job):
    """How often restic said that it is going to try again."""
    return namespace.kubectl("logs", f"job/{job}").stdout.count("retrying after")


def assert_recovered(namespace, pod):
    """The Job ends well with its first pod, and so does the next one; nothing is left or lost."""
    first = namespace.finished("first")
    assert told(first) == ("Complete", "ok")
    assert [one["metadata"]["name"] for one in first.pods] == [pod["metadata"]["name"]]
    assert told(namespace.run("paperless-backup", "second")) == ("Complete", "unchanged")
    repository = namespace.repository(namespace.name)
    assert [snapshot["id"] for snapshot in repository.snapshots()] == [first.result["snapshot"]]
    assert repository.locks() == []
    assert repository.is_sound()
