"""Adopting a repository that runs VolSync already changes nothing but what Backplan says it adds."""

from renderer.manifest import identity
from tests.golden.examples import FOLDER, documents, objects

CASE = "adopted-volsync"
OURS = "backplan.dev/"
PROTECTION = {
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}


def without_additions(manifest):
    metadata = dict(manifest["metadata"])
    for field in ("labels", "annotations"):
        kept = {key: value for key, value in metadata.pop(field, {}).items() if not key.startswith(OURS)}
        if manifest["kind"] == "PersistentVolumeClaim" and field == "annotations":
            assert PROTECTION.items() <= kept.items()
            kept = {key: value for key, value in kept.items() if key not in PROTECTION}
        if kept:
            metadata[field] = kept
    return {**manifest, "metadata": metadata}


def test_rendered_objects_are_the_old_ones_with_labels_hash_and_prune_protection():
    before = documents((FOLDER / CASE / "before.yaml").read_text())
    after = [without_additions(manifest) for manifest in objects(CASE)]
    assert sorted(after, key=identity) == sorted(before, key=identity)


def test_every_object_has_our_labels_and_its_hash():
    for manifest in objects(CASE):
        assert f"{OURS}app" in manifest["metadata"]["labels"]
        assert f"{OURS}hash" in manifest["metadata"]["annotations"]
