"""Several clusters in one fleet: which policies are whose, and that nothing of one gets into another."""

import re

import pytest

from tests.renderer.fleet.repository import DEFAULTS, apps_in

URL = DEFAULTS.replace("/{namespace}/{app}", "/{cluster}/{namespace}/{app}")
TWO = """\
  clusters:
    - {name: attic, policies: ["apps/{namespace}/{app}/backup-policy.yaml", "{cluster}/{namespace}/{app}/p.yaml"]}
    - {name: cellar, policies: ["apps/media/{app}/backup-policy.yaml"], overlays: [slow]}
"""


@pytest.fixture
def two(fleet):
    fleet.fleet(TWO, defaults=URL)
    fleet.overlay("overlays/slow.yaml", 'schedule: "@weekly"')
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", metadata="namespace: media")
    fleet.policy("apps/office/actual/backup-policy.yaml")
    fleet.policy("attic/lab/test/p.yaml")
    return fleet


def test_policy_is_rendered_once_for_each_cluster_that_matches_it(two):
    assert two.run("render", "--out", "out") == (0, "", "8 files, 8 new\n")
    assert [path for path in two.files("out") if "kustomization" not in path] == [
        "attic/lab/test/replicationsource.yaml",
        "attic/media/jellyfin/replicationsource.yaml",
        "attic/office/actual/replicationsource.yaml",
        "cellar/media/jellyfin/replicationsource.yaml",
    ]


def test_overlays_of_a_cluster_lie_over_the_fleets_and_under_the_policys(two):
    weekly = "runs at [0-9]+ [0-9]+ [*] [*] [0-6] "
    cellar, attic = (two.rendered("--cluster", name) for name in ("cellar", "attic"))
    assert len(re.findall(weekly, cellar)) == 1
    assert not re.search(weekly, attic)
    two.policy("apps/media/jellyfin/backup-policy.yaml", 'claim: data, schedule: "@daily"', "namespace: media")
    assert not re.search(weekly, two.rendered("--cluster", "cellar"))


def test_placeholder_is_the_cluster_for_which_it_is_rendered(two):
    two.run("render", "--out", "out")
    one, other = (
        (two.folder / f"out/{name}/media/jellyfin/replicationsource.yaml").read_text() for name in ("attic", "cellar")
    )
    labels = [line for text in (one, other) for line in text.splitlines() if "backplan.dev/repository" in line]
    assert len(set(labels)) == 2


def test_folder_of_a_clusters_name_is_that_clusters_alone(two):
    two.policy("cellar/lab/other/p.yaml")
    assert "other" not in apps_in(two.rendered("--cluster", "attic"))
    code, _, err = two.run("validate", "cellar/lab/other/p.yaml")
    assert (code, "no glob of the fleet matches this policy" in err) == (1, True)


def test_one_stream_is_for_one_cluster(two):
    code, out, err = two.run("render")
    assert (code, out) == (2, "")
    assert err.startswith("backplan: objects for 'attic' and 'cellar' would be mixed; choose one with --cluster, or ")
    assert apps_in(two.rendered("apps/office")) == ["actual"]
    assert apps_in(two.rendered("--cluster", "cellar")) == ["jellyfin"]
    assert two.run("render", "--cluster", "cellar", "--cluster", "attic")[0] == 2


def test_cluster_that_no_policy_is_of_is_refused_with_those_that_are(two):
    assert two.run("validate", "--cluster", "atic")[2] == (
        "backplan: no policy here is of cluster 'atic'; they are of attic, cellar\n"
    )
    assert two.run("validate", "apps/office", "--cluster", "cellar")[0] == 2


def test_mistakes_of_other_clusters_are_not_in_the_way(two):
    two.policy("apps/office/actual/backup-policy.yaml", "scheduel: x")
    assert two.run("validate", "--cluster", "cellar")[0] == 0
    assert two.run("validate", "--cluster", "attic")[0] == 1
    assert two.run("validate")[0] == 1


def test_mistake_that_holds_in_both_clusters_is_told_once(two):
    two.policy("apps/media/jellyfin/backup-policy.yaml", "claim: data, window: x", "namespace: media")
    assert two.run("validate")[2].count("jellyfin/backup-policy.yaml") == 1


def test_cluster_may_be_captured_from_the_path(fleet):
    fleet.fleet('  policies: ["{cluster}/{namespace}/{app}/p.yaml"]\n', defaults=URL)
    fleet.policy("attic/media/jellyfin/p.yaml")
    fleet.policy("cellar/media/jellyfin/p.yaml")
    assert fleet.run("render", "--out", "out") == (0, "", "4 files, 4 new\n")
    assert {path.split("/")[0] for path in fleet.files("out")} == {"attic", "cellar"}
    assert fleet.rendered("--cluster", "attic") == fleet.rendered("attic")


def test_pattern_without_the_cluster_cannot_take_both(two):
    code, _, err = two.run("render", "--out", "out/{namespace}/{app}")
    assert code == 2
    assert err == (
        "backplan: two clusters would write 'out/media/jellyfin/replicationsource.yaml'; "
        "add {cluster} to the folders of --out\n"
    )


def test_run_for_one_cluster_leaves_the_files_of_another(two):
    out = "out/{app}/{cluster}-{kind}.yaml"
    assert two.run("render", "apps/office", "--out", out)[0] == 0
    two.run("render", "apps/media", "--cluster", "attic", "--out", "out/{cluster}/{app}")
    before = two.files("out")
    assert two.run("render", "apps/media", "--cluster", "cellar", "--out", "out/{cluster}/{app}")[2].endswith("2 new\n")
    assert set(before) < set(two.files("out"))


def test_apps_of_one_name_in_two_clusters_are_no_second_policies(fleet):
    fleet.fleet(TWO.replace(", overlays: [slow]", ""), defaults=URL)
    fleet.apps("media/jellyfin")
    fleet.policy("attic/media/jellyfin/p.yaml")
    code, _, err = fleet.run("validate", "attic", "apps", "--cluster", "attic")
    assert (code, "a second policy for media/jellyfin" in err) == (1, True)


def test_explain_effective_says_the_cluster(two):
    out = two.run("explain", "--effective", "apps/media")[1]
    assert "# media/jellyfin in cluster attic, layers from the lowest: fleet defaults, the policy\n" in out
    assert (
        "# media/jellyfin in cluster cellar, layers from the lowest: fleet defaults, overlay slow, the policy\n" in out
    )


LENT = """\
  clusters:
    - {name: attic, policies: ["apps/{namespace}/{app}/backup-policy.yaml"]}
    - {name: cellar, policies: ["apps/media/*/backup-policy.yaml"]}
"""


@pytest.mark.parametrize("arguments", [(), ("apps/media/jellyfin",)])
def test_path_says_the_same_in_every_cluster_though_one_glob_alone_captures_it(fleet, arguments):
    fleet.fleet(LENT, defaults=URL)
    fleet.apps("media/jellyfin")
    for name in ("attic", "cellar"):
        assert "  name: jellyfin\n  namespace: media\n" in fleet.rendered(*arguments, "--cluster", name)


def test_metadata_must_agree_with_what_another_clusters_glob_captures(fleet):
    fleet.fleet(LENT, defaults=URL)
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", metadata="namespace: films")
    code, _, err = fleet.run("validate")
    assert code == 1
    assert "metadata.namespace is 'films', but the path says 'media' for '{namespace}' of the glob at" in err


def test_globs_that_disagree_about_a_path_lend_nothing(fleet):
    other = '    - {name: shed, policies: ["apps/{app}/*/backup-policy.yaml"]}\n'
    fleet.fleet(LENT + other, defaults=URL)
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", metadata="namespace: media")
    code, _, err = fleet.run("validate")
    assert code == 1
    assert "no name; set metadata.name, or capture '{app}' in the glob at backplan.yaml:6:" in err


def test_advice_about_another_cluster_is_kept_for_a_run_that_asks_for_it(fleet):
    """All clusters are read where they share a repository, because its maintenance has to know who writes it."""
    shared = """\
  repositories:
    - name: offsite
      url: rest:https://restic.example.com/house
      namespace: backups
      maintainedBy: attic
      secret: {name: restic-admin}
"""
    defaults = """\
  defaults:
    schedule: "@daily"
    retain: {daily: 7}
    repository: {ref: offsite, secret: {name: restic}}
"""
    globs = (
        f'    - {{name: {name}, policies: ["{name}/{{namespace}}/{{app}}/*.yaml"]}}\n' for name in ("attic", "shed")
    )
    fleet.fleet(f"  clusters:\n{''.join(globs)}{shared}", defaults=defaults)
    fleet.policy("attic/media/jellyfin/backup-policy.yaml", "claim: data, mover: {capabilities: [CHOWN]}")
    fleet.policy("shed/media/navidrome/backup-policy.yaml")
    assert fleet.run("validate", "--cluster", "shed")[::2] == (0, "2 policy files: no problems\n")
    assert "the mover gets CHOWN" in fleet.run("validate", "--cluster", "attic")[2]
