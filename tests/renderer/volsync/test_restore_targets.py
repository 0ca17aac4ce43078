"""Which target a bootstrap or declared restore comes from, which volumes it is for, and who gives the claim."""

import pytest

DESTINATION = "ReplicationDestination"
CLAIM = "PersistentVolumeClaim"


def repositories(found):
    return {name: one["spec"]["restic"]["repository"] for name, one in found.all(DESTINATION).items()}


@pytest.mark.parametrize(
    ("spec", "nas", "cloud", "chosen"),
    [
        ("onMissing: empty", "", "", "nas"),
        ("onMissing: empty", "", "restore: {bootstrap: {previous: 1}}", "nas"),
        ("onMissing: empty", "restore: null", "", "cloud"),
        ("onMissing: empty", "", "restore: {bootstrap: {target: cloud}}", "cloud"),
        ("onMissing: empty, target: cloud", "", "", "cloud"),
        (None, "", "restore: {bootstrap: {onMissing: empty}}", "cloud"),
        (None, "", "restore: {bootstrap: {onMissing: empty, target: nas}}", "nas"),
    ],
)
def test_bootstrap_comes_from_the_target_it_names_else_the_first_that_has_it(render, spec, nas, cloud, chosen):
    keys = {} if spec is None else {"restore": f"{{bootstrap: {{{spec}}}}}"}
    found = render(create="{capacity: 9Gi}", targets=f"[{{name: nas, {nas}}}, {{name: cloud, {cloud}}}]", **keys)
    assert repositories(found) == {f"web-{chosen}-dst": f"web-data-{chosen}"}
    assert found.one(CLAIM)["spec"]["dataSourceRef"]["name"] == f"web-{chosen}-dst"


@pytest.mark.parametrize("holder", ["nas", "cloud"])
def test_bootstrap_fills_the_claim_that_another_target_creates(render, holder):
    targets = f"[{{name: {holder}, create: {{capacity: 9Gi}}}}, {{name: third}}]"
    found = render(targets=targets, restore="{bootstrap: {onMissing: empty, target: third}}")
    assert found.one(CLAIM)["spec"]["dataSourceRef"]["name"] == "web-third-dst"
    assert found.restic(DESTINATION)["capacity"] == "9Gi"


def test_bootstrap_is_for_the_volumes_with_a_claim_to_create(render):
    volumes = "[{name: data, claim: a, create: {capacity: 1Gi}}, {name: media, claim: b, copyMethod: Direct}]"
    found = render(volumes=volumes, restore="{bootstrap: {onMissing: empty}}")
    assert set(found.all(DESTINATION)) == {"web-dst"}


def test_bootstrap_is_for_every_volume_where_none_creates_its_claim(render):
    shape = "capacity: 1Gi, accessModes: [ReadWriteOnce]"
    volumes = f"[{{name: data, claim: a, {shape}}}, {{name: media, claim: b, {shape}}}]"
    found = render(volumes=volumes, restore="{bootstrap: {onMissing: empty}}")
    assert set(found.all(DESTINATION)) == {"web-dst", "web-media-dst"}
    assert found.all(CLAIM) == {}


def test_bootstrap_never_inherits_a_restore_over_the_live_data(refused, render):
    (message,) = refused(copyMethod="Direct", restore="{bootstrap: {onMissing: empty}}")
    assert message.endswith("[copy-method]")
    (message,) = refused(
        copyMethod="Direct", create="{capacity: 1Gi, dataSourceRef: false}", restore="{bootstrap: {onMissing: empty}}"
    )
    assert message.endswith("[copy-method]")
    found = render(copyMethod="Direct", restore="{bootstrap: {onMissing: empty, copyMethod: Direct}}")
    assert found.restic(DESTINATION)["destinationPVC"] == "web-data"


UNDO = "name: undo, onMissing: empty, to: {claim: '{app}-{volume}-{target}'}"


@pytest.mark.parametrize(
    ("spec", "nas", "cloud", "expected"),
    [
        ("", "", f"restores: [{{{UNDO}}}]", {"web-cloud-undo": ("web-data-cloud", "web-data-cloud")}),
        ("", "", f"restores: [{{{UNDO}, target: nas}}]", {"web-nas-undo": ("web-data-nas", "web-data-cloud")}),
        (
            "",
            f"restores: [{{{UNDO}}}]",
            f"restores: [{{{UNDO}}}]",
            {
                "web-nas-undo": ("web-data-nas", "web-data-nas"),
                "web-cloud-undo": ("web-data-cloud", "web-data-cloud"),
            },
        ),
        (f"{{{UNDO}}}", "", "", {"web-nas-undo": ("web-data-nas", "web-data-nas")}),
        (f"{{{UNDO}, target: cloud}}", "restores: null", "", {"web-cloud-undo": ("web-data-cloud", "web-data-cloud")}),
    ],
)
def test_declared_restore_comes_from_the_target_it_names_else_its_own(render, spec, nas, cloud, expected):
    targets = f"[{{name: nas, {nas}}}, {{name: cloud, {cloud}}}]"
    found = render(restores=f"[{spec}]", targets=targets).all(DESTINATION)
    restic = {name: one["spec"]["restic"] for name, one in found.items()}
    assert {name: (one["repository"], one["destinationPVC"]) for name, one in restic.items()} == expected


@pytest.mark.parametrize("removed", ["restores: null", "restores: [{name: undo, $remove: true}]"])
@pytest.mark.parametrize(("said", "target"), [("", "nas"), (", target: cloud", "cloud")])
def test_restore_that_its_target_removes_is_gone(render, removed, said, target):
    targets = {"nas": "", "cloud": "", target: removed}
    listed = ", ".join(f"{{name: {name}, {keys}}}" for name, keys in targets.items())
    assert render(restores=f"[{{{UNDO}{said}}}]", targets=f"[{listed}]").all(DESTINATION) == {}


def test_restores_of_a_target_know_their_volume(render):
    volumes = "[{name: data, claim: a}, {name: media, claim: b}]"
    targets = f"[{{name: nas}}, {{name: cloud, restores: [{{{UNDO}, volume: media}}]}}]"
    found = render(volumes=volumes, targets=targets).restic(DESTINATION)
    assert (found["repository"], found["destinationPVC"]) == ("web-media-cloud", "web-media-cloud")


def test_copy_that_only_reads_lends_its_restores_no_modes(render):
    keys = {"accessModes": "[ReadOnlyMany]", "cache": "{accessModes: [ReadWriteOnce]}"}
    found = render(create="{capacity: 9Gi}", restore="{bootstrap: {onMissing: empty}}", **keys)
    assert found.restic()["accessModes"] == ["ReadOnlyMany"]
    assert found.restic(DESTINATION)["accessModes"] == ["ReadWriteOnce"]
    assert found.restic(DESTINATION)["cacheAccessModes"] == ["ReadWriteOnce"]


def test_findings_accepted_under_a_target_are_notes(render):
    targets = "[{name: nas, restores: [{name: undo, onMissing: empty, to: {claim: web-data}}], ACCEPT}]"
    accept = "accept: [{rule: restore, reason: the app is down}]"
    (said,) = render(targets=targets.replace("ACCEPT", accept)).said
    assert said.startswith("note: this overwrites the live data of volume 'data'")
    (said,) = render(targets=targets.replace(", ACCEPT", "")).said
    assert said.startswith("warning: ")
