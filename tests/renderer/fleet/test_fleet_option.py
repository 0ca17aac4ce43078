"""`--fleet FILE`: a fleet file that lies elsewhere, whose own files stay inside its own root."""

import pytest

from tests.renderer.fleet.repository import DEFAULTS, GLOB, apps_in

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
WITH_CA = DEFAULTS.replace("repository: {", "repository: {customCA: {file: ca.crt}, ")


@pytest.fixture
def two(fleet):
    """A checkout with the fleet file, and one of an app."""
    fleet.write("fleet/.git/config", "")
    fleet.write("app/.git/config", "")
    fleet.fleet(GLOB + "  overlays: [ours]\n", "fleet/backplan.yaml")
    fleet.overlay("fleet/overlays/ours.yaml", "pruneIntervalDays: 9")
    fleet.policy("app/apps/media/jellyfin/backup-policy.yaml")
    return fleet


def test_policies_of_another_checkout_take_the_layers_and_captures_of_the_fleet(two):
    out = two.rendered("apps", "--fleet", "../fleet/backplan.yaml", cwd="app")
    assert out.startswith("# Rendered by Backplan from apps/media/jellyfin/backup-policy.yaml; ")
    assert "  namespace: media\n" in out
    assert "pruneIntervalDays: 9\n" in out


def test_without_path_the_fleet_is_where_its_file_lies(two):
    two.policy("fleet/apps/office/actual/backup-policy.yaml")
    assert apps_in(two.rendered("--fleet", "../fleet/backplan.yaml", cwd="app")) == ["actual"]


def test_fleet_file_wins_over_the_one_of_the_policys_own_root(two):
    two.fleet("", "app/backplan.yaml", DEFAULTS.replace("daily: 7", "daily: 3"))
    assert "daily: 7" in two.rendered("apps", "--fleet", "../fleet/backplan.yaml", cwd="app")


def test_fleet_file_may_have_another_name_and_lie_in_a_folder(fleet):
    fleet.write(".git/config", "")
    fleet.fleet('  policies: ["apps/{namespace}/{app}/p.yaml"]\n  output: ../out\n', "fleets/lab.yaml")
    fleet.policy("fleets/apps/media/jellyfin/p.yaml")
    assert fleet.run("render", "--fleet", "fleets/lab.yaml") == (0, "", "2 files, 2 new\n")
    assert fleet.files("out") == ["media/jellyfin/kustomization.yaml", "media/jellyfin/replicationsource.yaml"]


def test_overlay_of_a_policy_is_sought_beside_the_fleet_file_and_then_in_its_own_root(two):
    path = "app/apps/media/jellyfin/backup-policy.yaml"
    two.overlay("fleet/overlays/both.yaml", "pruneIntervalDays: 10")
    two.overlay("app/overlays/both.yaml", "pruneIntervalDays: 11")
    two.overlay("app/overlays/own.yaml", "pruneIntervalDays: 12")
    for name, days in (("both", 10), ("own", 12)):
        two.policy(path, f"claim: data, overlays: [{name}]")
        assert f"pruneIntervalDays: {days}\n" in two.rendered("apps", "--fleet", "../fleet/backplan.yaml", cwd="app")


def test_overlay_of_the_fleet_is_never_the_apps(two):
    (two.folder / "fleet/overlays/ours.yaml").unlink()
    two.overlay("app/overlays/ours.yaml", "pruneIntervalDays: 1")
    code, _, err = two.run("render", "apps", "--fleet", "../fleet/backplan.yaml", cwd="app")
    assert (code, "backplan.yaml:5:14: error: no overlay 'ours'" in err) == (1, True)


def test_file_that_the_fleet_names_counts_from_its_folder(two):
    two.fleet(GLOB, "fleet/backplan.yaml", WITH_CA)
    two.write("fleet/ca.crt", CERTIFICATE)
    assert "BEGIN CERTIFICATE" in two.rendered("apps", "--fleet", "../fleet/backplan.yaml", cwd="app")


@pytest.mark.parametrize("file", ["../app/ca.crt", "../secret.crt", "link.crt"])
def test_fleet_file_names_nothing_outside_of_its_own_root(two, file):
    two.fleet(GLOB, "fleet/backplan.yaml", WITH_CA.replace("ca.crt", file))
    for path in ("app/ca.crt", "secret.crt"):
        two.write(path, CERTIFICATE)
    (two.folder / "fleet/link.crt").symlink_to(two.folder / "secret.crt")
    code, _, err = two.run("render", "apps", "--fleet", "../fleet/backplan.yaml", cwd="app")
    assert (code, "lies outside 'fleet', the root; files must stay inside it" in err) == (1, True)


@pytest.mark.parametrize(
    "spec",
    ["overlays: [../../../../fleet/overlays/ours.yaml]", "repository: {customCA: {file: ../../../../fleet/ca.crt}}"],
)
def test_policy_names_nothing_of_the_fleets_root(two, spec):
    two.write("fleet/ca.crt", CERTIFICATE)
    two.policy("app/apps/media/jellyfin/backup-policy.yaml", f"claim: data, {spec}")
    code, _, err = two.run("render", "apps", "--fleet", "../fleet/backplan.yaml", cwd="app")
    assert (code, "lies outside 'app', the root; files must stay inside it" in err) == (1, True)


def test_limits_of_the_fleet_hold_in_another_checkout(two):
    two.fleet(GLOB + "  limits: {forbid: [paused]}\n", "fleet/backplan.yaml")
    two.policy("app/apps/media/jellyfin/backup-policy.yaml", "claim: data, paused: true")
    assert two.run("validate", "apps", "--fleet", "../fleet/backplan.yaml", cwd="app")[0] == 1


def test_output_beside_policies_is_in_their_checkout(two):
    two.fleet(GLOB + "  output: '{dir}/backup'\n", "fleet/backplan.yaml")
    assert two.run("render", "apps", "--fleet", "../fleet/backplan.yaml", cwd="app")[0] == 0
    assert two.files("app/apps/media/jellyfin/backup") == ["kustomization.yaml", "replicationsource.yaml"]


def test_run_over_the_fleet_removes_nothing_of_another_checkout(two):
    two.fleet(GLOB + "  output: rendered\n", "fleet/backplan.yaml")
    two.run("render", "apps", "--fleet", "../fleet/backplan.yaml", cwd="app")
    assert len(two.files("fleet/rendered")) == 2
    two.policy("fleet/apps/media/jellyfin/backup-policy.yaml")
    assert two.run("render", "--fleet", "../fleet/backplan.yaml", cwd="app")[2] == "2 files, none changed\n"


@pytest.mark.parametrize("file", ["nowhere.yaml", ".", "a\0b", "x" * 5000])
def test_fleet_file_that_is_none_is_refused(two, file):
    code, out, err = two.run("render", "app", "--fleet", file)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_mistake_in_the_fleet_file_is_told_once(two):
    two.fleet("  overlays: [nowhere]\n", "fleet/backplan.yaml")
    two.policy("app/apps/media/b/backup-policy.yaml")
    code, _, err = two.run("validate", "apps", "--fleet", "../fleet/backplan.yaml", cwd="app")
    assert (code, err.count("no overlay 'nowhere'"), err.count(": error: ")) == (1, 1, 1)
