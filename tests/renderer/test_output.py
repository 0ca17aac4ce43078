"""Writing files: only what changed, only what is ours, all or nothing."""

import os
import stat
import subprocess
import sys

import pytest

from renderer.cli import main
from renderer.errors import UsageError
from renderer.output import Pattern
from tests.tools import ROOT

POLICY = """apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: paperless, namespace: documents}
spec:
  engine: volsync
  claim: paperless-data
  copyMethod: Snapshot
  schedule: "@daily"
  retain: {daily: 7}
  repository: {url: "s3:https://s3.example.com/paperless", secret: {name: paperless-restic}}
"""
CREATE = "  create: {capacity: 1Gi}\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capsysbinary):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, policy=POLICY):
        (tmp_path / "backup-policy.yaml").write_text(policy)
        code = main(["render", *arguments])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


OUT = "out/documents/paperless"


def test_writes_a_file_for_each_kind_and_a_kustomization(run, tmp_path):
    code, out, err = run("--out", "out", policy=POLICY + CREATE)
    assert (code, out) == (0, "")
    assert err == "3 files, 3 new\n"
    assert sorted(files(tmp_path / "out")) == [
        "documents/paperless/kustomization.yaml",
        "documents/paperless/persistentvolumeclaim.yaml",
        "documents/paperless/replicationsource.yaml",
    ]


def test_unchanged_files_are_not_touched(run, tmp_path):
    run("--out", "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    assert run("--out", "out") == (0, "", "2 files, none changed\n")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


def test_stale_files_of_ours_are_removed_and_others_stay(run, tmp_path):
    run("--out", "out", policy=POLICY + CREATE)
    (tmp_path / OUT / "deployment.yaml").write_text("kind: Deployment\n")
    (tmp_path / OUT / "notes.txt").write_text("mine\n")
    (tmp_path / OUT / "link.yaml").symlink_to("persistentvolumeclaim.yaml")
    code, _, err = run("--out", "out")
    assert (code, err) == (0, "2 files, 1 changed, 1 removed\n")
    assert sorted(path.name for path in (tmp_path / OUT).iterdir()) == [
        "deployment.yaml", "kustomization.yaml", "link.yaml", "notes.txt", "replicationsource.yaml",
    ]  # fmt: skip


def test_file_that_is_not_ours_is_never_overwritten_and_nothing_else_is_written(run, tmp_path):
    (tmp_path / OUT).mkdir(parents=True)
    (tmp_path / OUT / "replicationsource.yaml").write_text("kind: Mine\n")
    code, _, err = run("--out", "out")
    assert code == 2
    assert "exists and was not rendered by Backplan; move it away or choose another --out" in err
    assert files(tmp_path / "out") == {"documents/paperless/replicationsource.yaml": b"kind: Mine\n"}


@pytest.mark.parametrize("obstacle", ["folder", "link", "pipe"])
def test_what_is_no_file_is_not_replaced(run, tmp_path, obstacle):
    (tmp_path / OUT).mkdir(parents=True)
    path = tmp_path / OUT / "replicationsource.yaml"
    if obstacle == "folder":
        path.mkdir()
    elif obstacle == "link":
        path.symlink_to("elsewhere")
    else:
        os.mkfifo(path)
    code, _, err = run("--out", "out")
    assert (code, "is in the way and is not a regular file; move it away" in err) == (2, True)


def test_mode_of_a_replaced_file_is_kept_and_new_ones_follow_the_umask(run, tmp_path):
    before = os.umask(0o027)
    try:
        run("--out", "out")
        path = tmp_path / OUT / "replicationsource.yaml"
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        run("--out", "out", policy=POLICY.replace("daily: 7", "daily: 8"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_failure_on_the_way_leaves_everything_as_it_was(run, tmp_path, monkeypatch):
    run("--out", "out", policy=POLICY + CREATE)
    before = files(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device", "x.yaml")

    monkeypatch.setattr("renderer.output.files._mode", full)
    code, _, err = run("--out", "out", policy=POLICY.replace("daily: 7", "daily: 8") + CREATE)
    assert (code, err) == (2, "backplan: cannot write 'x.yaml': no space left on device\n")
    monkeypatch.undo()
    assert {**files(tmp_path), "backup-policy.yaml": b""} == {**before, "backup-policy.yaml": b""}


def test_out_folder_that_is_a_link_is_followed(run, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    assert run("--out", "out")[0] == 0
    assert len(files(tmp_path / "real")) == 2


def test_check_prints_a_diff_and_writes_nothing(run, tmp_path):
    code, out, err = run("--out", "out", "--check")
    assert (code, err) == (1, "2 new; run without --check to write\n")
    assert "--- /dev/null\n+++ b/out/documents/paperless/kustomization.yaml\n" in out
    assert not (tmp_path / "out").exists()
    run("--out", "out")
    assert run("--out", "out", "--check") == (0, "", "all files are as rendered\n")
    code, out, _ = run("--out", "out", "--check", policy=POLICY.replace("daily: 7", "daily: 8"))
    assert (code, "\n-      daily: 7\n+      daily: 8\n" in out) == (1, True)


def test_two_apps_of_one_file_name_the_way_out(run, tmp_path):
    other = POLICY.replace("paperless", "immich")
    code, _, err = run("--out", "out/{kind}.yaml", policy=POLICY + "---\n" + other)
    assert (code, "add {namespace} and {app} to --out" in err) == (2, True)


def test_pattern_sorts_files_by_what_it_names(run, tmp_path):
    assert run("--out", "out/{role}/{namespace}-{app}.yaml", policy=POLICY + CREATE)[0] == 0
    assert sorted(files(tmp_path / "out")) == ["backup/documents-paperless.yaml", "restore/documents-paperless.yaml"]


@pytest.mark.parametrize("out", ["x/{apps}", "{}/x", "{app}/{volume}.yaml"])
def test_unknown_placeholder_of_a_pattern_is_refused(out):
    with pytest.raises(UsageError, match="known are"):
        Pattern.of(out)


def test_standard_output_and_files_hold_the_same_objects(run, tmp_path):
    _, out, _ = run(policy=POLICY + CREATE)
    run("--out", "out/{namespace}-{app}.yaml", policy=POLICY + CREATE)
    (written,) = (path for path in files(tmp_path / "out").values())
    assert written.decode() == out


def test_full_disk_is_one_line_and_no_traceback(tmp_path):
    (tmp_path / "backup-policy.yaml").write_text(POLICY)
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        command = [sys.executable, "-m", "renderer", "render", str(tmp_path)]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (2, "backplan: cannot write to standard output: no space left on device\n")


@pytest.mark.parametrize("trouble", ["link to itself", "name too long", "link out"])
def test_trouble_with_the_folder_of_out_is_said_in_one_line(tmp_path, monkeypatch, capfd, trouble):
    (tmp_path / "backup-policy.yaml").write_text(POLICY)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "out" / "documents").mkdir(parents=True)
    (tmp_path / "out" / "documents" / "paperless").symlink_to("/usr")
    monkeypatch.chdir(tmp_path)
    out = {"link to itself": "loop", "name too long": "x" * 300, "link out": "out"}[trouble]
    assert main(["render", "--out", out]) == 2
    said = capfd.readouterr().err
    assert said.startswith("backplan: ")
    assert len(said.splitlines()) == 1
    assert "a bug of ours" not in said
