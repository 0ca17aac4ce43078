"""What a run over the whole fleet removes: our own files of policies that are gone, and nothing else."""

import pytest

from tests.renderer.fleet.repository import GLOB

OUTPUT = GLOB + "  output: rendered\n"


@pytest.fixture
def written(fleet):
    fleet.fleet(OUTPUT)
    fleet.apps("media/jellyfin", "office/actual")
    fleet.run("render")
    return fleet


def remove(fleet, path):
    (fleet.folder / path).unlink()


def test_files_and_folders_of_a_policy_that_is_gone_are_removed(written):
    remove(written, "apps/office/actual/backup-policy.yaml")
    code, out, err = written.run("render", "--check")
    assert (code, err) == (1, "2 removed; run without --check to write\n")
    assert out.count("+++ /dev/null\n") == 2
    assert len(written.files("rendered")) == 4
    assert written.run("render", cwd="apps/media") == (0, "", "2 files, 2 removed\n")
    assert sorted(path.name for path in (written.folder / "rendered").iterdir()) == ["media"]
    assert written.run("render", "--check") == (0, "", "all files are as rendered\n")


@pytest.mark.parametrize("arguments", [["apps/media"], ["apps"], ["apps", "."]])
def test_run_over_some_policies_removes_nothing_of_others(written, arguments):
    remove(written, "apps/office/actual/backup-policy.yaml")
    assert written.run("render", *arguments)[2] == "2 files, none changed\n"


def test_run_for_one_cluster_removes_nothing_of_others(fleet):
    fleet.fleet('  policies: ["{cluster}/{namespace}/{app}/p.yaml"]\n  output: rendered\n')
    for path in ("attic/a/b", "cellar/a/c", "cellar/a/d"):
        fleet.policy(f"{path}/p.yaml")
    fleet.run("render")
    remove(fleet, "cellar/a/c/p.yaml")
    assert fleet.run("render", "--cluster", "cellar")[2] == "2 files, none changed\n"
    assert fleet.run("render")[2] == "4 files, 2 removed\n"


def test_document_removed_from_a_file_of_several_takes_its_files_along(fleet):
    fleet.fleet("  output: rendered\n")
    two = [fleet.policy("p", metadata=f"name: {name}, namespace: x").read_text() for name in ("one", "two")]
    fleet.write("backup-policy.yaml", "---\n".join(two))
    assert fleet.run("render")[2] == "4 files, 4 new\n"
    fleet.write("backup-policy.yaml", two[0])
    assert fleet.run("render")[2] == "2 files, 2 removed\n"
    assert fleet.files("rendered") == ["x/one/kustomization.yaml", "x/one/replicationsource.yaml"]


def test_policy_that_moved_keeps_its_files_under_a_new_header(written):
    (written.folder / "apps/media/actual").mkdir()
    (written.folder / "apps/office/actual/backup-policy.yaml").rename(
        written.folder / "apps/media/actual/backup-policy.yaml"
    )
    assert written.run("render")[2] == "4 files, 2 new, 2 removed\n"


def test_policy_that_no_glob_means_any_more_keeps_its_files(written):
    written.fleet('  policies: ["apps/media/{app}/backup-policy.yaml"]\n  output: rendered\n')
    written.policy("apps/media/jellyfin/backup-policy.yaml", metadata="namespace: media")
    assert written.run("render")[2] == "2 files, none changed\n"
    assert len(written.files("rendered")) == 4


def test_what_does_not_carry_our_header_stays(written):
    remove(written, "apps/office/actual/backup-policy.yaml")
    written.write("rendered/office/actual/mine.yaml", "kind: Mine\n")
    written.write("rendered/office/cut.yaml", "# Rendered by Backplan from apps/x/backup-policy.yaml\n")
    written.write("rendered/office/notes.txt", "# Rendered by Backplan from x; changes made here are overwritten.\n")
    (written.folder / "rendered/office/actual/empty").mkdir()
    written.run("render")
    assert [path for path in written.files("rendered") if path.startswith("office")] == [
        "office/actual/mine.yaml", "office/cut.yaml", "office/notes.txt",
    ]  # fmt: skip
    assert (written.folder / "rendered/office/actual/empty").is_dir()


def test_links_other_roots_and_hidden_folders_are_passed_over(written, tmp_path):
    gone = (written.folder / "rendered/office/actual/replicationsource.yaml").read_text()
    remove(written, "apps/office/actual/backup-policy.yaml")
    for folder in ("rendered/.cache", "rendered/nested", "elsewhere"):
        written.write(f"{folder}/x.yaml", gone)
    written.fleet("", "rendered/nested/backplan.yaml")
    (written.folder / "rendered/linked").symlink_to(written.folder / "elsewhere")
    (written.folder / "rendered/media/linked.yaml").symlink_to(written.folder / "elsewhere/x.yaml")
    assert written.run("render")[2] == "2 files, 2 removed\n"
    assert written.files("elsewhere") == ["x.yaml"]
    assert {".cache/x.yaml", "nested/x.yaml", "media/linked.yaml"} <= set(written.files("rendered"))


def test_folder_outside_of_the_root_may_be_of_several_repositories(written, tmp_path):
    """Headers name a policy from its root, and do not say whose root that is."""
    out = tmp_path / "shared"
    written.policy("apps/media/jellyfin/backup-policy.yaml", "claim: data, create: {capacity: 1Gi}")
    written.run("render", "--out", out)
    remove(written, "apps/office/actual/backup-policy.yaml")
    assert written.run("render", "--out", out)[2] == "3 files, none changed\n"
    assert len(list(out.rglob("*.yaml"))) == 5
    written.apps("media/jellyfin")
    assert written.run("render", "--out", out)[2] == "2 files, 1 changed, 1 removed\n"


def test_files_elsewhere_in_the_root_are_another_runs(written):
    written.run("render", "--out", "staging")
    remove(written, "apps/office/actual/backup-policy.yaml")
    assert written.run("render")[2] == "2 files, 2 removed\n"
    assert len(written.files("staging")) == 4


@pytest.mark.parametrize("output", ["{dir}/backup", "{dir}", "{dir}/{app}-{kind}.yaml", "{dir}/backup/{role}.yaml"])
def test_beside_policies_only_what_their_run_would_write_is_removed(fleet, output):
    fleet.fleet(GLOB + f"  output: '{output}'\n")
    fleet.apps("media/jellyfin", "office/actual")
    fleet.run("render", "--out", "staging")
    fleet.run("render", "--out", "{dir}/staging")
    fleet.run("render")
    before = fleet.files()
    gone = "apps/office/actual/"
    remove(fleet, f"{gone}backup-policy.yaml")
    assert "removed" in fleet.run("render")[2]
    left = [path for path in before if not path.startswith(gone) or path.startswith(f"{gone}staging/")]
    assert fleet.files() == left


@pytest.mark.parametrize("out", [".", "{namespace}/{app}", "./{namespace}-{app}-{kind}.yaml"])
def test_output_in_the_root_itself_removes_only_paths_of_its_shape(fleet, out):
    fleet.fleet(GLOB + f"  output: '{out}'\n")
    fleet.apps("media/jellyfin", "office/actual")
    fleet.run("render", "--out", "deep/er/staging")
    fleet.run("render")
    before = fleet.files()
    remove(fleet, "apps/office/actual/backup-policy.yaml")
    assert "removed" in fleet.run("render")[2]
    gone = {path for path in before if path not in fleet.files()}
    assert all(
        path.startswith(("office/actual/", "office-actual-", "apps/office/actual/backup-policy")) for path in gone
    )
    assert len([path for path in fleet.files() if path.startswith("deep/")]) == 4


def test_another_pattern_clears_what_the_old_one_wrote(written):
    written.fleet(GLOB + "  output: 'rendered/{namespace}-{app}.yaml'\n")
    assert written.run("render")[2] == "2 files, 2 new, 4 removed\n"
    assert written.files("rendered") == ["media-jellyfin.yaml", "office-actual.yaml"]


@pytest.mark.parametrize("name", ["back\\slash", "übung", "sp ace", "ring\u200bing"])
def test_name_that_a_header_cannot_show_is_never_taken_for_gone(fleet, name):
    fleet.fleet("  output: rendered\n")
    fleet.policy(f"{name}/backup-policy.yaml", metadata="name: odd, namespace: x")
    fleet.policy("plain/backup-policy.yaml", metadata="name: plain, namespace: x")
    fleet.run("render")
    fleet.fleet('  policies: ["plain/backup-policy.yaml"]\n  output: rendered\n')
    assert fleet.run("render")[2] == "2 files, none changed\n"
    assert len(fleet.files("rendered")) == 4
