"""Jobs that a person starts: the rendered run of a policy with a choice of their own, and all they need beside them.

A pod that waits for a ConfigMap which GitOps has not applied, or not in this version, waits until its deadline. So such
a Job brings its files along, as annotations of its pod that the downward API mounts, and runs under the account that
every namespace has. What is left is what cannot be brought: the claims, and the Secret.

GitOps shall not know it: it has no label but ours, by which nothing is tracked, and no hash.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from renderer import labels
from renderer.engines.cronjob import mounts
from renderer.engines.cronjob.backups import backup_run, restore_run
from renderer.engines.cronjob.environment import Variables, listed, opened
from renderer.engines.cronjob.jobs import on_demand
from renderer.engines.cronjob.mounts import CERTIFICATE, Mount
from renderer.engines.cronjob.pod import Run, job_spec
from renderer.engines.draft import is_ours
from renderer.engines.patches import patched
from renderer.forms import form
from renderer.manifest import Manifest
from renderer.policy import Backup, of_maintenance
from renderer.policy.names import object_name
from renderer.problem import Problem
from renderer.resources import scripts_of

WEEK = 7 * 24 * 3600
"""Seconds that a finished Job stays to be read. Nothing makes it again once it is gone, as GitOps would."""
HOUR = 3600
"""The same where a clone stays as long: a whole copy of the volume that somebody pays for."""
OF_REPOSITORY = frozenset(("check", "unlock"))
"""Operations that are about everything in a repository."""
_CHOICES = frozenset(
    f"BACKPLAN_{name}" for name in ("TOKEN", "AS_OF", "PREVIOUS", "SNAPSHOT", "OVERWRITE", "DELETE", "READ_DATA_SUBSET")
)
"""What only the person decides: not even where they say nothing may a patch."""
_DATA = "data"
_MOVER = "/mover"
_GOOGLE, _CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS", "/credentials"


class Errand(NamedTuple):
    """One run, and how it differs from the rendered ones."""

    run: Run
    name: str
    token: str
    restic: Sequence[str] = ()
    """restic's arguments, where it runs alone; else the mover does."""
    certificate: str | None = None
    """The authority's, where the policy has it in a file."""


def restoring(backup: Backup, claim: str, choice: Variables) -> Run:
    """A restore into a claim."""
    run = restore_run(backup)
    data = mounts.restored(claim, backup.repository.identity.path)
    return run._replace(env=_with(run.env, listed(choice)), mounts=[data, mounts.cache(backup, kept=False)])


def saving(backup: Backup) -> Run:
    """The backup as it is rendered."""
    return backup_run(backup)


def looking(backup: Backup, operation: str, choice: Variables) -> Run:
    """A run on the repository that has no business with the volume."""
    of_volume = operation not in OF_REPOSITORY
    backup = backup if of_volume else of_maintenance(backup)
    env, needed = [*listed(choice), *opened(backup)], [mounts.cache(backup, kept=False)]
    if backup.engine == "volsync":
        env += listed({_GOOGLE: f"{_CREDENTIALS}/gcs.json"})
        needed.append(_credentials(backup))
    return Run(backup, operation, env=env, mounts=needed, of_volume=of_volume)


def _credentials(backup: Backup) -> Mount:
    """Google's, which VolSync's users put into the Secret as they are, and Google's library reads from a file."""
    items = [{"key": _GOOGLE, "path": "gcs.json"}]
    secret = {"secretName": backup.repository.credential.name, "items": items, "optional": True}
    return Mount("credentials", {"secret": secret}, _CREDENTIALS, read_only=True)


def job(errand: Errand, lost: list[Problem]) -> Manifest:
    """The Job. What the user's patches do to a CronJob is done to it, but they change nothing of what was asked.

    A patch that does not apply is among the `lost`.
    """
    run = errand.run
    spec = copy.deepcopy(_patched(run, lost))
    spec["ttlSecondsAfterFinished"] = HOUR if run.has_own_claim else WEEK
    if errand.restic:
        spec["backoffLimit"] = 0  # it only looks, and a person reads what it says
    template = spec.pop("template")
    pod, metadata = template["spec"], template["metadata"]
    account = object_name(run.backup, "serviceAccount").text
    if run.backup.mover.service_account_name is None and pod.get("serviceAccountName") == account:
        del pod["serviceAccountName"]
    (own,) = [one for one in pod["containers"] if one["name"] == "restic"]  # no patch may take it away
    _order(pod, own, errand)
    brought = _bring(pod, errand)
    annotations = {**(metadata.get("annotations") or {}), **brought}
    theirs = {key: value for key, value in metadata["labels"].items() if not is_ours(key)}
    metadata = {**metadata, "labels": {**theirs, **run.labels}}
    # the scripts come last, so that a person can read the rest
    spec["template"] = {"spec": pod, "metadata": {**metadata, **({"annotations": annotations} if annotations else {})}}
    made: Manifest = form("cronjob", "Job").fill(
        app=run.backup.app,
        name=errand.name,
        labels=run.labels,
        annotations={labels.TOKEN: errand.token},
        job=spec,
    )
    return made


def _patched(run: Run, lost: list[Problem]) -> Manifest:
    """What the CronJob has for its Jobs."""
    backup = run.backup
    if backup.engine != "cronjob":  # its patches are for VolSync's objects
        return job_spec(run)
    name = object_name(backup, "cronJob" if run.operation == "backup" else "restore", restore="restore")
    spec: Manifest = patched(on_demand(_rendered(run), name), lost)["spec"]["jobTemplate"]["spec"]
    return spec


def _rendered(run: Run) -> Run:
    """The run that the patches were written for: an index in them counts what that one has."""
    if run.backup.engine != "cronjob":
        return run
    return backup_run(run.backup) if run.operation == "backup" else restore_run(run.backup)


def _order(pod: Manifest, own: dict[str, Any], errand: Errand) -> None:
    """Make the container do what is asked, whatever a patch has put into it."""
    run = errand.run
    own["env"] = _ordered(own.get("env", []), run)
    if errand.restic:
        own["command"] = ["restic", *errand.restic]
        own["env"] = [one for one in own["env"] if not one["name"].startswith("BACKPLAN_")]
    else:
        own["command"] = ["/bin/sh", f"{_MOVER}/mover.sh"]
    own.pop("args", None)
    data = next((mount for mount in run.mounts if mount.name == _DATA), None)
    if data is None:
        _unmount(pod, _DATA)
    elif run.operation == "restore":
        pod["volumes"] = _with(pod.get("volumes", []), [data.volume])
        there = own.get("volumeMounts", [])
        own["volumeMounts"] = there if any(one["name"] == _DATA for one in there) else [*there, data.at()]


def _ordered(there: Sequence[Mapping[str, Any]], run: Run) -> list[dict[str, Any]]:
    """The patched environment, with what was asked and without what only the rendered run has."""
    rendered = _rendered(run).env
    asked = [one for one in run.env if one["name"] in _CHOICES or one not in rendered]
    gone = _CHOICES.union(one["name"] for one in rendered).difference(one["name"] for one in run.env)
    operation = {"name": "BACKPLAN_OPERATION", "value": run.operation}
    return _with([one for one in there if one["name"] not in gone], [operation, *asked])


def _unmount(pod: Manifest, volume: str) -> None:
    """Take a volume away, from whatever container a patch may have added too."""
    pod["volumes"] = [one for one in pod.get("volumes", []) if one["name"] != volume]
    for container in (*pod.get("initContainers", []), *pod["containers"]):
        if "volumeMounts" in container:
            container["volumeMounts"] = [one for one in container["volumeMounts"] if one["name"] != volume]


def _bring(pod: Manifest, errand: Errand) -> dict[str, str]:
    """Mount the files that the Job brings along; returns the annotations that hold them."""
    scripts = {} if errand.restic else scripts_of(errand.run.operation)
    if scripts:
        pod["volumes"] = _with(pod["volumes"], [_files("mover", scripts)])
    else:
        _unmount(pod, "mover")
    authority: dict[str, str] = {}
    if errand.certificate is not None:
        authority = {CERTIFICATE.rpartition("/")[2]: errand.certificate}
        pod["volumes"] = _with(pod["volumes"], [_files("ca", authority)])
    return {labels.FILE + name: text for name, text in {**scripts, **authority}.items()}


def _files(volume: str, files: Iterable[str]) -> dict[str, Any]:
    items = [
        {"path": name, "fieldRef": {"fieldPath": f"metadata.annotations['{labels.FILE}{name}']"}} for name in files
    ]
    return {"name": volume, "downwardAPI": {"items": items, "defaultMode": 0o444}}


def _with(there: Sequence[Mapping[str, Any]], more: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A list whose items have names, with these in the place of those of the same name."""
    found = {str(one["name"]): dict(one) for one in there}
    return list({**found, **{str(one["name"]): dict(one) for one in more}}.values())
