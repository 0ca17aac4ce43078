"""A controller beside the API server, and what becomes of a SealedSecret there."""

import base64

import pytest
import yaml

from tests import checkout
from tests.cluster.sealing import keys
from tests.cluster.sealing.apps import SIZES, VALUES, WORDS
from tests.cluster.sealing.controller import controller as controlling
from tests.cluster.sealing.controller import secret_of, within
from tests.cluster.surroundings import furnish

OPTIONS = ("--key-cutoff-time=Fri, 01 Jan 2100 00:00:00 +0000", "--old-gc-behavior")
"""It makes a key beside those that it finds; and deletes a Secret with its SealedSecret, as nobody else does here."""


@pytest.fixture(scope="package")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sealing")


@pytest.fixture(scope="package")
def certificates(api, folder):
    """By the bits of the key."""
    found = {}
    for bits in SIZES:
        (folder / str(bits)).mkdir()
        made = keys.pair(folder / str(bits), bits)
        keys.hand_over(api, made, f"own-{bits}")
        found[bits] = made.certificate
    return found


@pytest.fixture(scope="package")
def controller(api, server, folder, certificates):
    with controlling(api, server.endpoint, folder, OPTIONS) as running:
        yield running


@pytest.fixture
def rendered(tmp_path):
    """Render apps beside the file that kubeseal wrote; the program as a person runs it."""

    def render(sealed, *apps):
        (tmp_path / "restic.sealed.yaml").write_text(sealed)
        paths = [f"{app.namespace}-{app.name}.backup-policy.yaml" for app in apps]
        checkout.write(tmp_path, {path: app.policy() for path, app in zip(paths, apps, strict=True)})
        said = checkout.backplan(tmp_path, "render", "--stdout", *paths)
        for word in (*WORDS, *(base64.b64encode(value.encode()).decode() for value in VALUES.values())):
            assert word not in said.stdout + said.stderr
        return said

    return render


@pytest.fixture
def applied(api):
    """Let the server have manifests, as they are; they are gone after the test, and so are their Secrets."""
    done = []

    def apply(*manifests):
        furnish(api, manifests)
        done.extend(manifests)
        for manifest in manifests:
            assert api.apply(manifest).status < 300
        return manifests[0]

    yield apply
    remove(api, done)


@pytest.fixture
def unsealed(rendered, kubectl, controller, api):
    """What the controller makes of apps, by app: the policy is rendered and given to `kubectl apply`."""
    done = []

    def unseal(sealed, *apps):
        said = rendered(sealed, *apps)
        assert said.returncode == 0, said.stderr
        manifests = [one for one in yaml.load_all(said.stdout, yaml.CSafeLoader) if one]
        furnish(api, manifests)
        done.extend(manifests)
        applied = kubectl("apply", "-f", "-", said=said.stdout)
        assert applied.returncode == 0, applied.stderr
        found = [one for one in manifests if one["kind"] == "SealedSecret"]
        wanted = yaml.safe_load(sealed)["spec"]["encryptedData"]
        assert [api.read(one).body["spec"]["encryptedData"] for one in found] == [wanted] * len(apps)
        return {one["metadata"]["labels"]["backplan.dev/app"]: controller.values(one) for one in found}

    yield unseal
    remove(api, done)


def remove(api, manifests):
    for manifest in reversed(manifests):
        api.delete(manifest)
        if manifest["kind"] == "SealedSecret":
            secret = secret_of(manifest)
            within(lambda one=secret: api.read(one).status == 404 or None)


@pytest.fixture
def unsealing(controller, applied):
    """What the controller says of a document as if it had been rendered for an app; no Secret may come of it."""

    def unseal(document, **metadata):
        document["metadata"] |= metadata
        made = applied(without_times(document))
        status, message = controller.outcome(made)
        assert (status, controller.api.read(secret_of(made)).status) == ("False", 404)
        return message

    return unseal


def without_times(document):
    """`creationTimestamp: null`, which kubeseal writes, is what only the server's own objects may have."""
    for metadata in (document["metadata"], document["spec"]["template"]["metadata"]):
        metadata.pop("creationTimestamp", None)
    return document
