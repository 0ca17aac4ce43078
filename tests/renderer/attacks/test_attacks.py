"""Policies that try to carry a credential off: by URL, template, expansion, environment, patch, label or file name.

The fleet lists one server. Every attack is refused by the rule that is meant for it, nothing is written, and no value
is repeated. Each base itself renders, so that it is the attack which is refused.
"""

import json
import os
from pathlib import Path

import pytest
import yaml

from renderer.cli import main
from renderer.engines.patches import merge_patch

TABLE = yaml.safe_load((Path(__file__).parent / "attacks.yaml").read_text())
ATTACKS = TABLE["attacks"]
WITH_A_VALUE = [
    name for name, attack in ATTACKS.items() if any(one in str(attack) for one in ("CANARY", ".yaml", "SECRET"))
]
"""Those in which a known value stands, or that name a file with one or a variable that has it."""
CANARY = "c4n4ry-hunter2"
POD = "/spec/jobTemplate/spec/template/spec"
FLEET = """apiVersion: backplan.dev/v1alpha1
kind: BackupFleet
spec:
  limits: {repositoryHosts: [nas.example.com, "rclone:"]}
  repositories:
    - {name: nas, url: "rest:https://nas.example.com/all", namespace: backups, secret: {name: all}}
    - name: disk
      url: /mnt/nas/all
      volume: {mountPath: nas, nfs: {server: nas.example.com, path: /}}
      namespace: backups
      secret: {name: all}
"""
HEAD = {"apiVersion": "backplan.dev/v1alpha1", "kind": "BackupPolicy", "metadata": {"name": "web", "namespace": "shop"}}
PLAIN = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"RESTIC_PASSWORD": CANARY}}


@pytest.fixture
def render(tmp_path, monkeypatch, capsys):
    """Render one policy of a folder that has a secret beside it and one above it."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for path in (folder / "plain.yaml", tmp_path / "secret.yaml"):
        path.write_text(yaml.safe_dump(PLAIN))
    os.mkfifo(folder / "pipe")
    (folder / "backplan.yaml").write_text(FLEET)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("SECRET", CANARY)

    def run(spec, *command, link=None, to="secret.yaml"):
        if link is not None:
            (folder / link).symlink_to(tmp_path / to)
        text = json.dumps({**HEAD, "spec": spec}, indent=1).replace("CANARY", CANARY)
        (folder / "backup-policy.yaml").write_text(text)
        code = main(
            [*(command or ("render", "--out", "out")), *(("--format", "text") if "--format" not in command else ())]
        )
        said = capsys.readouterr()
        return code, said.out + said.err, (folder / "out").exists()

    return run


def spec_of(attack):
    spec = merge_patch(TABLE["bases"][attack.get("base", "cronjob")], attack.get("spec", {}))
    if "json" in attack:
        steps = [{**step, "path": step["path"].replace("POD", POD)} for step in attack["json"]]
        kind = attack.get("kind", "CronJob")
        spec = merge_patch(spec, {"patches": [{"target": {"kind": kind}, "patch": steps}]})
    return spec


def linked(attack):
    return {key: attack[key] for key in ("link", "to") if key in attack}


@pytest.mark.parametrize("base", TABLE["bases"])
def test_base_renders(render, base):
    code, said, is_written = render(TABLE["bases"][base])
    assert (code, is_written) == (0, True), said


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_refused(render, name):
    attack = ATTACKS[name]
    code, said, is_written = render(spec_of(attack), **linked(attack))
    errors = [line for line in said.splitlines() if ": error: " in line]
    assert code == 1, said
    assert any(line.endswith(f"[{attack['rule']}]") for line in errors), said
    assert not is_written, "nothing is written where anything is wrong"


@pytest.mark.parametrize("command", [("render", "--out", "out"), ("validate",), ("validate", "--format", "json")])
@pytest.mark.parametrize("name", WITH_A_VALUE)
def test_no_command_repeats_a_value(render, name, command):
    attack = ATTACKS[name]
    code, said, _ = render(spec_of(attack), *command, **linked(attack))
    assert code == 1
    assert CANARY not in said
