"""The large example is as large, as short and as varied as its README says."""

import re
from statistics import median

import pytest

from tests.golden.examples import FOLDER, expected, objects, policies

CASE = "home-cluster"
README = (FOLDER / CASE / "README.md").read_text("utf-8")
SPECS = {
    kind: [one for one in objects(CASE) if one["kind"] == kind]
    for kind in ("ReplicationSource", "ReplicationDestination", "PersistentVolumeClaim", "CronJob", "ExternalSecret")
}


def lines(path):
    return len(path.read_text("utf-8").splitlines())


def said(text):
    """The number in a sentence of the README."""
    (found,) = re.findall(text, README)
    return int(found.replace(",", ""))


def test_readme_counts_policies_and_lines_right():
    written = [lines(path) for path in policies(FOLDER / CASE)]
    shared = [FOLDER / CASE / "backplan.yaml", *(FOLDER / CASE / "overlays").iterdir()]
    rendered = {path: text for path, text in expected(CASE).items() if not path.endswith("/configmap.yaml")}
    assert said(r"(\d+) apps: ") == len(written) >= 20
    assert said(r"has (\d+) lines at the median") == median(written)
    assert said(r"and (\d+) at most") == max(written)
    assert said(r", (\d+) in all") == sum(written)
    assert said(r"with (\d+) of fleet file and overlays") == sum(map(lines, shared))
    assert said(r"render to ([\d,]+) lines") == sum(len(text.splitlines()) for text in rendered.values())


def test_app_of_both_clusters_is_under_both_engines():
    paths = {path.rpartition("/")[0] for path in expected(CASE)}
    both = [path.removeprefix("cabin/") for path in paths if path.replace("cabin/", "home/") in paths - {path}]
    assert len(both) == 5
    for app in both:
        assert f"home/{app}/replicationsource.yaml" in expected(CASE)
        assert f"cabin/{app}/cronjob.yaml" in expected(CASE)
        assert f"cabin/{app}/replicationsource.yaml" not in expected(CASE)


def test_cabin_needs_no_operator_and_home_maintains_the_shared_repository():
    assert not [path for path in expected(CASE) if re.match("cabin/.*/replication", path)]
    assert "home/_fleet/cronjob.yaml" in expected(CASE)
    assert not [path for path in expected(CASE) if path.startswith("cabin/_fleet/")]
    forget = expected(CASE)["home/_fleet/cronjob.yaml"]
    assert "--host=laptop" in forget
    assert len(re.findall("--host=cabin/", forget)) == 6


def test_restore_comes_from_one_target_alone():
    destinations = [one["metadata"]["name"] for one in SPECS["ReplicationDestination"]]
    sources = [one["metadata"]["name"] for one in SPECS["ReplicationSource"]]
    assert {"paperless-nas", "paperless-r2", "paperless-b2"} <= set(sources)
    assert [name for name in destinations if name.startswith("paperless")] == ["paperless-nas-dst"]


@pytest.mark.parametrize("user", [0, 421, 472, 568, 999, 1000, 65534])
def test_movers_run_as_their_apps_user(user):
    texts = "".join(expected(CASE).values())
    assert f"runAsUser: {user}\n" in texts


@pytest.mark.parametrize("method", ["Snapshot", "Clone", "Direct"])
def test_every_way_to_copy_is_shown(method):
    assert method in {one["spec"]["restic"]["copyMethod"] for one in SPECS["ReplicationSource"]}


def test_restored_data_lies_on_no_class_for_copies():
    for one in SPECS["ReplicationDestination"]:
        assert one["spec"]["restic"]["storageClassName"] != "ceph-block-single"


def test_claim_of_someone_else_is_neither_rendered_nor_filled():
    rendered = {one["metadata"]["name"] for one in SPECS["PersistentVolumeClaim"]}
    foreign = {"data-foundry-0", "data-postgres-0", "storage-grafana-0"}
    assert not foreign & rendered
    assert foreign <= set(re.findall(r"(?:sourcePVC|claimName): (\S+)", "".join(expected(CASE).values())))
