"""A fleet file that wants to keep the tool busy: an answer in bounded time, and nothing written."""

import time

import pytest

from tests.renderer.fleet.repository import DEFAULTS, GLOB

pytestmark = pytest.mark.slow
SECONDS = 20
"""On a slow and busy machine; most take one."""


@pytest.fixture
def said(fleet):
    """The exit code and standard error of a validation that takes no longer than it may."""

    def said(spec, defaults=DEFAULTS):
        fleet.fleet(spec, defaults=defaults)
        started = time.process_time()
        code, _, err = fleet.run("validate")
        assert time.process_time() - started < SECONDS
        assert "a bug of ours" not in err
        return code, err

    return said


def test_many_greedy_globs_over_many_folders(fleet, said):
    for number in range(1500):
        (fleet.folder / f"a{number:04}" / ("a" * 200)).mkdir(parents=True)
    fleet.apps("media/jellyfin")
    globs = ", ".join(f'"**/*a*a*a*a*/**/*a*{number}*a*/backup-policy.yaml"' for number in range(200))
    code, err = said(f'  policies: ["apps/{{namespace}}/{{app}}/backup-policy.yaml", {globs}]\n')
    assert code == 0
    assert err.count("no file is matched") == 200


@pytest.mark.parametrize("count", [501, 20_000])
def test_too_many_globs(fleet, said, count):
    fleet.apps("media/jellyfin")
    code, err = said("  policies: [" + ", ".join(f'"a{number}/p.yaml"' for number in range(count)) + "]\n")
    assert (code, "backplan.yaml:4:3: error: more than 500 globs" in err) == (1, True)


@pytest.mark.parametrize("count", [101, 8_000])
def test_too_many_clusters(fleet, said, count):
    fleet.apps("media/jellyfin")
    entries = "".join(f'    - {{name: c{number}, policies: ["**/p.yaml"]}}\n' for number in range(count))
    code, err = said(f"  clusters:\n{entries}")
    assert (code, "backplan.yaml:4:3: error: more than 100 clusters; split the fleet" in err) == (1, True)


def test_clusters_with_many_overlays_each(fleet, said):
    fleet.apps("media/jellyfin")
    entries = "".join(f"      x{number}: y\n" for number in range(5000))
    fleet.write(
        "overlays/big.yaml", f"apiVersion: backplan.dev/v1alpha1\nkind: BackupOverlay\nspec:\n  labels:\n{entries}"
    )
    overlays = ", ".join(["big"] * 50)
    clusters = "".join(
        f'    - {{name: c{number}, policies: ["apps/{{namespace}}/{{app}}/{number}.yaml"], overlays: [{overlays}]}}\n'
        for number in range(20)
    )
    assert said(f"  clusters:\n{clusters}")[0] == 2


def test_many_forbidden_keys_and_hosts(fleet, said):
    fleet.policy("apps/a/b/backup-policy.yaml", "volumes: [" + ", ".join(f"{{name: v{n}}}" for n in range(900)) + "]")
    many = ", ".join(["volumes.exclude"] * 5000), ", ".join(f"'*.h{number}'" for number in range(10_000))
    assert said(GLOB + f"  limits: {{forbid: [{many[0]}], repositoryHosts: [{many[1]}]}}\n")[0] == 1


def test_endless_output(fleet, said):
    fleet.apps("a/b")
    assert said(GLOB + "  output: '" + "a{app}/../" * 50_000 + "'\n")[0] == 1
    assert said(GLOB + "  output: '" + "{x" * 200_000 + "}" * 200_000 + "'\n")[0] == 1


@pytest.mark.parametrize("name", ["{app}", "{{", "a\tb", "-x", "a b", "ü", "$(x)", "a" * 64])
def test_odd_folder_is_no_name_and_gets_into_no_manifest(fleet, said, name):
    fleet.apps(f"media/{name}")
    code, err = said(GLOB)
    assert (code, "which is no name" in err) == (1, True)
