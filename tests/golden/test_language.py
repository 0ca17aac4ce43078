"""The examples together show the whole language, as far as engine volsync honours it."""

import re

import yaml

from renderer.resources import schema_file, shipped_overlays
from renderer.schema import key_of
from tests.golden.examples import FOLDER

ROOT_KEY = key_of("layer.json")
OTHERS = [
    *schema_file("kubernetes.json")["$defs"].values(),
    *schema_file("objects/ExternalSecret.json")["$defs"].values(),
]
THEIRS = {frozenset(one.get("properties", ())) for one in OTHERS}
"""What Kubernetes and the External Secrets Operator define, by the names inside: the walk ends there."""


def canonical(path):
    """One name for a key that may stand in several places: a target's keys are those of spec, and so on."""
    if "patches." in path:
        return path[path.index("patches.") :]
    path = path.replace("restores.to.create", "create")
    for place in ("targets.", "volumes."):
        shorter = path.removeprefix(place)
        if shorter.split(".")[0] in ROOT_KEY.properties and path != "volumes.claim":
            path = shorter
    return re.sub(r"\b(volumes|targets|restores)\.\$remove$", "$remove", path)


def language(key, prefix=""):
    """Every key that engine volsync honours, down to those whose inside is somebody else's own."""
    holder = key.item if key.item is not None else key
    if frozenset(holder.properties) in THEIRS:
        return
    for name, below in holder.properties.items():
        path = f"{prefix}{name}"
        if below.engines is None or "volsync" in below.engines:
            yield canonical(path)
            yield from language(below, f"{path}.")


def used(value, key, prefix=""):
    """Every key that a layer sets; a null sets nothing."""
    if isinstance(value, list):
        for item in value:
            yield from used(item, key, prefix)
    elif isinstance(value, dict):
        for name, below in value.items():
            inner = key.below(name)
            if inner is not None and below is not None:
                yield canonical(f"{prefix}{name}")
                yield from used(below, inner, f"{prefix}{name}.")


def layers():
    """What stands under `spec` or `defaults` in every file of the examples."""
    for path in FOLDER.rglob("*.yaml"):
        for document in yaml.load_all(path.read_text(), yaml.CSafeLoader):
            if document["kind"] in ("BackupPolicy", "BackupOverlay"):
                yield document["spec"]
            elif document["kind"] == "BackupFleet":
                yield document["spec"].get("defaults", {})


def test_every_key_that_volsync_honours_is_in_some_example():
    shown = {path for layer in layers() for path in used(layer, ROOT_KEY)}
    assert {*language(ROOT_KEY)} - shown == set()


def test_keys_in_several_places_have_one_name():
    assert canonical("targets.volumes.cache.capacity") == "cache.capacity"
    assert canonical("targets.volumes.claim") == "volumes.claim"
    assert canonical("restores.to.create.patches.target.kind") == "patches.target.kind"
    assert canonical("targets.name") == "targets.name"


def test_every_shipped_overlay_is_in_some_example():
    named = {name for path in FOLDER.rglob("*.yaml") for name in re.findall(r"overlays: \[(.*)\]", path.read_text())}
    shown = {name.strip() for names in named for name in names.split(",")}
    assert set(shipped_overlays()) <= shown
