"""What two policies of one run do to each other, and that policies of two roots do nothing."""

import pytest

from renderer.pipeline import render
from renderer.request import Request

POLICY = """apiVersion: backplan.dev/v1alpha1
kind: BackupPolicy
metadata: {{name: {name}, namespace: documents}}
spec: {{engine: volsync, schedule: "@daily", retain: {{daily: 7}}, copyMethod: Snapshot, {spec}}}
"""
OWN = 'claim: data, repository: {url: "s3:https://s3.example.com/{app}", secret: {name: "{app}"}}'
SHARED = 'claim: data, repository: {url: "s3:https://s3.example.com/x", secret: {name: "{app}"}}'
SAME_NAME = OWN + ', names: {replicationSource: "x"}'


def rules(tmp_path, spec, *, fleets=False, count=2):
    files = []
    for number in range(count):
        folder = tmp_path / str(number)
        folder.mkdir()
        file = folder / "backup-policy.yaml"
        file.write_text(POLICY.format(name=f"app-{number}", spec=spec))
        if fleets:
            (folder / "backplan.yaml").write_text("apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec: {}\n")
        files.append(file)
    rendered = render(Request(files, tmp_path))
    assert len(rendered.apps) == count
    return [problem.rule for problem in rendered.problems]


@pytest.mark.parametrize(("spec", "expected"), [(OWN, []), (SHARED, ["one-writer"] * 2), (SAME_NAME, ["names"] * 2)])
def test_policies_below_no_root_are_of_one_cluster(tmp_path, spec, expected):
    assert rules(tmp_path, spec) == expected


@pytest.mark.parametrize("spec", [SHARED, SAME_NAME])
def test_policies_of_two_fleets_may_be_of_two_clusters(tmp_path, spec):
    assert rules(tmp_path, spec, fleets=True) == []


def test_each_of_many_policies_is_named_once_and_the_first_with_the_second(tmp_path):
    assert rules(tmp_path, SHARED, count=20) == ["one-writer"] * 20
