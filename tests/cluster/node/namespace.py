"""A namespace of the cluster: policies applied as GitOps applies them, claims, and Jobs followed to their end."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from tests import checkout
from tests.cluster.api import Api, Raw
from tests.cluster.node.cluster import kubectl
from tests.cluster.node.testbed import Testbed
from tests.cluster.surroundings import POD_SECURITY
from tests.mover.repository import PASSWORD, Repository

SECONDS = 180
PATHS = {
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "CronJob": "/apis/batch/v1/namespaces/{}/cronjobs",
    "Pod": "/api/v1/namespaces/{}/pods",
    "PersistentVolumeClaim": "/api/v1/namespaces/{}/persistentvolumeclaims",
    "Event": "/api/v1/namespaces/{}/events",
}


@dataclass(frozen=True, slots=True)
class Finished:
    """A Job that has ended, and its pods that are left, the first one first."""

    job: Raw
    pods: list[Raw]

    @property
    def condition(self) -> str:
        """`Complete` or `Failed`."""
        return next(one["type"] for one in self.job["status"]["conditions"] if one["type"] in {"Complete", "Failed"})

    @property
    def results(self) -> list[Raw]:
        """What the mover said in each pod; empty where it could not say anything."""
        return [result(pod) for pod in self.pods]

    @property
    def result(self) -> Raw:
        """Of the last pod."""
        return self.results[-1]

    @property
    def seconds(self) -> float:
        """From the Job's creation to its end, to the second."""
        times = [self.job["metadata"]["creationTimestamp"], ended(self.job)]
        began, over = (datetime.fromisoformat(time) for time in times)
        return (over - began).total_seconds()


def ended(job: Raw) -> str:
    times = [one["lastTransitionTime"] for one in job["status"]["conditions"] if one["type"] in {"Complete", "Failed"}]
    return str(job["status"].get("completionTime") or times[0])


def result(pod: Raw) -> Raw:
    """The last words of a pod's containers."""
    for status in pod["status"].get("containerStatuses", []):
        if message := status.get("state", {}).get("terminated", {}).get("message"):
            found: Raw = json.loads(message)
            return found
    return {}


class Namespace:
    """One that enforces Pod Security "restricted", with a Secret `restic`."""

    def __init__(self, bed: Testbed, api: Api, name: str, folder: Path) -> None:
        self.bed, self.api, self.name = bed, api, name
        self.source = folder / "fleet"
        self.source.mkdir(parents=True)
        self.cache = folder / "restic-cache"
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": POD_SECURITY}})
        self.secret("restic", RESTIC_PASSWORD=PASSWORD)

    def apply(self, *manifests: Raw) -> None:
        """As they are, in this namespace unless they say another."""
        done = self.kubectl("apply", "--server-side", "-f", "-", given=yaml.safe_dump_all(manifests))
        assert done.returncode == 0, done.stderr

    def secret(self, name: str, **values: str) -> None:
        self.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": values})

    def kubectl(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        return kubectl(self.bed.cluster, f"--namespace={self.name}", *arguments, given=given)

    def backplan(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """What a person types in the folder of the policies."""
        return checkout.backplan(self.source, *arguments)

    def render(self, files: str | Mapping[str, str]) -> None:
        """Write a policy, or the files of a fleet, render them and apply what they became, by kustomize."""
        checkout.write(self.source, files)
        rendered = self.backplan("render", "--out", "rendered")
        assert rendered.returncode == 0, rendered.stderr
        for folder in sorted(path.parent for path in (self.source / "rendered").rglob("kustomization.yaml")):
            if folder.name != "bootstrap":  # a Component, for the app's own kustomization
                self.apply_folder(folder)

    def apply_folder(self, folder: Path) -> None:
        done = kubectl(self.bed.cluster, "apply", "--server-side", "--kustomize", str(folder))
        assert done.returncode == 0, done.stderr

    def claim(self, name: str, **more: Any) -> Path:
        """A claim of the app's, and where its volume is on this machine."""
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **more}
        self.apply(
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec},
        )
        return self.volume(name)

    def volume(self, claim: str) -> Path:
        """Where the volume of a claim is on this machine, once it is bound."""
        self.wait_for(
            f"volume of {claim}", lambda: self.get("PersistentVolumeClaim", claim)["status"]["phase"] == "Bound"
        )
        return self.bed.cluster.volumes / self.get("PersistentVolumeClaim", claim)["spec"]["volumeName"]

    def repository(self, name: str) -> Repository:
        """One on the rest-server, seen from behind."""
        return Repository(self.bed.rest.folder / name, self.cache, owner=(os.getuid(), os.getgid()))

    def get(self, kind: str, name: str) -> Raw:
        answer = self.api.get(f"{PATHS[kind].format(self.name)}/{name}")
        assert answer.status == 200, answer.body
        return answer.body

    def all(self, kind: str, selector: str = "") -> list[Raw]:
        """In the order of their creation."""
        answer = self.api.get(f"{PATHS[kind].format(self.name)}?labelSelector={selector}")
        assert answer.status == 200, answer.body
        items: list[Raw] = answer.body["items"]
        return sorted(items, key=lambda one: (one["metadata"]["creationTimestamp"], one["metadata"]["name"]))

    def run(self, cron_job: str, name: str, *, seconds: float = SECONDS) -> Finished:
        """A Job from a CronJob, to its end."""
        self.start(cron_job, name)
        return self.finished(name, seconds=seconds)

    def start(self, cron_job: str, name: str) -> None:
        """Make a Job from a CronJob, as a person does."""
        done = self.kubectl("create", "job", name, f"--from=cronjob/{cron_job}")
        assert done.returncode == 0, done.stderr

    def finished(self, job: str, *, seconds: float = SECONDS) -> Finished:
        """A Job at its end."""
        self.wait_for(f"end of {job}", lambda: self.is_over(job), seconds=seconds)
        return Finished(self.get("Job", job), self.all("Pod", f"job-name={job}"))

    def job(self, prefix: str) -> str:
        """The name of the one Job that begins so."""
        (name,) = [one["metadata"]["name"] for one in self.all("Job") if one["metadata"]["name"].startswith(prefix)]
        return str(name)

    def is_over(self, job: str) -> bool:
        conditions = self.get("Job", job)["status"].get("conditions", [])
        return any(one["type"] in {"Complete", "Failed"} and one["status"] == "True" for one in conditions)

    def wait_for(self, what: str, condition: Callable[[], bool], *, seconds: float = SECONDS) -> None:
        """Until it is so; else tells what there is."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"no {what} after {seconds} s\n{self.story()}"
            time.sleep(0.2)

    def story(self) -> str:
        """What kubectl tells of the namespace, for whoever has to find out what went wrong."""
        told = [self.kubectl("get", "cronjob,job,pod,pvc", "-o", "wide"), self.kubectl("get", "events")]
        return "\n".join(done.stdout + done.stderr for done in told)
