"""Repositories of the fleet: who keeps which in order, and what is said of snapshots that no policy writes."""

from pathlib import Path

import pytest

from renderer.source import plain, read

REPOSITORY = "{name: %s, namespace: backups, url: 'rest:https://restic.example.com/%s', secret: {name: restic}%s}"
FETCHED = "externalSecret: {store: vault, key: restic-delete}"
CLUSTERS = """\
  clusters:
    - {name: attic, policies: ["attic/{namespace}/{app}/backup-policy.yaml"]}
    - {name: cellar, policies: ["cellar/{namespace}/{app}/backup-policy.yaml"]}
  repositories:
    - %s
"""
DEFAULTS = """\
  output: rendered
  defaults: {schedule: "@daily", retain: {daily: 7}, repository: {ref: house, secret: {name: restic}}}
"""


def maintenances(fleet, below):
    """The environment of each CronJob that keeps a repository in order."""
    file = fleet.folder / below / "_fleet/cronjob.yaml"
    found = [plain(node) for node in read(file.read_bytes(), "").documents] if file.exists() else []
    pods = [one["spec"]["jobTemplate"]["spec"]["template"]["spec"] for one in found]
    return [{item["name"]: item.get("value") for item in pod["containers"][0]["env"]} for pod in pods]


@pytest.fixture
def two(fleet):
    """A policy in each of two clusters."""
    for cluster in ("attic", "cellar"):
        fleet.policy(f"{cluster}/media/jellyfin/backup-policy.yaml")
    return fleet


def test_each_cluster_maintains_its_own_where_the_url_tells_them_apart(two):
    two.fleet(CLUSTERS % (REPOSITORY % ("house", "{cluster}", "")), defaults=DEFAULTS)
    assert two.run("render")[0] == 0
    for cluster in ("attic", "cellar"):
        (said,) = maintenances(two, Path("rendered", cluster))
        assert said["RESTIC_REPOSITORY"] == f"rest:https://restic.example.com/{cluster}"
        assert said["BACKPLAN_FORGET"] == f"--host={cluster}/media/jellyfin/data\n--keep-daily=7"


def test_one_cluster_maintains_what_two_of_them_write(two):
    two.fleet(CLUSTERS % (REPOSITORY % ("house", "house", ", maintainedBy: cellar")), defaults=DEFAULTS)
    assert two.run("render")[0] == 0
    assert maintenances(two, "rendered/attic") == []
    (said,) = maintenances(two, "rendered/cellar")
    hosts = "--host=attic/media/jellyfin/data\n--host=cellar/media/jellyfin/data"
    assert said["BACKPLAN_FORGET"] == f"{hosts}\n--keep-daily=7"


def test_snapshots_of_others_are_forgotten_in_the_clusters_own_name(fleet):
    fleet.apps("media/jellyfin")
    forget = ", forget: [{host: '{cluster}/laptop', tags: [home, work], paths: [/home], retain: {last: 3}}]"
    spec = f"  cluster: attic\n  repositories:\n    - {REPOSITORY % ('house', 'house', forget)}\n"
    fleet.fleet(f'{spec}  policies: ["apps/{{namespace}}/{{app}}/*.yaml"]\n', defaults=DEFAULTS)
    assert fleet.run("render")[0] == 0
    (said,) = maintenances(fleet, "rendered")
    laptop = "--host=attic/laptop\n--tag=home,work\n--path=/home\n--keep-last=3"
    assert said["BACKPLAN_FORGET"] == f"--host=attic/media/jellyfin/data\n--keep-daily=7\n\n{laptop}"


def test_repository_that_no_policy_writes_is_maintained_by_the_only_cluster(fleet):
    fleet.apps("media/jellyfin")
    forget = ", forget: [{host: laptop, retain: {last: 3}}]"
    both = f"    - {REPOSITORY % ('house', 'house', '')}\n    - {REPOSITORY % ('laptops', 'laptops', forget)}\n"
    spec = f'  cluster: attic\n  policies: ["apps/{{namespace}}/{{app}}/*.yaml"]\n  repositories:\n{both}'
    fleet.fleet(spec, defaults=DEFAULTS)
    code, _, err = fleet.run("render")
    assert (code, "warning" in err) == (0, False)
    assert [said["BACKPLAN_FORGET"] for said in maintenances(fleet, "rendered")] == [
        "--host=attic/media/jellyfin/data\n--keep-daily=7",
        "--host=laptop\n--keep-last=3",
    ]


def test_warning_that_the_fleet_accepts_is_accepted_for_its_repositories_too(fleet):
    fleet.apps("media/jellyfin")
    globs = '  policies: ["apps/{namespace}/{app}/*.yaml"]\n'
    spec = f"{globs}  repositories:\n    - {REPOSITORY % ('house', 'house', '')}\n"
    known = "mover: {retryLock: 30m}, accept: [{rule: deadline, reason: the server is fast}], "
    fleet.fleet(spec, defaults=DEFAULTS.replace("{schedule", f"{{{known}schedule"))
    code, _, err = fleet.run("validate", "--strict")
    assert code == 0
    (line,) = err.splitlines()[:-1]
    assert "note: a killed run's lock" in line
    assert "(accepted: the server is fast)" in line


@pytest.mark.parametrize("backups", ["", "secret: {externalSecret: {store: vault, key: restic-append}}, "])
@pytest.mark.parametrize(
    ("form", "secret"),
    [("name: restic-delete", "restic-delete"), (FETCHED, "house-restic-maintenance")],
)
def test_only_the_secret_of_maintenance_is_used_by_the_fleet(fleet, backups, form, secret):
    """That of the backups is for the policies of the repository's namespace, which render it themselves."""
    fleet.apps("media/jellyfin")
    repository = REPOSITORY.replace("secret: {name: restic}", f"{backups}maintenance: {{secret: {{{form}}}}}")
    globs = '  policies: ["apps/{namespace}/{app}/*.yaml"]\n'
    fleet.fleet(f"{globs}  repositories:\n    - {repository % ('house', 'house', '')}\n", defaults=DEFAULTS)
    code, _, err = fleet.run("render")
    assert (code, "warning" in err) == (0, False)
    texts = {path: (fleet.folder / "rendered/_fleet" / path).read_text() for path in fleet.files("rendered/_fleet")}
    for path in ("cronjob.yaml", "job.yaml"):
        assert f"name: {secret}\n" in texts[path]
    assert "restic-append" not in "".join(texts.values())
    made = [node.text("metadata", "name") for node in read(texts.get("externalsecret.yaml", "").encode(), "").documents]
    assert made == ([secret] if form == FETCHED else [])
    assert secret not in (fleet.folder / "rendered/media/jellyfin/cronjob.yaml").read_text()
