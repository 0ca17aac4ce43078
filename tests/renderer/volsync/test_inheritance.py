"""Volume keys may stand in four places, the nearest wins leaf by leaf; restores inherit from their volume."""

import pytest

from tests.renderer.policies import overlay
from tests.schemas.crd import errors_in

PLACES = ("spec", "volume", "target", "volume of target")
LEAVES = {
    "capacity": ("capacity", "5Gi"),
    "storageClassName": ("storageClassName", ""),
    "volumeSnapshotClassName": ("volumeSnapshotClassName", "csi"),
    "accessModes": ("accessModes", ["ReadWriteOncePod"]),
    "copyMethod": ("copyMethod", "Snapshot"),
    "cache.capacity": ("cacheCapacity", "5Gi"),
    "cache.storageClassName": ("cacheStorageClassName", "fast"),
    "cache.accessModes": ("cacheAccessModes", ["ReadWriteOnce"]),
}
NEAR_TO_FAR = ["volume of target", "target", "volume", "spec"]


def as_yaml(value):
    return f"[{', '.join(value)}]" if isinstance(value, list) else f'"{value}"'


def nested(path, value):
    """`("cache.capacity", "5Gi")` → `cache: {capacity: "5Gi"}`."""
    outer, _, inner = path.partition(".")
    return f"{outer}: {{{inner}: {as_yaml(value)}}}" if inner else f"{outer}: {as_yaml(value)}"


def keys_at(said):
    """A policy with one volume and one target, and these keys in each of the four places."""
    get = {place: f", {said[place]}" if place in said else "" for place in PLACES}
    below = f", volumes: [{{name: data{get['volume of target']}}}]" if "volume of target" in said else ""
    keys = {
        "volumes": f"[{{name: data, claim: web-data{get['volume']}}}]",
        "targets": f"[{{name: default{get['target']}{below}}}]",
    }
    if "spec" in said:
        name, _, value = said["spec"].partition(": ")
        keys[name] = value
    return keys


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("leaf", LEAVES)
def test_leaf_is_taken_from_any_of_the_four_places(render, place, leaf):
    field, value = LEAVES[leaf]
    keys = keys_at({place: nested(leaf, value)})
    if leaf != "copyMethod":
        keys.setdefault("copyMethod", "Snapshot")
    found = render(**keys)
    assert found.restic()[field] == value
    assert errors_in(found.one("ReplicationSource")) == []


@pytest.mark.parametrize("nearest", range(len(NEAR_TO_FAR)))
def test_nearest_place_wins(render, nearest):
    said = {place: f"capacity: {4 - n}Gi" for n, place in enumerate(NEAR_TO_FAR) if n >= nearest}
    assert render(**keys_at(said)).restic()["capacity"] == f"{4 - nearest}Gi"


def test_leaves_of_one_mapping_come_from_different_places(render):
    said = {
        "spec": "cache: {capacity: 1Gi, storageClassName: slow, accessModes: [ReadWriteMany]}",
        "volume": "cache: {accessModes: [ReadWriteOnce]}",
        "target": "cache: {storageClassName: fast}",
        "volume of target": "cache: {capacity: 8Gi}",
    }
    restic = render(**keys_at(said)).restic()
    cached = {field: restic[field] for field in restic if field.startswith("cache")}
    assert cached == {
        "cacheCapacity": "8Gi",
        "cacheStorageClassName": "fast",
        "cacheAccessModes": ["ReadWriteOnce"],
    }


@pytest.mark.parametrize("place", [place for place in PLACES if place != "spec"])
def test_null_stops_inheritance_and_drops_the_field(render, place):
    restic = render(**keys_at({"spec": "capacity: 1Gi", place: "capacity: null"})).restic()
    assert "capacity" not in restic


def test_null_of_a_whole_mapping_drops_all_its_fields(render):
    said = {"spec": "cache: {capacity: 1Gi, storageClassName: slow}", "volume": "cache: null"}
    assert not {field for field in render(**keys_at(said)).restic() if field.startswith("cache")}


def test_key_of_one_volume_stays_with_it(render):
    volumes = "[{name: data, claim: a, capacity: 1Gi}, {name: media, claim: b}]"
    sources = render(volumes=volumes).all("ReplicationSource")
    assert sources["web"]["spec"]["restic"]["capacity"] == "1Gi"
    assert "capacity" not in sources["web-media"]["spec"]["restic"]


def test_lists_are_replaced_and_named_volumes_are_merged_over_layers(render, tmp_path):
    low = "{volumes: [{name: data, claim: web-data, accessModes: [ReadWriteMany], storageClassName: slow}]}"
    (tmp_path / "low.yaml").write_text(overlay(low))
    restic = render(overlays="[low.yaml]", claim=None, volumes="[{name: data, accessModes: [ReadWriteOnce]}]").restic()
    assert (restic["accessModes"], restic["storageClassName"]) == (["ReadWriteOnce"], "slow")


RESTORE_LEAVES = {leaf: pair for leaf, pair in LEAVES.items() if leaf != "copyMethod"}
BOOTSTRAP = "{bootstrap: {onMissing: empty}}"
RESTORE = "[{name: old, onMissing: empty, to: {claim: web-old, create: {capacity: 9Gi}}}]"


@pytest.mark.parametrize("keys", [{"restore": BOOTSTRAP}, {"restores": RESTORE}], ids=["bootstrap", "restores"])
@pytest.mark.parametrize("leaf", [leaf for leaf in RESTORE_LEAVES if leaf not in ("capacity", "accessModes")])
def test_restore_inherits_from_its_volume(render, keys, leaf):
    field, value = LEAVES[leaf]
    name, _, text = nested(leaf, value).partition(": ")
    usual = {"create": "{capacity: 9Gi}"} if "restore" in keys else {}
    assert render(**{**usual, **keys, name: text}).restic("ReplicationDestination")[field] == value


@pytest.mark.parametrize("leaf", RESTORE_LEAVES)
def test_restore_says_its_own(render, leaf):
    field, value = LEAVES[leaf]
    name, _, _ = nested(leaf, value).partition(": ")
    far = {"capacity": "77Gi", "accessModes": "[ReadWriteMany]", "cache": "{capacity: 77Gi}"}.get(name, "far")
    restore = f"{{bootstrap: {{onMissing: empty, {nested(leaf, value)}}}}}"
    found = render(**{"create": "{capacity: 9Gi}", "restore": restore, name: far})
    assert found.restic("ReplicationDestination")[field] == value


def test_size_and_modes_of_a_restore_are_those_of_the_claim_it_must_fit_into(render):
    create = "{capacity: 9Gi, accessModes: [ReadWriteMany]}"
    found = render(create=create, restore=BOOTSTRAP, capacity="1Gi", accessModes="[ReadWriteOncePod]")
    restic = found.restic("ReplicationDestination")
    assert (restic["capacity"], restic["accessModes"]) == ("9Gi", ["ReadWriteMany"])


def test_null_in_a_restore_stops_inheritance(render):
    restore = "{bootstrap: {onMissing: empty, storageClassName: null, cache: {capacity: null}}}"
    found = render(
        create="{capacity: 9Gi}", restore=restore, storageClassName="a", cache="{capacity: 1Gi, storageClassName: b}"
    )
    restic = found.restic("ReplicationDestination")
    assert not {"storageClassName", "cacheCapacity"} & set(restic)
    assert restic["cacheStorageClassName"] == "b"
