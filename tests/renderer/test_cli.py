"""The command: exit codes, streams, formats."""

import json
import subprocess
import sys

import pytest

from renderer.cli import COMMANDS, main
from tests.tools import ROOT

POLICY = """apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: paperless, namespace: documents}
spec:
  engine: volsync
  claim: paperless-data
  copyMethod: Snapshot
  schedule: "30 6 * * *"
  retain: {daily: 7}
  repository: {url: "s3:https://s3.example.com/paperless", secret: {name: paperless-restic}}
"""
WARNING = POLICY + '  window: "01:00-05:00"\n'
ERROR = POLICY.replace("daily:", "dayly:")


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "NO_COLOR", "BACKPLAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments, policy=None):
        if policy is not None:
            (tmp_path / "backup-policy.yaml").write_text(policy)
        code = main(list(arguments))
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


def program(*arguments, **keywords):
    command = [sys.executable, "-m", "renderer", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, **keywords)


@pytest.mark.parametrize("command", ["render", "validate"])
@pytest.mark.parametrize(
    ("policy", "strict", "code"),
    [
        (POLICY, False, 0),
        (POLICY, True, 0),
        (WARNING, False, 0),
        (WARNING, True, 1),
        (ERROR, False, 1),
        (ERROR, True, 1),
    ],
)
def test_exit_code_says_whether_anything_is_wrong(run, command, policy, strict, code):
    assert run(command, *(["--strict"] if strict else []), policy=policy)[0] == code


def test_standard_output_holds_manifests_and_nothing_else(run):
    _, out, err = run("render", policy=WARNING)
    assert out.startswith("# Rendered by Backplan from backup-policy.yaml")
    assert ": warning: " in err
    assert ": warning: " not in out
    assert run("render", policy=ERROR)[1] == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"], ["render", "--frobnicate"], ["render", "nowhere"], ["render"], ["render", "--check"],
        ["validate", "--format", "xml"], ["explain", "scheduel"], ["schema", "pods"], ["new"], ["new", "Not A Name"],
        ["explain", "--effective"], ["render", "--out", "{x}"], ["restore"], ["restore", "nothing"], ["run", "nothing"],
        ["run"], ["run", "nothing", "--", "snapshots"], ["restore", "x", "--as-of", "now", "--previous", "1"],
    ],
)  # fmt: skip
def test_wrong_usage_is_exit_code_2_and_a_line_on_standard_error(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.count("backplan") >= 1
    assert "Traceback" not in err


def test_usage_is_shown_where_nothing_is_asked(run):
    for arguments, code in (([], 2), (["--help"], 0), (["help"], 0)):
        found, out, err = run(*arguments)
        assert (found, err) == (code, "")
        assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert out.startswith(f"usage: backplan {command}")


def test_version_is_the_package_s(run):
    code, out, _ = run("--version")
    assert (code, out.startswith("backplan 0.")) == (0, True)


def test_json_of_validate_is_the_product(run):
    code, out, err = run("validate", "--format", "json", policy=ERROR)
    assert (code, err) == (1, "")
    assert json.loads(out) == [
        {
            "file": "backup-policy.yaml", "line": 9, "column": 12, "severity": "error", "rule": "schema",
            "message": "unknown key 'dayly'; did you mean 'daily'?",
        }
    ]  # fmt: skip
    assert json.loads(run("validate", "--format", "json", policy=POLICY)[1]) == []


def test_json_of_render_stays_out_of_the_manifests(run):
    _, out, err = run("render", "--format", "json", policy=WARNING)
    assert [problem["rule"] for problem in json.loads(err)] == ["window"]
    assert out.startswith("# Rendered")


def test_github_s_format_is_chosen_inside_github_actions(run, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    _, _, err = run("validate", policy=ERROR)
    assert err.startswith("::error file=backup-policy.yaml,line=9,col=12,title=schema::unknown key 'dayly'; did")
    assert run("validate", "--format", "text", policy=ERROR)[2].startswith("backup-policy.yaml:9:12: error: ")


def test_github_s_format_puts_errors_first_and_escapes(run, tmp_path):
    (tmp_path / "a,b%-backup-policy.yaml").write_text(ERROR)
    _, _, err = run("validate", "--format", "github", policy=WARNING.replace("paperless", "immich"))
    assert [line.partition(" ")[0] for line in err.splitlines()[:2]] == ["::error", "::warning"]
    assert "file=a%2Cb%25-backup-policy.yaml," in err


def test_colours_only_on_a_terminal_and_only_for_those_who_want_them(tmp_path):
    from renderer.commands.console import Console

    def console(is_terminal, **environ):
        return Console(sys.stdout.buffer, sys.stderr.buffer, tmp_path, environ, is_terminal).colours

    assert console(True)
    assert not console(False)
    assert not console(True, NO_COLOR="1")
    assert console(True, NO_COLOR="")
    assert not console(True, TERM="dumb")


def test_closed_pipe_is_no_error_message(tmp_path):
    (tmp_path / "backup-policy.yaml").write_text(POLICY)
    command = f"'{sys.executable}' -m renderer render '{tmp_path}' | true"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


def test_bug_of_ours_is_one_line_and_exit_code_3(run, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("renderer.commands.validate.render", broken)
    code, out, err = run("validate", policy=POLICY)
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert "a bug of ours: RuntimeError" in err
    assert "secret detail" not in err


def test_overlays_of_the_command_line_win(run, tmp_path):
    (tmp_path / "more.yaml").write_text(
        "apiVersion: backplan.dev/v1alpha1\nkind: BackupOverlay\nspec: {paused: true}\n"
    )
    assert "  paused: true\n" in run("render", "--overlay", "./more.yaml", policy=POLICY + "  paused: false\n")[1]


def test_files_are_named_from_where_the_command_runs(run, tmp_path):
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "x-backup-policy.yaml").write_text(ERROR)
    assert run("validate")[2].startswith("apps/x-backup-policy.yaml:9:12: error: ")
    assert run("validate", "apps/x-backup-policy.yaml")[2].startswith("apps/x-backup-policy.yaml:9:12: error: ")


def test_one_file_named_twice_is_read_once(run):
    code, out, _ = run("render", "backup-policy.yaml", ".", "./backup-policy.yaml", policy=POLICY)
    assert (code, out.count("kind: ReplicationSource")) == (0, 1)


def test_hidden_folders_are_not_searched(run, tmp_path):
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "backup-policy.yaml").write_text(ERROR)
    assert run("validate", policy=POLICY)[0] == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("retain.daily", "retain.daily: Daily"), ("spec.volumes.claim", "volumes.claim: Claim"),
        ("one-writer", "[one-writer]: two backups"), ("[schema]", "[schema]: an unknown key"),
    ],
)  # fmt: skip
def test_explain_knows_keys_and_rules(run, name, expected):
    code, out, _ = run("explain", name)
    assert code == 0
    assert out.startswith(expected)


def test_explain_guesses_what_was_meant(run):
    assert "did you mean 'retain.daily'?" in run("explain", "retain.dayly")[2]


def test_explain_effective_names_the_place_of_each_value(run, tmp_path):
    (tmp_path / "backplan.yaml").write_text(
        "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec:\n  defaults:\n    pruneIntervalDays: 9\n"
    )
    code, out, _ = run("explain", "--effective", policy=POLICY)
    assert code == 0
    lines = {line.partition("#")[0].strip(): line.partition("#")[2].strip() for line in out.splitlines()}
    assert lines["pruneIntervalDays: 9"] == "backplan.yaml:5:24"
    assert lines["engine: volsync"] == "backup-policy.yaml:5:11"


@pytest.mark.parametrize("name", ["policy", "overlay", "fleet"])
def test_schema_prints_json(run, name):
    code, out, _ = run("schema", name)
    assert (code, "$defs" in json.loads(out)) == (0, True)


@pytest.mark.parametrize(
    ("engine", "said"),
    [("cronjob", "claimName: paperless-data"), ("volsync", "sourcePVC: paperless-data")],
)
def test_new_policy_renders_without_a_word(run, engine, said):
    names = ["--namespace", "documents", "--claim", "paperless-data"]
    code, out, err = run("new", "paperless", *names, *(["--engine", engine] if engine == "volsync" else []))
    assert (code, out) == (0, "")
    assert err.startswith("wrote backup-policy.yaml; ")
    code, out, err = run("render", "--strict")
    assert (code, err) == (0, "")
    assert said in out


def test_new_policy_replaces_nothing(run, tmp_path):
    code, _, err = run("new", "paperless", policy="mine\n")
    assert (code, "is there already; remove it, or choose another with --file" in err) == (2, True)
    assert (tmp_path / "backup-policy.yaml").read_text() == "mine\n"


def test_new_policy_can_be_printed(run, tmp_path):
    code, out, err = run("new", "paperless", "--file", "-")
    assert (code, err) == (0, "")
    assert out.startswith("apiVersion: backplan.dev/v1alpha1\n")
    assert list(tmp_path.iterdir()) == []


def test_new_policy_needs_its_folder(run):
    code, _, err = run("new", "paperless", "--file", "nowhere/backup-policy.yaml")
    assert (code, "no such file or directory" in err) == (2, True)


def test_program_and_module_are_one_thing():
    assert program("--version").stdout.startswith("backplan ")
