"""One policy under both engines, such as on the way from one to the other."""

import pytest

from tests.renderer.cronjob.runs import runs

VOLSYNC = "engine: volsync, copyMethod: Snapshot, repository: {url: 's3:h/volsync', secret: {name: volsync}}"
OURS = "name: nas"
CLAIM = "PersistentVolumeClaim"


def targets(*said):
    return f"[{', '.join(f'{{{one}}}' for one in said)}]"


@pytest.fixture
def both(render):
    """Two targets of one volume that is created."""
    return lambda *said, **keys: render(targets=targets(*said), create="{capacity: 9Gi}", **keys)


def test_each_engine_has_its_own_objects(both):
    found = both(f"name: default, {VOLSYNC}", OURS)
    assert set(found.all("ReplicationSource")) == {"web"}
    assert {one.manifest["metadata"]["name"] for one in runs(found.objects)} >= {
        "web-nas-backup",
        "web-nas-maintenance",
        "web-nas-restore",
    }
    assert set(found.all(CLAIM)) == {"web-data", "web-nas-backup-cache"}


@pytest.mark.parametrize("order", [1, -1])
def test_claim_is_made_once_and_by_the_engine_that_fills_it(both, order):
    volsync = f"name: old, {VOLSYNC}, restore: {{bootstrap: {{onMissing: empty}}}}"
    claims = both(*[volsync, OURS][::order]).all(CLAIM)
    assert set(claims) == {"web-data", "web-nas-backup-cache"}
    assert claims["web-data"]["spec"]["dataSourceRef"]["name"] == "web-old-dst"


@pytest.mark.parametrize("order", [1, -1])
def test_claim_that_the_app_restores_itself_is_made_without_a_source(both, order):
    ours = f"{OURS}, restore: {{bootstrap: {{workload: {{kind: Deployment, name: web}}}}}}"
    claims = both(*[f"name: old, {VOLSYNC}", ours][::order]).all(CLAIM)
    assert set(claims) == {"web-data", "web-nas-backup-cache"}
    assert "dataSourceRef" not in claims["web-data"]["spec"]
