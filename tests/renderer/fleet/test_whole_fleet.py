"""A command without PATH means the fleet of the nearest backplan.yaml; with PATH it means those policies of it."""

import pytest

from tests.renderer.fleet.repository import DEFAULTS, GLOB, apps_in


@pytest.mark.parametrize("cwd", ["", "apps", "apps/media/jellyfin", "docs/deep"])
def test_command_without_path_renders_the_same_fleet_from_any_folder(fleet, cwd):
    fleet.fleet()
    fleet.apps("media/jellyfin", "office/actual")
    (fleet.folder / "docs" / "deep").mkdir(parents=True)
    whole = fleet.rendered()
    assert apps_in(whole) == ["jellyfin", "actual"]
    assert fleet.rendered(cwd=cwd) == whole


@pytest.mark.parametrize("spec", [GLOB, ""], ids=["globs", "names"])
@pytest.mark.parametrize("mark", ["backplan.yaml", ".git"])
def test_another_root_below_is_no_part_of_the_fleet(fleet, spec, mark):
    fleet.fleet(spec)
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", metadata="name: jellyfin, namespace: media")
    fleet.policy("apps/media/other/backup-policy.yaml", metadata="name: other, namespace: media")
    fleet.write(f"apps/media/other/{mark}", "")
    assert apps_in(fleet.rendered()) == ["jellyfin"]


def test_fleet_without_globs_is_every_policy_by_its_name(fleet):
    fleet.fleet("")
    fleet.policy("a/backup-policy.yaml", metadata="name: a, namespace: x")
    fleet.policy("b/c/web.backup-policy.yml", metadata="name: c, namespace: x")
    fleet.policy(".hidden/backup-policy.yaml", metadata="name: d, namespace: x")
    assert apps_in(fleet.rendered(cwd="b")) == ["a", "c"]


def test_without_a_fleet_every_policy_below_is_meant_as_before(fleet):
    fleet.write(".git/config", "")
    spec = DEFAULTS.split("\n", 1)[1].replace("    ", "  ").strip().replace("\n  ", ", ").replace("\n", ", ")
    for name in ("a", "b"):
        fleet.policy(f"{name}/backup-policy.yaml", f"claim: data, {spec}", f"name: {name}, namespace: x")
    assert apps_in(fleet.rendered()) == ["a", "b"]
    assert apps_in(fleet.rendered(cwd="b")) == ["b"]


def test_globs_may_name_files_as_they_like(fleet):
    fleet.fleet('  policies: ["{namespace}/{app}.backup.yaml"]\n')
    fleet.policy("media/jellyfin.backup.yaml")
    fleet.policy("media/jellyfin/backup-policy.yaml")
    assert apps_in(fleet.rendered()) == ["jellyfin"]


def test_folder_is_searched_by_globs_and_by_names(fleet):
    fleet.fleet('  policies: ["{namespace}/{app}.backup.yaml"]\n')
    fleet.policy("media/jellyfin.backup.yaml")
    fleet.policy("office/actual.backup.yaml")
    fleet.policy("media/own/backup-policy.yaml", metadata="name: own, namespace: media")
    code, out, err = fleet.run("render", "media")
    assert (code, apps_in(out)) == (0, ["jellyfin", "own"])
    assert "media/own/backup-policy.yaml:1:1: warning: no glob of the fleet matches this policy" in err


def test_folder_alone_renders_as_its_part_of_the_fleet(fleet):
    fleet.fleet()
    fleet.apps("media/jellyfin", "office/actual")
    whole = fleet.rendered()
    parts = [fleet.rendered(path) for path in ("apps/media", "apps/office/actual/backup-policy.yaml")]
    assert "---\n".join(parts) == whole
    assert fleet.rendered(fleet.folder / "apps" / "media", cwd="apps/office") == parts[0]


def test_first_glob_that_matches_says_the_names(fleet):
    fleet.fleet('  policies: ["apps/{namespace}/{app}/*.yaml", "apps/{app}/{namespace}/*.yaml"]\n')
    fleet.apps("media/jellyfin")
    assert "namespace: media\n" in fleet.rendered()


def test_overlapping_globs_are_not_reported_as_matching_nothing(fleet):
    fleet.fleet('  policies: ["**/backup-policy.yaml", "apps/*/*/backup-policy.yaml"]\n')
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", metadata="name: jellyfin, namespace: media")
    assert fleet.run("validate") == (0, "", "1 policy file: no problems\n")


def test_metadata_may_be_given_in_part(fleet):
    fleet.fleet('  policies: ["apps/*/{app}/backup-policy.yaml"]\n')
    fleet.policy("apps/x/jellyfin/backup-policy.yaml", metadata="namespace: media")
    assert "  name: jellyfin\n  namespace: media\n" in fleet.rendered()


def test_no_policy_at_all_is_said_and_removes_nothing(fleet):
    fleet.fleet(GLOB + "  output: rendered\n")
    fleet.apps("media/jellyfin")
    fleet.run("render")
    before = fleet.files("rendered")
    (fleet.folder / "apps/media/jellyfin/backup-policy.yaml").unlink()
    code, _, err = fleet.run("render")
    assert (code, "no file is matched by any glob" in err) == (2, True)
    assert fleet.files("rendered") == before != []


def test_broken_fleet_file_and_broken_policies_are_told_together(fleet):
    fleet.fleet("  policies: [/apps]\n")
    fleet.policy("apps/a/backup-policy.yaml", "scheduel: x")
    code, _, err = fleet.run("validate")
    assert code == 1
    assert "backplan.yaml:4:14: error: '/apps' is an absolute path" in err
    assert "apps/a/backup-policy.yaml:3:8: error: unknown key 'scheduel'" in err


def test_linked_folders_are_not_followed(fleet):
    fleet.fleet()
    fleet.apps("media/jellyfin")
    (fleet.folder / "apps" / "linked").symlink_to(fleet.folder / "apps" / "media")
    (fleet.folder / "apps" / "loop").symlink_to("loop")
    (fleet.folder / "apps" / "media" / "gone").symlink_to("nowhere")
    assert apps_in(fleet.rendered()) == ["jellyfin"]


@pytest.mark.parametrize("path", ["nowhere", "loop", "x" * 5000, "a\0b"])
def test_what_is_no_path_is_said_in_one_line(fleet, path):
    fleet.fleet()
    (fleet.folder / "loop").symlink_to("loop")
    code, out, err = fleet.run("render", path)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_folder_of_the_fleet_file_is_the_whole_fleet(fleet):
    fleet.fleet(GLOB + "  output: rendered\n")
    fleet.apps("media/jellyfin", "office/actual")
    fleet.run("render")
    (fleet.folder / "apps/office/actual/backup-policy.yaml").unlink()
    assert fleet.run("render", fleet.folder, cwd="apps/media")[2] == "2 files, 2 removed\n"


def test_explain_effective_speaks_of_the_whole_fleet(fleet):
    fleet.fleet()
    fleet.apps("media/jellyfin", "office/actual")
    out = fleet.run("explain", "--effective", cwd="apps/media")[1]
    assert [line.split(",")[0] for line in out.splitlines() if line.startswith("# ")] == [
        "# media/jellyfin",
        "# office/actual",
    ]


FULL = """claim: data, engine: volsync, copyMethod: Snapshot, schedule: "@daily", retain: {daily: 7},
  repository: {url: "s3:https://s3.example.com/{namespace}/{app}", secret: {name: "{app}-restic"}}"""


@pytest.mark.parametrize("spec", ["  cluster: home\n", "  cluster: home\n" + GLOB, GLOB])
def test_adding_a_fleet_file_changes_nothing_that_is_rendered(fleet, spec):
    fleet.write(".git/config", "")
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", FULL, "name: jellyfin, namespace: media")
    before = fleet.rendered()
    fleet.fleet(spec, defaults="")
    assert fleet.rendered() == before


def test_adding_clusters_changes_nothing_that_is_rendered(fleet):
    fleet.write(".git/config", "")
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", FULL, "name: jellyfin, namespace: media")
    before = fleet.rendered()
    fleet.fleet('  clusters: [{name: home, policies: ["**/backup-policy.yaml"]}]\n', defaults="")
    assert fleet.rendered() == before
