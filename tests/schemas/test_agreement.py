"""Our schemas of operators' kinds against the CRDs: the same fields, the same types, nothing looser."""

from collections.abc import Iterator

import pytest

from tests.schemas import crd, ours

VOLSYNC = ["ReplicationSource", "ReplicationDestination"]
KINDS = [*VOLSYNC, "ExternalSecret"]

OTHER_MOVER = "another mover; policies are for restic"
LEFT_OUT = {
    "spec.external": "for replication outside VolSync",
    "spec.rclone": OTHER_MOVER,
    "spec.rsync": OTHER_MOVER,
    "spec.rsyncTLS": OTHER_MOVER,
    "spec.syncthing": OTHER_MOVER,
    "status": "written by the controller, never rendered",
}

STRICTER = {
    ("", "required"): "every object that is rendered has all four parts",
    ("spec", "required"): "the CRD lets an empty object through and fails at run time",
    ("spec.trigger", "minProperties"): "without a trigger VolSync starts over as soon as it has ended",
    ("spec.trigger", "maxProperties"): "beside manual the schedule is ignored in silence",
    ("spec.restic", "required"): "without repository or copyMethod VolSync fails at run time",
    ("spec.restic.copyMethod", "enum"): "Clone fails at run time in a ReplicationDestination",
    ("spec.restic.customCA", "required"): "without a key the certificate is ignored in silence",
    ("spec.restic.customCA", "minProperties"): "one of the names is needed",
    ("spec.restic.customCA", "maxProperties"): "the Secret wins over the ConfigMap in silence",
    ("spec.restic.retain", "minProperties"): "{} means: keep the last snapshot only",
    ("spec.restic.moverVolumes[].volumeSource", "minProperties"): "a volume needs a source",
    ("spec.restic.moverVolumes[].volumeSource", "maxProperties"): "a volume has one source",
    ("spec.restic.moverVolumes[].volumeSource.secret", "required"): "a volume needs the Secret's name",
    ("spec.target", "required"): "pods ask for the Secret by that name; without it ESO takes the ExternalSecret's",
    ("spec.dataFrom[]", "minProperties"): "an entry without any source brings nothing",
}
"""Where a rule of ours is tighter than the CRD's, and why. Values (enums of Kubernetes' own types, patterns,
ranges, lengths) are not listed: the CRD says `string` or `integer`, and the API server checks the pod."""

SHAPE = ("required", "minProperties", "maxProperties")


def raw_schema(kind: str) -> crd.Schema:
    return crd.raw_schema(kind, ours.api_version(kind))


def compare(node: ours.Node, theirs: crd.Schema, path: str) -> Iterator[tuple[str, str]]:
    """Walk both schemas; yield (path, what differs)."""
    node = node.resolved()
    if set(crd.types_of(theirs)) != set(types_of(node)):
        yield path, f"type: ours {types_of(node)}, the CRD's {crd.types_of(theirs)}"
        return
    yield from ((path, f"looser: {keyword}") for keyword in looser(node.schema, theirs))
    if "items" in theirs:
        yield from compare(node.child(node.schema["items"]), theirs["items"], f"{path}[]")
    if isinstance(theirs.get("additionalProperties"), dict):
        extra = node.child(node.schema["additionalProperties"])
        yield from compare(extra, theirs["additionalProperties"], f"{path}{{}}")
    yield from compare_properties(node, theirs, path)


def compare_properties(node: ours.Node, theirs: crd.Schema, path: str) -> Iterator[tuple[str, str]]:
    known = {name: child for name, child in node.properties().items() if "x-since" not in child.schema}
    there = theirs.get("properties", {})
    for name in sorted(known.keys() | there.keys()):
        place = f"{path}.{name}".removeprefix(".")
        if name not in there:
            yield place, "not in the CRD"
        elif name not in known:
            yield place, "only in the CRD"
        elif place != "metadata":
            yield from compare(known[name], there[name], place)


def looser(schema: crd.Schema, theirs: crd.Schema) -> Iterator[str]:
    """Keywords by which we would let through what the CRD refuses; patterns are for random documents."""
    if not set(theirs.get("required", ())) <= set(schema.get("required", ())):
        yield "required"
    if "enum" in theirs and not set(schema.get("enum", ["?"])) <= set(theirs["enum"]):
        yield "enum"
    if theirs.get("minItems", 0) > schema.get("minItems", 0):
        yield "minItems"
    if theirs.get("format") in crd.RANGES and not within(schema, *crd.RANGES[theirs["format"]]):
        yield "minimum, maximum"
    for keyword in ("pattern", "format"):
        if keyword in theirs and keyword not in schema and theirs[keyword] not in crd.RANGES:
            yield keyword


def within(schema: crd.Schema, low: int, high: int) -> bool:
    return bool(low <= schema.get("minimum", low - 1) and schema.get("maximum", high + 1) <= high)


def types_of(node: ours.Node) -> list[str]:
    types = node.schema["type"]
    return [types] if isinstance(types, str) else list(types)


def stricter(node: ours.Node, theirs: crd.Schema, path: str = "") -> Iterator[tuple[str, str]]:
    """Rules about shape, and enums beside an enum of the CRD, that are tighter than the CRD's."""
    node = node.resolved()
    for keyword in SHAPE:
        if node.schema.get(keyword) and sorted_if_list(node.schema[keyword]) != sorted_if_list(theirs.get(keyword)):
            yield path, keyword
    if "enum" in theirs and set(node.schema["enum"]) != set(theirs["enum"]):
        yield path, "enum"
    if "items" in theirs:
        yield from stricter(node.child(node.schema["items"]), theirs["items"], f"{path}[]")
    for name, child in node.properties().items():
        if name in theirs.get("properties", {}) and (path or name == "spec"):
            yield from stricter(child, theirs["properties"][name], f"{path}.{name}".removeprefix("."))


def sorted_if_list(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def paths(theirs: crd.Schema, path: str = "") -> Iterator[str]:
    for name, child in theirs.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from paths(child, f"{path}.{name}")
        yield from paths(child.get("items", {}), f"{path}.{name}[]")


def newer(node: ours.Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, child in node.resolved().properties().items():
        if "x-since" in child.schema:
            yield (*path, name), child.schema["x-since"]
        else:
            yield from newer(child, (*path, name))


@pytest.mark.parametrize("kind", KINDS)
def test_same_fields_and_types_down_to_the_leaves(kind: str) -> None:
    found = list(compare(ours.of_kind(kind), raw_schema(kind), ""))
    assert [(path, what) for path, what in found if path not in LEFT_OUT] == []


def test_what_is_left_out_is_in_a_crd() -> None:
    """An omission that no CRD knows any more is dead text."""
    known = {path.removeprefix(".") for kind in KINDS for path in paths(raw_schema(kind))}
    assert LEFT_OUT.keys() <= known


@pytest.mark.parametrize("kind", VOLSYNC)
def test_the_walk_reaches_every_field_of_the_mover(kind: str) -> None:
    mover = raw_schema(kind)["properties"]["spec"]["properties"]["restic"]
    here = set(our_paths(ours.of_kind(kind).properties()["spec"].properties()["restic"]))
    assert set(paths(mover)) - here == set()
    assert len(here) > 150


def test_the_walk_reaches_every_field_of_an_external_secret() -> None:
    spec = raw_schema("ExternalSecret")["properties"]["spec"]
    here = set(our_paths(ours.of_kind("ExternalSecret").properties()["spec"]))
    assert set(paths(spec)) == here
    assert len(here) > 90


def our_paths(node: ours.Node, path: str = "") -> Iterator[str]:
    node = node.resolved()
    for name, child in node.properties().items():
        yield f"{path}.{name}"
        yield from our_paths(child, f"{path}.{name}")
    if "items" in node.schema:
        yield from our_paths(node.child(node.schema["items"]), f"{path}[]")


def test_every_tighter_rule_has_its_reason() -> None:
    found = {rule for kind in KINDS for rule in stricter(ours.of_kind(kind), raw_schema(kind))}
    assert found == STRICTER.keys()


@pytest.mark.parametrize("kind", VOLSYNC)
def test_fields_of_a_later_version_are_absent_from_this_crd(kind: str) -> None:
    """Once the CRD at hand knows them, `x-since` has lost its reason."""
    for path, since in newer(ours.of_kind(kind)):
        schema = raw_schema(kind)
        for step in path[:-1]:
            schema = schema["properties"][step]
        assert since == "0.17"
        assert path[-1] not in schema["properties"], path


def test_definitions_that_both_kinds_of_volsync_use_say_the_same() -> None:
    source, destination = (ours.kinds()[kind]["$defs"] for kind in VOLSYNC)
    assert destination == {name: source[name] for name in destination}


def test_the_fields_of_volsync_0_17_are_known() -> None:
    names = {kind: {path[-1] for path, _ in newer(ours.of_kind(kind))} for kind in VOLSYNC}
    assert names == {
        "ReplicationSource": {"exclude", "moverTolerations"},
        "ReplicationDestination": {"moverTolerations"},
    }
