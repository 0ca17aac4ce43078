"""A real API server accepts what the person on call prints, and admits its pods under "restricted"."""

import json
import subprocess

import pytest
import yaml

from tests import checkout
from tests.cluster.api import STRICT_DRY_RUN
from tests.cluster.pod_templates import pods
from tests.cluster.readback import differences, unexplained
from tests.cluster.surroundings import furnish
from tests.golden.examples import FOLDER
from tests.tools import require

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("api")]

CALLS = [
    ("no-operator", "restore vaultwarden"),
    ("no-operator", "restore vaultwarden --as-of 2026-03-01T00:00:00Z --to elsewhere --overwrite --delete"),
    ("no-operator", "run vaultwarden -- snapshots"),
    ("no-operator", "run vaultwarden -- stats --mode raw-data"),
    ("no-operator", "run vaultwarden -- ls -l /attachments"),
    ("no-operator", "run vaultwarden -- check --read-data-subset 1/20"),
    ("no-operator", "run vaultwarden -- unlock"),
    ("no-operator", "run vaultwarden -- backup"),
    ("no-operator-everything", "restore everything --volume data"),
    ("no-operator-everything", "run everything --volume data -- backup"),
    ("custom-ca", "run vaultwarden -- ls -l"),
    ("adopted-volsync", "restore sonarr --previous 1 --overwrite"),
    ("adopted-volsync", "run sonarr -- check --read-data"),
    ("adopted-volsync", "run sonarr -- snapshots"),
]


@pytest.fixture(params=CALLS, ids=" ".join)
def printed(request):
    """What a command prints in the folder of an example."""
    case, words = request.param
    done = checkout.backplan(FOLDER / case, *words.split())
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_server_accepts_and_keeps_every_leaf(printed, applied, bare_api):
    manifest = yaml.load(printed, yaml.CSafeLoader)
    furnish(bare_api, [manifest])
    assert bare_api.apply(manifest, STRICT_DRY_RUN).complaints == []
    (answer,) = applied([manifest])
    assert answer.complaints == []
    assert unexplained(differences(manifest, bare_api.read(manifest).body)) == []
    for pod in pods(manifest):
        assert bare_api.create(pod, STRICT_DRY_RUN).complaints == []


def test_kubectl_applies_it_as_the_talk_says(server, bare_api, tmp_path):
    """By the client, which writes all of it into one more annotation: 256 KiB are for all of them together."""
    printed = checkout.backplan(FOLDER / "no-operator", "restore", "vaultwarden")
    assert printed.returncode == 0, printed.stderr
    manifest = yaml.load(printed.stdout, yaml.CSafeLoader)
    furnish(bare_api, [manifest])
    (tmp_path / "kubeconfig").write_text(json.dumps(server.endpoint.kubeconfig()))
    env = {"KUBECONFIG": str(tmp_path / "kubeconfig"), "HOME": str(tmp_path)}
    command, found = [require("kubectl"), "apply", "-f", "-"], set()
    try:
        for _ in range(2):
            done = subprocess.run(command, input=printed.stdout, env=env, capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, "")
            found.add(bare_api.read(manifest).body["metadata"]["uid"])
    finally:
        bare_api.delete(manifest)
    assert len(found) == 1
