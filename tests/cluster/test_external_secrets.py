"""ExternalSecrets in every shape: the real definition takes each strictly, and adds and drops nothing."""

import pytest

from tests.cluster.readback import differences
from tests.cluster.surroundings import furnish
from tests.renderer.secrets.conftest import ENGINES
from tests.renderer.secrets.shapes import APPS, SHAPES, URL, made, of_one_entry

pytestmark = pytest.mark.cluster

LIFETIMES = {
    "once": {"refreshInterval": "0"},
    "once, whatever happens": {"refreshPolicy": "CreatedOnce"},
    "on a change": {"refreshPolicy": "OnChange"},
    "often": {"refreshPolicy": "Periodic", "refreshInterval": "5m"},
    "kept": {"target": {"creationPolicy": "Orphan", "deletionPolicy": "Retain", "immutable": True}},
    "a part of another's": {"target": {"creationPolicy": "Merge"}},
    "an older operator's": {"target": {"name": "{app}-own", "template": {"engineVersion": "v2", "type": "Opaque"}}},
}
PASSWORD = {"secretKey": "RESTIC_PASSWORD", "remoteRef": {"key": "backups", "property": "password", "version": "3"}}
WAYS = {
    "found by name": {"dataFrom": [{"find": {"path": "backups", "name": {"regexp": "^{app}-.*"}}}]},
    "found by tags": {"dataFrom": [{"find": {"tags": {"app": "{app}"}, "conversionStrategy": "Unicode"}}]},
    "generated beside what is fetched": {
        "data": [PASSWORD],
        "dataFrom": [
            {
                "sourceRef": {
                    "generatorRef": {
                        "apiVersion": "generators.external-secrets.io/v1alpha1",
                        "kind": "UUID",
                        "name": "id",
                    }
                }
            }
        ],
    },
    "generated once for all": {
        "dataFrom": [{"sourceRef": {"generatorRef": {"kind": "Password", "name": "{app}"}}}],
        "target": {"immutable": True, "creationPolicy": "Orphan"},
    },
    "from a store of its own": {
        "data": [PASSWORD | {"sourceRef": {"storeRef": {"name": "other", "kind": "SecretStore"}}}],
    },
    "by a template of the cluster": {
        "data": [PASSWORD],
        "target": {
            "template": {
                "mergePolicy": "Merge",
                "templateFrom": [{"configMap": {"name": "t", "items": [{"key": "a"}]}}],
            }
        },
    },
    "at night": {
        "data": [PASSWORD],
        "syncWindows": {"kind": "allow", "windows": [{"schedule": "0 1 * * *", "duration": "4h"}]},
    },
}
METADATA = {"labels": {"team": "storage"}, "annotations": {"app": "{app}"}}


def lifetime(words):
    repository = of_one_entry({"metadata": METADATA}, url=URL)
    external = repository["secret"]["externalSecret"]
    target = {**external["target"], **words.get("target", {})}
    repository["secret"] |= {"externalSecret": {**external, **words, "target": target}, **METADATA}
    return repository


REPOSITORIES = (
    {name: repository for name, (repository, _) in SHAPES.items()}
    | {name: lifetime(words) for name, words in LIFETIMES.items()}
    | {name: {"url": URL, "secret": {"externalSecret": {"store": "vault", **words}}} for name, words in WAYS.items()}
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", REPOSITORIES)
def test_is_created_strictly_and_stays_as_it_is_rendered(api, tmp_path, shape, engine):
    manifests = list(made(tmp_path, REPOSITORIES[shape], **ENGINES[engine]).values())
    assert len(manifests) == len(APPS)
    furnish(api, manifests)
    answers = [api.create(one) for one in manifests]
    try:
        assert [answer.complaints for answer in answers] == [[] for _ in manifests]
        for one in manifests:
            live = api.read(one).body
            assert list(differences(one, live)) == []
            assert live["spec"] == one["spec"]
    finally:
        for one in manifests:
            api.delete(one)
