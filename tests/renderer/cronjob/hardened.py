"""What every pod of engine cronjob has to be like, whatever a policy says."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from renderer import labels
from renderer.manifest import Manifest
from tests.renderer.cronjob.runs import Run, runs

FAILURES = {
    "rules": [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
        {
            "action": "FailJob",
            "onExitCodes": {
                "containerName": "restic",
                "operator": "In",
                "values": [64, 65, 66, 67, 70, 71, 72],
            },
        },
    ]
}
GRACE = 60
NEVER_STARTED = 120
ALWAYS = {
    "restartPolicy": "Never",
    "automountServiceAccountToken": False,
    "enableServiceLinks": False,
    "terminationGracePeriodSeconds": GRACE,
}
NEVER = ("hostname", "hostNetwork", "hostPID", "hostIPC", "hostUsers", "subdomain", "setHostnameAsFQDN", "nodeName")
ADDED = {"DAC_READ_SEARCH", "DAC_OVERRIDE", "CHOWN", "FOWNER", "FSETID"}
WRITES = ("restore", "drill")


def assert_hardened(objects: Sequence[Manifest], account: str | None = None) -> int:
    """Every run of a policy; how many there were. `account` is the user's own."""
    made = {(one["kind"], one["metadata"]["name"]) for one in objects} | {("ServiceAccount", account)}
    found = list(runs(objects))
    for run in found:
        assert_pod(run)
        assert_deadlines(run)
        for container in run.containers:
            assert_container(run, container)
        assert_data(run)
        assert_there(run, made)
    return len(found)


def assert_pod(run: Run) -> None:
    assert {key: run.pod.get(key) for key in ALWAYS} == ALWAYS, run.name
    assert [key for key in NEVER if key in run.pod] == [], run.name
    context = run.pod["securityContext"]
    root = context.get("runAsUser") == 0
    assert context.get("runAsNonRoot") in ((None, False) if root else (True, False)), run.name
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert context["fsGroupChangePolicy"] == "OnRootMismatch"
    said = run.job["template"]["metadata"]["labels"]
    own = {key: value for key, value in run.manifest["metadata"]["labels"].items() if key.startswith(labels.PREFIX)}
    assert own.items() <= said.items(), run.name
    assert all(len(value) <= 63 for value in said.values())


def assert_deadlines(run: Run) -> None:
    assert run.job["podFailurePolicy"] == FAILURES, run.name
    assert run.job["activeDeadlineSeconds"] == run.pod["activeDeadlineSeconds"] + GRACE + NEVER_STARTED, run.name
    if run.manifest["kind"] == "Job":  # GitOps would make it anew, and restore old data over live data
        assert "ttlSecondsAfterFinished" not in run.job, run.name
    if run.manifest["kind"] == "CronJob":
        spec = run.manifest["spec"]
        assert spec["concurrencyPolicy"] == "Forbid"
        assert spec["startingDeadlineSeconds"] >= 300
        assert "suspend" not in run.job, "a Job that somebody makes of a paused CronJob would wait for ever"


def assert_container(run: Run, container: dict[str, Any]) -> None:
    context, name = container["securityContext"], f"{run.name} {container['name']}"
    assert (context["readOnlyRootFilesystem"], context["allowPrivilegeEscalation"]) == (True, False), name
    assert context["capabilities"]["drop"] == ["ALL"], name
    assert set(context["capabilities"].get("add", [])) <= (ADDED if container["name"] == "restic" else set()), name
    assert "privileged" not in context
    paths = [mount["mountPath"] for mount in container["volumeMounts"]]
    assert_unique(paths, name)
    assert_unique([one["name"] for one in container.get("env", [])], name)
    (tmp,) = (mount for mount in container["volumeMounts"] if mount["mountPath"] == "/tmp")
    assert "readOnly" not in tmp, name
    assert run.volumes[tmp["name"]] == {"name": tmp["name"], "emptyDir": {}}, name


def assert_unique(names: Sequence[str], where: str) -> None:
    assert [name for name, count in Counter(names).items() if count > 1] == [], where


def assert_data(run: Run) -> None:
    """The live volume is read-only twice, or the kubelet would give its files to the mover's fsGroup."""
    mounts = {mount["name"]: mount for mount in run.restic["volumeMounts"]}
    if "data" not in mounts:
        assert run.operation in ("init", "maintenance", "unlock"), run.name
        return
    volume = run.volumes["data"]
    only_read = "ephemeral" in volume or volume.get("persistentVolumeClaim", {}).get("readOnly") is True
    if run.operation == "backup":
        assert (mounts["data"].get("readOnly"), only_read) == (True, True), run.name
    else:
        assert run.operation in WRITES, run.name
        assert "readOnly" not in mounts["data"], run.name
        assert "readOnly" not in volume.get("persistentVolumeClaim", {}), run.name
    assert run.env["BACKPLAN_DATA"] == mounts["data"]["mountPath"], run.name


def assert_there(run: Run, made: set[tuple[str, str | None]]) -> None:
    """What is mounted is a volume, what is a volume is mounted, and what we have named we have rendered."""
    assert_unique([one["name"] for one in run.pod["volumes"]], run.name)
    mounted = {mount["name"] for container in run.containers for mount in container["volumeMounts"]}
    assert mounted == set(run.volumes), run.name
    assert_unique([container["name"] for container in run.containers], run.name)
    cache = run.volumes["cache"]
    assert cache == {"name": "cache", "emptyDir": {}} or (
        ("PersistentVolumeClaim", cache["persistentVolumeClaim"]["claimName"]) in made
        and run.operation in ("backup", "maintenance")
    ), run.name
    assert ("ConfigMap", run.volumes["mover"]["configMap"]["name"]) in made, run.name
    assert ("ServiceAccount", run.pod["serviceAccountName"]) in made, run.name
