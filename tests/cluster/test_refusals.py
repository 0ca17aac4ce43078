"""What the examples must not do is refused: each check of test_acceptance.py is shown a manifest it has to stop."""

import re
from copy import deepcopy

import pytest

from tests.cluster.api import LENIENT_DRY_RUN, STRICT_DRY_RUN
from tests.cluster.pod_templates import pods, templates
from tests.cluster.readback import differences
from tests.cluster.surroundings import furnish

pytestmark = pytest.mark.cluster

HARDENED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True}
CONTAINER = {
    "name": "restic",
    "image": "restic/restic:0.18.0",
    "command": ["restic", "backup", "."],
    "env": [{"name": "RESTIC_HOST", "value": "paperless"}],
    "securityContext": HARDENED,
    "resources": {"requests": {"memory": "1024Mi", "cpu": "0.5"}},
}
POD = {
    "restartPolicy": "Never",
    "automountServiceAccountToken": False,
    "serviceAccountName": "paperless-mover",
    "priorityClassName": "backups",
    "securityContext": {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [CONTAINER],
}
LABELS = {"backplan.dev/app": "paperless"}
JOB = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "paperless-init", "namespace": "refusals", "labels": LABELS},
    "spec": {"backoffLimit": 2, "template": {"metadata": {"labels": LABELS}, "spec": POD}},
}
CRON_JOB = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "paperless-backup", "namespace": "refusals", "labels": LABELS},
    "spec": {"schedule": "17 2 * * *", "timeZone": "Europe/Berlin", "jobTemplate": {"spec": JOB["spec"]}},
}
BOTH = pytest.mark.parametrize("manifest", [JOB, CRON_JOB], ids=["Job", "CronJob"])


def changed(manifest, change):
    """A copy whose pod template has gone through `change`."""
    copy = deepcopy(manifest)
    (template,) = templates(copy)
    change(template["spec"])
    return copy


def admit(bare_api, manifest):
    """Answers to the pods that a controller would make."""
    return [bare_api.create(pod, STRICT_DRY_RUN) for pod in pods(manifest)]


@BOTH
def test_good_manifest_passes_every_check(manifest, applied, bare_api):
    furnish(bare_api, [manifest])
    assert bare_api.apply(manifest, STRICT_DRY_RUN).complaints == []
    assert [answer.complaints for answer in applied([manifest])] == [[]]
    assert list(differences(manifest, bare_api.read(manifest).body)) == []
    assert [(answer.status, answer.complaints) for answer in admit(bare_api, manifest)] == [(201, [])]


def misspell(pod):
    pod["restartPolice"] = "Never"


def forget_the_name(pod):
    del pod["containers"][0]["name"]


def use_an_old_label(pod):
    pod["nodeSelector"] = {"beta.kubernetes.io/os": "linux"}


def set_a_variable_twice(pod):
    pod["containers"][0]["env"] = [*CONTAINER["env"], *CONTAINER["env"]]


def keep_capabilities(pod):
    del pod["containers"][0]["securityContext"]["capabilities"]


@BOTH
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (misspell, "500: .*restartPolice: field not declared in schema"),
        (forget_the_name, "422: .*name: Required value"),
        (use_an_old_label, "warning: .*deprecated since"),
        (set_a_variable_twice, "500: .*duplicate entries for key"),
        (keep_capabilities, 'warning: would violate PodSecurity "restricted:latest"'),
    ],
)
def test_dry_run_complains(manifest, change, said, bare_api):
    furnish(bare_api, [manifest])
    (complaint,) = bare_api.apply(changed(manifest, change), STRICT_DRY_RUN).complaints
    assert re.match(said, complaint)


@BOTH
def test_leaf_that_the_server_drops_is_told(manifest, bare_api):
    """A server that is not asked to be strict takes the object and forgets the leaf."""
    furnish(bare_api, [manifest])
    bent = changed(manifest, misspell)
    answer = bare_api.create(bent, LENIENT_DRY_RUN)
    (line,) = differences(bent, answer.body)
    assert (answer.complaints, line.rpartition(".")[2]) == ([], "restartPolice: rendered 'Never', read back None")


@BOTH
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (misspell, '400: .*unknown field "spec.restartPolice"'),
        (set_a_variable_twice, "warning: .*hides previous definition"),
        (keep_capabilities, '403: .*violates PodSecurity "restricted:latest"'),
    ],
)
def test_pod_is_not_admitted(manifest, change, said, bare_api):
    furnish(bare_api, [manifest])
    ((complaint,),) = [answer.complaints for answer in admit(bare_api, changed(manifest, change))]
    assert re.match(said, complaint)


@BOTH
def test_object_is_accepted_although_its_pods_would_not_be(manifest, applied):
    (answer,) = applied([changed(manifest, keep_capabilities)])
    assert answer.status == 201


def test_changed_template_of_a_job_is_refused(applied, bare_api):
    applied([JOB])
    assert bare_api.apply(JOB).complaints == []
    (complaint,) = bare_api.apply(changed(JOB, use_an_old_label)).complaints
    assert re.match("422: .*field is immutable", complaint)


def test_misspelt_field_of_a_custom_resource_is_refused(api):
    restic = {"repository": "paperless-restic", "copyMethod": "Direct", "moverRessources": {}}
    source = {
        "apiVersion": "volsync.backube/v1alpha1",
        "kind": "ReplicationSource",
        "metadata": JOB["metadata"],
        "spec": {"sourcePVC": "paperless-data", "trigger": {"schedule": "17 2 * * *"}, "restic": restic},
    }
    furnish(api, [source])
    (complaint,) = api.apply(source, STRICT_DRY_RUN).complaints
    assert "moverRessources: field not declared in schema" in complaint
