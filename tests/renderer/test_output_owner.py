"""Whose file is whose: several policies in one folder, stale files, and what a user keeps beside them."""

import pytest

from renderer.cli import main
from tests.renderer.test_output import CREATE, POLICY, files

OTHER = POLICY.replace("paperless", "immich")
RESTORE = "  restore: {bootstrap: {onMissing: empty}}\n"
KUSTOMIZATION = "kind: Kustomization\nresources: [deployment.yaml]\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capsysbinary):
    """Write policies by their names, then render with the arguments."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **policies):
        for name, text in policies.items():
            path = tmp_path / f"{name}.backup-policy.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        code = main(["render", *arguments])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    (tmp_path / "backplan.yaml").write_text("apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec: {}\n")
    return run


def test_two_policies_of_one_folder_never_take_each_others_files(run, tmp_path):
    """As a hook renders them, one after the other."""
    assert run("a.backup-policy.yaml", "--out", "{dir}/backup", a=POLICY + CREATE)[0] == 0
    before = files(tmp_path / "backup")
    code, _, err = run("b.backup-policy.yaml", "--out", "{dir}/backup", b=OTHER)
    assert code == 2
    assert err.endswith(
        "replicationsource.yaml' is rendered from 'a.backup-policy.yaml' and would be overwritten by what "
        "'b.backup-policy.yaml' renders; add {app} to the folders of --out\n"
    )
    assert files(tmp_path / "backup") == before


def test_kustomization_of_another_policy_is_not_taken_either(run, tmp_path):
    out = "{dir}/backup/{app}-{kind}.yaml"
    assert run("a.backup-policy.yaml", "--out", out, a=POLICY)[0] == 0
    code, _, err = run("b.backup-policy.yaml", "--out", out, b=OTHER)
    assert (code, "kustomization.yaml' is rendered from 'a.backup-policy.yaml'" in err) == (2, True)
    assert sorted(files(tmp_path / "backup")) == ["kustomization.yaml", "paperless-replicationsource.yaml"]


def test_files_of_a_policy_that_is_gone_are_replaced(run, tmp_path):
    run("--out", "{dir}/backup", a=POLICY)
    (tmp_path / "a.backup-policy.yaml").unlink()
    assert run("--out", "{dir}/backup", b=POLICY) == (0, "", "2 files, 2 changed\n")


def test_stale_files_of_another_policy_stay(run, tmp_path):
    run("--out", "{dir}/backup", a=POLICY + CREATE)
    claim = "# Rendered by Backplan from elsewhere.yaml; changes made here are overwritten.\nkind: Mine\n"
    (tmp_path / "backup/other.yaml").write_text(claim)
    assert run("--out", "{dir}/backup", a=POLICY) == (0, "", "2 files, 1 changed, 1 removed\n")
    assert "other.yaml" in files(tmp_path / "backup")


@pytest.mark.parametrize("out", ["out/{app}/{role}", "out/{role}/{app}", "out/{app}-{role}/{kind}.yml"])
def test_folder_that_nothing_is_rendered_into_any_more_is_cleared(run, tmp_path, out):
    run("--out", out, a=POLICY + CREATE + RESTORE)
    run("--out", out, b=OTHER + CREATE + RESTORE)
    before = len(files(tmp_path / "out"))
    code, diff, err = run("--out", out, "--check", a=POLICY)
    assert (code, err) == (1, "3 removed; run without --check to write\n")
    assert diff.count("+++ /dev/null") == 3
    assert run("--out", out)[2] == "7 files, 3 removed\n"
    assert len(files(tmp_path / "out")) == before - 3
    assert run("--out", out, "--check") == (0, "", "all files are as rendered\n")


def test_links_hidden_folders_and_what_is_not_ours_are_passed_over(run, tmp_path):
    run("--out", "out/{app}/{role}", a=POLICY + CREATE)
    own = tmp_path / "out/paperless"
    (own / ".cache").mkdir()
    (tmp_path / "elsewhere").mkdir()
    for folder in (own / ".cache", tmp_path / "elsewhere"):
        (folder / "claim.yaml").write_bytes((own / "restore/persistentvolumeclaim.yaml").read_bytes())
    (own / "linked").symlink_to(tmp_path / "elsewhere")
    (own / "restore/mine.yaml").write_text("kind: Mine\n")
    assert run("--out", "out/{app}/{role}", a=POLICY)[2] == "2 files, 2 removed\n"
    assert sorted(files(tmp_path / "elsewhere")) == ["claim.yaml"]
    assert sorted(path.name for path in (own / "restore").iterdir()) == ["mine.yaml"]
    assert (own / ".cache/claim.yaml").exists()


def test_folders_of_two_runs_beside_each_other_stay(run, tmp_path):
    run("--out", "{dir}/staging", a=POLICY)
    assert run("--out", "{dir}/production") == (0, "", "2 files, 2 new\n")
    assert len(files(tmp_path / "staging")) == 2


@pytest.mark.parametrize("out", ["out/{cluster}/{app}", "out/{app}/{cluster}-{kind}.yaml"])
def test_placeholder_without_a_value_is_refused(run, tmp_path, out):
    code, _, err = run("--out", out, a=POLICY)
    assert code == 2
    assert err == (
        "backplan: '{cluster}' in --out has no value; set spec.cluster in backplan.yaml or write the name out\n"
    )
    assert not (tmp_path / "out").exists()


LEFT = "left out/paperless/kustomization.yaml as it is: not rendered by Backplan; list the rendered files in it\n"


def test_kustomization_of_the_users_own_is_left_alone(run, tmp_path):
    (tmp_path / "out/paperless").mkdir(parents=True)
    own = tmp_path / "out/paperless/kustomization.yaml"
    own.write_text(KUSTOMIZATION)
    assert run("--out", "out/{app}", a=POLICY) == (0, "", LEFT + "1 file, 1 new\n")
    assert run("--out", "out/{app}", "--check") == (0, "", LEFT + "all files are as rendered\n")
    assert own.read_text() == KUSTOMIZATION


def test_linked_kustomization_is_left_alone(run, tmp_path):
    (tmp_path / "out/paperless").mkdir(parents=True)
    (tmp_path / "out/paperless/kustomization.yaml").symlink_to("../shared.yaml")
    assert run("--out", "out/{app}", a=POLICY)[2] == LEFT + "1 file, 1 new\n"


def test_objects_in_a_file_called_kustomization_are_refused(run):
    code, _, err = run("--out", "out/{app}/kustomization.yaml", a=POLICY)
    assert (code, "use another name" in err) == (2, True)


def test_line_ends_that_git_changed_do_not_make_a_file_foreign(run, tmp_path):
    run("--out", "out/{app}", a=POLICY + CREATE)
    for path in (tmp_path / "out/paperless").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run("--out", "out/{app}", a=POLICY)[2] == "2 files, 2 changed, 1 removed\n"
