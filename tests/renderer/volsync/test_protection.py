"""What no layer and no patch can take from an object: our labels, and what keeps a claim from being deleted."""

import pytest

from renderer.labels import ARGO_SYNC_OPTIONS, FLUX_PRUNE
from tests.renderer.policies import overlay
from tests.renderer.volsync.test_metadata import CLAIM, DESTINATION, RESTORED, SOURCE, labels_of

OWN = {"app": "web", "volume": "data"}
NEVER = "Prune=false,Delete=false"


def claim(render, patch="{}", **keys):
    create = f"{{capacity: 9Gi, patches: [{{patch: {patch}}}]}}"
    return render(create=create, **keys).one(CLAIM)["metadata"]


@pytest.mark.parametrize(
    "patch",
    [
        "{metadata: {annotations: null, labels: null}}",
        f"{{metadata: {{annotations: {{{FLUX_PRUNE}: null, {ARGO_SYNC_OPTIONS}: null}}}}}}",
        f"{{metadata: {{annotations: {{{FLUX_PRUNE}: enabled, {ARGO_SYNC_OPTIONS}: 'Prune=true,Delete=true'}}}}}}",
        f"{{metadata: {{labels: {{{FLUX_PRUNE}: enabled, backplan.dev/app: mine, backplan.dev/mine: a}}}}}}",
        "[{op: remove, path: /metadata/annotations}, {op: remove, path: /metadata/labels}]",
        "[{op: add, path: /metadata/labels, value: null}, {op: add, path: /metadata/annotations, value: null}]",
        "[{op: add, path: /metadata/labels/backplan.dev~1app, value: mine}]",
    ],
)
def test_patch_cannot_take_our_labels_or_the_protection_of_a_claim(render, patch):
    metadata = claim(render, patch)
    assert labels_of({"metadata": metadata}) == OWN
    assert FLUX_PRUNE not in metadata["labels"]
    assert (metadata["annotations"][FLUX_PRUNE], metadata["annotations"][ARGO_SYNC_OPTIONS]) == ("disabled", NEVER)
    assert [key for key in metadata["annotations"] if key.startswith("backplan.dev/")] == ["backplan.dev/hash"]


@pytest.mark.parametrize(
    ("said", "rendered"),
    [
        ("Prune=confirm", "Prune=confirm,Delete=false"),
        ("Delete=confirm, Prune=false", "Delete=confirm,Prune=false"),
        ("Prune=True,Delete=no,Validate=false", f"Validate=false,{NEVER}"),
        ("Prune", NEVER),
    ],
)
def test_sync_options_that_hold_a_claim_are_the_users(render, said, rendered):
    annotations = f"{{{ARGO_SYNC_OPTIONS}: '{said}'}}"
    assert claim(render, annotations=annotations)["annotations"][ARGO_SYNC_OPTIONS] == rendered
    assert claim(render, f"{{metadata: {{annotations: {annotations}}}}}")["annotations"][ARGO_SYNC_OPTIONS] == rendered


@pytest.mark.parametrize(("value", "kept"), [("enabled", None), ("disabled", "disabled")])
def test_prune_label_on_a_claim_survives_only_as_disabled(render, value, kept):
    found = render(create="{capacity: 9Gi}", labels=f"{{{FLUX_PRUNE}: {value}}}")
    assert found.one(CLAIM)["metadata"]["labels"].get(FLUX_PRUNE) == kept
    assert found.one(SOURCE)["metadata"]["labels"][FLUX_PRUNE] == value


def test_users_keys_of_our_prefix_have_no_effect(render):
    """As their warning says; on the mover's pod they are labels like any other."""
    found = render(
        labels="{backplan.dev/mine: a}",
        annotations="{backplan.dev/mine: a}",
        mover="{podLabels: {backplan.dev/mine: a}}",
    )
    assert "backplan.dev/mine" not in str(found.one(SOURCE)["metadata"])
    assert found.restic()["moverPodLabels"] == {"backplan.dev/mine": "a"}
    assert [line.partition(";")[0] for line in found.said] == [
        "warning: 'backplan.dev/mine' is written by Backplan"
    ] * 2  # fmt: skip


def test_label_selector_chooses_by_all_of_its_labels(render):
    def marked(selector):
        target = f"{{labelSelector: '{selector}'}}"
        found = render(
            patches=f"[{{target: {target}, patch: {{metadata: {{annotations: {{by: patch}}}}}}}}]", **RESTORED
        )
        return {one["metadata"]["name"] for one in found.objects if "by" in one["metadata"]["annotations"]}

    assert marked("backplan.dev/operation=bootstrap") == {"web-dst"}
    assert marked("backplan.dev/operation=restore,backplan.dev/volume={volume}") == {"web-old"}
    assert marked("backplan.dev/app=web,backplan.dev/operation=") == set()
    assert marked("backplan.dev/app=web") == {"web", "web-data", "web-dst", "web-old"}


def test_patch_may_choose_by_the_label_of_an_earlier_one(render):
    patches = "[{patch: {metadata: {labels: {a: b}}}}, {target: {labelSelector: a=b}, patch: {spec: {paused: true}}}]"
    found = render(patches=patches)
    assert (found.one(SOURCE)["spec"]["paused"], found.said) == (True, [])


def test_flux_leaves_bootstraps_alone_and_applies_declared_restores_anew(render):
    found = render(overlays="[flux]", **RESTORED)
    ssa = {
        name: one["metadata"]["labels"].get("kustomize.toolkit.fluxcd.io/ssa")
        for name, one in found.all(DESTINATION).items()
    }
    assert ssa == {"web-dst": "IfNotPresent", "web-old": None}


def test_policy_changes_the_patch_of_an_overlay_by_its_own(render, tmp_path):
    (tmp_path / "low.yaml").write_text(overlay("{patches: [{patch: {metadata: {labels: {a: low}}}}]}"))
    assert render(overlays="[low.yaml]", labels="{a: high}").one(SOURCE)["metadata"]["labels"]["a"] == "low"
    own = "[{patch: {metadata: {labels: {a: null}}}}]"
    assert "a" not in render(overlays="[low.yaml]", patches=own).one(SOURCE)["metadata"]["labels"]


def test_patch_leaves_a_mover_labelled_hostname_alone(render):
    found = render(
        mover="{podLabels: {hostname: nas}}", patches="[{patch: {metadata: {annotations: {hostname: nas}}}}]"
    )
    assert found.restic()["moverPodLabels"] == {"hostname": "nas"}


def test_retention_may_be_patched_as_long_as_it_keeps_something(render):
    patch = "{spec: {restic: {retain: {daily: 0, within: 10d}}}}"
    assert render(patches=f"[{{patch: {patch}}}]").restic()["retain"] == {"daily": 0, "within": "10d"}
