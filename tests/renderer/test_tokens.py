"""A one-off Job that changes under its old token is reported: the cluster will not run it again."""

import pytest

from renderer.cli import main

POLICY = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {name: web, namespace: shop}
spec:
  claim: web-data
  schedule: "@daily"
  retain: {daily: 7}
  manual: TOKEN
  mover: {image: "restic/restic:VERSION"}
  labels: {team: LABEL}
  restores: [{name: inspect, token: look, to: {claim: web-inspect}}]
  repository: {url: "s3:https://s3.example.com/shop", secret: {name: web}}
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)

    def render(*arguments, token="first", version="0.18.0", label="a"):
        text = POLICY.replace("TOKEN", token).replace("VERSION", version).replace("LABEL", label)
        (tmp_path / "backup-policy.yaml").write_text(text)
        code = main(["render", "--format", "text", "--out", "out", *arguments])
        said = capfdbinary.readouterr().err.decode().splitlines()
        return code, [line for line in said if "old token" in line]

    return render


def job_names(tmp_path):
    text = (tmp_path / "out/shop/web/job.yaml").read_text()
    return sorted(line for line in text.splitlines() if line.startswith("  name: "))


def test_another_image_keeps_the_names_and_is_reported_by_both_modes(run, tmp_path):
    run()
    names = job_names(tmp_path)
    code, said = run("--check", version="0.18.1")
    assert code == 1
    assert [line.split(": ")[0] for line in said] == ["backup-policy.yaml:8:11", "backup-policy.yaml:11:37"]
    assert "to run it as it is now, set another token" in said[0]
    assert run(version="0.18.1") == (0, said)
    assert job_names(tmp_path) == names
    assert run(version="0.18.1") == (0, []), "it is said when it changes, not for ever"


def test_another_token_is_another_job_and_no_report(run, tmp_path):
    run()
    names = job_names(tmp_path)
    code, said = run(version="0.18.1", token="second")
    assert code == 0
    assert [line.split(": ")[0] for line in said] == ["backup-policy.yaml:11:37"], "the restore kept its token"
    assert len(set(job_names(tmp_path)) - set(names)) == 1


def test_a_label_of_the_job_itself_changes_no_template(run):
    run()
    assert run(label="b") == (0, [])


@pytest.mark.parametrize("text", ["kind: Job\n", "a: [\nkind: Job\n", "a: 1\nkind: Job\nmetadata: []\nspec: 3\n"])
def test_an_edited_file_is_no_reason_to_fail(run, tmp_path, text):
    run()
    path = tmp_path / "out/shop/web/job.yaml"
    head = path.read_text().splitlines()[0]
    path.write_text(f"{head}\n{text}---\n{text}")
    assert run()[0] == 0
