"""`output` of the fleet: where files are written if nothing else is said, and that none is written anywhere else."""

import pytest

from tests.renderer.fleet.repository import DEFAULTS, GLOB, apps_in

OUTPUT = GLOB + "  output: rendered\n"


@pytest.fixture
def written(fleet):
    fleet.fleet(OUTPUT)
    fleet.apps("media/jellyfin", "office/actual")
    return fleet


def test_render_writes_to_the_output_of_the_fleet_from_any_folder(written):
    assert written.run("render", cwd="apps/media") == (0, "", "4 files, 4 new\n")
    assert written.files("rendered") == [
        "media/jellyfin/kustomization.yaml",
        "media/jellyfin/replicationsource.yaml",
        "office/actual/kustomization.yaml",
        "office/actual/replicationsource.yaml",
    ]
    assert written.run("render", "--check") == (0, "", "all files are as rendered\n")


def test_stdout_prints_and_out_wins(written):
    code, out, err = written.run("render", "--stdout")
    assert (code, apps_in(out), err) == (0, ["jellyfin", "actual"], "")
    assert written.run("render", "--out", "other")[0] == 0
    assert not (written.folder / "rendered").exists()
    assert len(written.files("other")) == 4


@pytest.mark.parametrize("arguments", [["--out", "x"], ["--check"]])
def test_stdout_with_what_writes_is_refused(written, arguments):
    assert written.run("render", "--stdout", *arguments)[0] == 2


def test_check_shows_what_render_would_write(written):
    code, out, err = written.run("render", "--check", cwd="apps/media")
    assert (code, err) == (1, "4 new; run without --check to write\n")
    assert not (written.folder / "rendered").exists()
    assert out.count("--- /dev/null") == 4


def test_one_policy_is_written_to_its_place_alone(written):
    assert written.run("render", "apps/media") == (0, "", "2 files, 2 new\n")
    whole = written.run("render")
    assert whole == (0, "", "4 files, 2 new\n")


def test_output_may_be_the_policys_own_folder(fleet):
    fleet.fleet(GLOB + "  output: '{dir}/backup'\n")
    fleet.apps("media/jellyfin")
    assert fleet.run("render")[0] == 0
    assert fleet.files("apps/media/jellyfin/backup") == ["kustomization.yaml", "replicationsource.yaml"]


def test_output_may_be_a_pattern_of_files(fleet):
    fleet.fleet("  cluster: home\n" + GLOB + "  output: 'out/{cluster}/{namespace}-{app}-{role}.yaml'\n")
    fleet.apps("media/jellyfin")
    fleet.run("render")
    assert fleet.files("out") == ["home/media-jellyfin-backup.yaml"]


def test_braces_in_the_name_of_a_folder_are_no_placeholders(fleet):
    folder = "{app}/{x}"
    fleet.fleet(OUTPUT, f"{folder}/backplan.yaml")
    fleet.policy(f"{folder}/apps/media/jellyfin/backup-policy.yaml")
    assert fleet.run("render", cwd=folder)[0] == 0
    assert len(fleet.files(f"{folder}/rendered")) == 2


@pytest.mark.parametrize("output", ["rendered", "rendered/{namespace}", "{dir}/backup"])
def test_link_out_of_the_root_is_not_followed(fleet, tmp_path, output):
    fleet.fleet(GLOB + f"  output: '{output}'\n")
    fleet.apps("media/jellyfin")
    (tmp_path / "elsewhere").mkdir()
    link = "apps/media/jellyfin/backup" if "dir" in output else "rendered"
    (fleet.folder / link).symlink_to(tmp_path / "elsewhere")
    code, _, err = fleet.run("render")
    assert (code, "through a symbolic link; nothing is written" in err) == (2, True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_link_to_itself_is_said_in_one_line(fleet):
    fleet.fleet(OUTPUT)
    fleet.apps("media/jellyfin")
    (fleet.folder / "rendered").symlink_to("rendered")
    said = (
        "backplan: cannot compare with what is there: a symbolic link leads to itself; check the folder of the output"
    )
    assert fleet.run("render") == (2, "", f"{said}\n")


def test_fleets_with_and_without_output_are_not_mixed(written):
    fleet = DEFAULTS.replace("documents", "x")
    written.write("other/backplan.yaml", f"apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec:\n{fleet}")
    written.policy("other/x/backup-policy.yaml", metadata="name: x, namespace: x")
    code, _, err = written.run("render", "apps", "other")
    assert (code, "has no output, others have one; use --out or --stdout" in err) == (2, True)
    assert apps_in(written.rendered("apps", "other", "--stdout")) == ["jellyfin", "actual", "x"]


def test_one_app_in_two_roots_is_not_written_over_itself(written):
    written.fleet(GLOB, "other/backplan.yaml")
    written.policy("other/apps/media/jellyfin/backup-policy.yaml")
    code, _, err = written.run("render", "apps", "other", "--out", "out")
    assert (code, "policies of two roots would write" in err) == (2, True)


def test_two_fleets_are_each_written_to_their_own_output(written):
    written.fleet(OUTPUT, "other/backplan.yaml")
    written.policy("other/apps/media/jellyfin/backup-policy.yaml", 'claim: data, names: {replicationSource: "x"}')
    assert written.run("render", "apps", "other/apps")[0] == 0
    assert len(written.files("rendered")) == 4
    assert len(written.files("other/rendered")) == 2


def test_nothing_is_written_where_anything_is_wrong(written):
    written.policy("apps/office/actual/backup-policy.yaml", "scheduel: x")
    assert written.run("render")[0] == 1
    assert not (written.folder / "rendered").exists()


BOOTSTRAP = (
    "claim: web, engine: cronjob, copyMethod: Direct, restore: {bootstrap: {workload: {kind: Deployment, name: web}}}"
)


def test_component_lies_beside_the_policy_where_clusters_are_told_apart_by_folders(fleet):
    clusters = "".join(f"    - {{name: {name}, policies: [{name}/backup-policy.yaml]}}\n" for name in ("attic", "home"))
    fleet.fleet(f'  output: "{{dir}}/rendered/{{kind}}.yaml"\n  clusters:\n{clusters}')
    for name in ("attic", "home"):
        fleet.policy(f"{name}/backup-policy.yaml", BOOTSTRAP, metadata=f"name: {name}, namespace: web")
    assert fleet.run("render")[0] == 0
    for name in ("attic", "home"):
        assert "rendered/bootstrap/deployment-web.yaml" in fleet.files(name)


def test_component_without_a_folder_is_an_error_and_not_left_out(fleet):
    fleet.fleet()
    fleet.policy("apps/web/web/backup-policy.yaml", BOOTSTRAP)
    code, _, err = fleet.run("render", "--out", "out/{namespace}-{app}-{kind}.yaml")
    assert code == 2
    assert "the bootstrap of web/web is a kustomize Component and needs a folder; add {app} to the folders" in err
    assert fleet.files() == ["apps/web/web/backup-policy.yaml", "backplan.yaml"]
