"""The examples together show the whole language, as far as the engines honour it."""

import re

import pytest
import yaml

from renderer.engines import ENGINES
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
NOT_SHOWN = {"mover.capabilities"}
"""Every example passes Pod Security "restricted", which refuses these."""


def canonical(path):
    """One name for a key that may stand in several places: a target's keys are those of spec, and so on."""
    if "patches." in path:
        return path[path.index("patches.") :]
    path = path.replace("restores.to.create", "create").replace("maintenance.secret.", "repository.secret.")
    for place in ("targets.", "volumes."):
        shorter = path.removeprefix(place)
        if shorter.split(".")[0] in ROOT_KEY.properties and path != "volumes.claim":
            path = shorter
    return re.sub(r"\b(volumes|targets|restores)\.\$remove$", "$remove", path)


def language(engine, key=ROOT_KEY, prefix=""):
    """Every key that an engine honours, down to those whose inside is somebody else's own."""
    holder = key.item if key.item is not None else key
    if frozenset(holder.properties) in THEIRS:
        return
    for name, below in holder.properties.items():
        path = f"{prefix}{name}"
        if below.engines is None or engine in below.engines:
            yield canonical(path)
            yield from language(engine, below, f"{path}.")


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
            if document.get("kind") in ("BackupPolicy", "BackupOverlay"):
                yield document["spec"]
            elif document.get("kind") == "BackupFleet":
                yield document["spec"].get("defaults", {})


@pytest.mark.parametrize("engine", ENGINES)
def test_every_key_that_an_engine_honours_is_in_some_example(engine):
    shown = {path for layer in layers() for path in used(layer, ROOT_KEY)}
    assert {*language(engine)} - shown - NOT_SHOWN == set()


def test_what_is_asked_for_differs_by_engine():
    volsync, cronjob = ({*language(engine)} for engine in ("volsync", "cronjob"))
    assert {"volsyncVersion", "create.dataSourceRef", "volumeSnapshotClassName"} <= volsync - cronjob
    assert {"dumps.command", "guard.acknowledge", "restore.bootstrap.workload.volume"} <= cronjob - volsync


def test_keys_in_several_places_have_one_name():
    assert canonical("targets.volumes.cache.capacity") == "cache.capacity"
    assert canonical("targets.volumes.claim") == "volumes.claim"
    assert canonical("restores.to.create.patches.target.kind") == "patches.target.kind"
    assert canonical("targets.name") == "targets.name"


def test_every_shipped_overlay_is_in_some_example():
    named = {name for path in FOLDER.rglob("*.yaml") for name in re.findall(r"overlays: \[(.*)\]", path.read_text())}
    shown = {name.strip() for names in named for name in names.split(",")}
    assert set(shipped_overlays()) <= shown
