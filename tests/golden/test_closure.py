"""An app's bytes never depend on another policy, nor on where the command runs: Argo CD, a hook and an app's own
repository render one app alone, and must get what a run over the whole fleet gives.
"""

import pytest

from renderer.cli import main
from tests.golden.examples import CASES, FOLDER, expected, is_of_fleet, policies

FLEETS = [case for case in CASES if (FOLDER / case / "backplan.yaml").exists()]


@pytest.fixture
def render(monkeypatch, tmp_path):
    """What a command writes, run in a folder."""
    runs = iter(range(1000))

    def render(cwd, *arguments):
        out = tmp_path / f"out-{next(runs)}"
        monkeypatch.chdir(cwd)
        assert main(["render", *map(str, arguments), "--out", str(out)]) == 0
        return {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()}

    return render


def test_there_are_fleets_with_one_cluster_and_with_several():
    texts = [(FOLDER / case / "backplan.yaml").read_text() for case in FLEETS]
    assert any("\n  clusters:" in text for text in texts)
    assert any("\n  cluster:" in text for text in texts)


@pytest.mark.slow
@pytest.mark.parametrize("case", FLEETS)
def test_whole_fleet_is_the_same_from_every_folder(case, copy, render):
    folder = copy / "examples" / case
    whole = render(folder)
    assert whole.keys() == expected(case).keys()
    for cwd in {policy.parent for policy in policies(folder)} | {folder / "apps", folder / "overlays"}:
        assert not cwd.exists() or render(cwd) == whole


@pytest.mark.parametrize("case", FLEETS)
def test_each_app_alone_is_its_part_of_the_fleet_from_every_folder(case, copy, render, tmp_path):
    folder = copy / "examples" / case
    whole = {path: text for path, text in render(folder).items() if not is_of_fleet(path)}
    seen = {}
    for policy in policies(folder):
        alone = render(tmp_path, policy)
        assert alone == {path: whole[path] for path in alone}
        assert render(folder, policy.relative_to(folder)) == alone
        assert render(policy.parent, policy.name) == alone
        assert not seen.keys() & alone.keys()
        seen |= alone
    assert seen == whole


@pytest.mark.parametrize("case", FLEETS)
def test_fleet_file_by_its_name_from_elsewhere_is_the_same_fleet(case, copy, render, tmp_path):
    file = copy / "examples" / case / "backplan.yaml"
    assert render(tmp_path, "--fleet", file) == render(file.parent)
    for policy in policies(file.parent):
        assert render(tmp_path, "--fleet", file, policy) == render(tmp_path, policy)


def test_clusters_apart_are_what_they_are_together(copy, render):
    folder = copy / "examples" / "two-clusters"
    parts = [render(folder, "--cluster", name) for name in ("attic", "cellar")]
    assert parts[0] | parts[1] == expected("two-clusters")
    assert not parts[0].keys() & parts[1].keys()
