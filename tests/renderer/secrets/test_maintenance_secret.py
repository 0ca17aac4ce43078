"""A credential for maintenance apart from that of the backups: who reads which, and what is made of each."""

import pytest

from renderer.labels import REPOSITORY
from tests.renderer.cronjob import policies
from tests.renderer.cronjob.runs import run, runs
from tests.renderer.policies import rendered, result

OPERATIONS = {
    "CronJob": {"backup", "restore", "drill", "maintenance"},
    "Job": {"backup", "restore", "init", "unlock"},
}
OF_MAINTENANCE = {"maintenance", "init", "unlock"}
NAMED = "{secret: {name: restic-delete}}"
FETCHED = "{secret: {externalSecret: {store: vault, key: restic-delete}}}"
BACKUPS = "secret: {externalSecret: {store: vault, key: restic}}"
URL = "url: 's3:https://s3.example.com/{app}/{target}'"


@pytest.fixture
def render(tmp_path):
    """Render a policy of engine cronjob whose maintenance has a secret of its own."""
    return lambda maintenance=NAMED, **keys: rendered(tmp_path, policies.policy(maintenance=maintenance, **keys))


def secrets_read(objects, kind):
    """The Secret of each run's environment, by operation."""
    found = {}
    for one in runs(objects):
        if one.manifest["kind"] == kind:
            (source,) = one.restic["envFrom"]
            found[one.operation] = source["secretRef"]["name"]
    return found


@pytest.mark.parametrize("kind", OPERATIONS)
def test_only_what_changes_a_repository_as_a_whole_reads_the_secret_of_maintenance(render, kind):
    read = secrets_read(render(**policies.EVERY_JOB).objects, kind)
    assert read == {one: "restic-delete" if one in OF_MAINTENANCE else "restic" for one in OPERATIONS[kind]}


def test_no_pod_of_a_backup_names_the_secret_of_maintenance_anywhere(render):
    restore = "{bootstrap: {workload: {kind: Deployment, name: web}}}"
    found = render(restore=restore, **policies.EVERY_JOB)
    named = {one.operation for one in runs(found.objects) if "restic-delete" in str(one.manifest)}
    assert named == OF_MAINTENANCE


def test_keys_are_read_from_the_secret_of_each(render):
    found = render(
        repository=policies.repository("keys: {RESTIC_REST_PASSWORD: password}, env: {RESTIC_PACK_SIZE: '64'}")
    )
    for operation, secret in (("backup", "restic"), ("maintenance", "restic-delete")):
        env = run(found.objects, operation).env
        assert env["RESTIC_REST_PASSWORD"] == {"secretKeyRef": {"name": secret, "key": "password"}}
        assert env["RESTIC_PACK_SIZE"] == "64"
        assert env["RESTIC_REPOSITORY"] == "s3:https://s3.example.com/shop/web"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (None, "web-restic-maintenance"),
        ("{secret: '{app}-store'}", "web-store-maintenance"),
        ("{secret: '{app}-store', maintenanceSecret: '{app}-delete'}", "web-delete"),
        ("{externalSecret: '{app}-store'}", "web-restic-maintenance"),
    ],
)
def test_secret_that_is_made_for_maintenance_has_a_name_of_its_own(render, names, expected):
    found = render(FETCHED, repository=f"{{{URL}, {BACKUPS}}}", names=names)
    made = found.all("ExternalSecret")
    assert len(made) == 2
    assert made[expected]["spec"]["target"]["name"] == expected
    assert made[expected]["spec"]["dataFrom"][0]["extract"]["key"] == "restic-delete"
    assert secrets_read(found.objects, "CronJob")["maintenance"] == expected


def test_both_secrets_get_the_url_and_settings_of_the_repository(render):
    repository = f"{{{URL}, {BACKUPS}, env: {{RESTIC_PACK_SIZE: '64'}}, keys: {{RESTIC_PASSWORD: pass}}}}"
    found = render(FETCHED, repository=repository).all("ExternalSecret").values()
    (one, other) = (secret["spec"]["target"]["template"]["data"] for secret in found)
    assert one == other
    assert one["RESTIC_REPOSITORY"] == "s3:https://s3.example.com/web/default"
    assert {*one} == {"RESTIC_REPOSITORY", "RESTIC_PACK_SIZE", "RESTIC_PASSWORD"}


def test_labels_beside_the_form_are_of_that_secret_alone(render):
    maintenance = FETCHED.replace("}}}", "}, labels: {team: storage}}}")
    found = render(maintenance, repository=f"{{{URL}, {BACKUPS}}}").all("ExternalSecret")
    assert [name for name, one in found.items() if "team" in one["metadata"]["labels"]] == ["web-restic-maintenance"]


def test_target_has_a_maintenance_secret_of_its_own(render):
    targets = "[{name: nas, maintenance: {secret: null}}, {name: cloud, maintenance: {secret: {name: cloud-delete}}}]"
    found = render(FETCHED, repository=f"{{{URL}, secret: {{name: restic}}}}", targets=targets)
    read = {
        one.manifest["metadata"]["labels"]["backplan.dev/target"]: one.restic["envFrom"][0]["secretRef"]["name"]
        for one in runs(found.objects)
        if one.operation == "maintenance"
    }
    assert read == {"nas": "restic", "cloud": "cloud-delete"}
    assert found.all("ExternalSecret") == {}


def test_repository_is_called_the_same_whoever_opens_it(render, tmp_path):
    """Also where only Secrets know its URL: a Job for a token, and what the status groups by, must not change."""
    repository = "{secret: {name: restic}}"
    alone, apart = (render(maintenance, repository=repository).objects for maintenance in (None, NAMED))
    assert [one["metadata"]["name"] for one in alone] == [one["metadata"]["name"] for one in apart]
    assert len({one.manifest["metadata"]["labels"][REPOSITORY] for one in runs(apart)}) == 1


def test_policies_with_a_repository_of_the_fleet_get_nothing_that_may_delete(tmp_path):
    fleet = """\
apiVersion: backplan.dev/v1alpha1
kind: BackupFleet
spec:
  policies: ["{namespace}/{app}/backup-policy.yaml"]
  defaults:
    {schedule: "@daily", retain: {daily: 7}, unlock: now, repository: {ref: house}, maintenance: {secret: {name: all}}}
  repositories:
    - name: house
      namespace: shop
      url: rest:https://restic.example.com/house
      secret: {name: restic-append}
      maintenance: {secret: {externalSecret: {store: vault, key: restic-delete}}}
"""
    (tmp_path / "backplan.yaml").write_text(fleet)
    folder = tmp_path / "shop" / "web"
    folder.mkdir(parents=True)
    found = result(folder, policies.policy(repository=None))
    assert {*secrets_read(found.objects, "CronJob").values()} == {"restic-append"}
    assert secrets_read(found.objects, "Job") == {"unlock": "restic-append"}
    assert [problem.rule for problem in found.problems] == ["no-effect"]
