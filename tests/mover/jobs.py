"""A Job as its controller runs it: a pod that failed is followed by another, after a back-off that doubles.

How often, and after which exit code never again, stands in the objects that engine cronjob renders. Not for what a pod
is made of: that is `pod.py`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.mover.container import Outcome
from tests.tools import ROOT

RENDERED = ROOT / "examples" / "no-operator" / "expected" / "passwords" / "vaultwarden"
BACKOFF, LONGEST = 10, 360
"""Seconds: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy."""


@dataclass(frozen=True, slots=True)
class Try:
    """One pod of a Job; times are those of the monotonic clock."""

    began: float
    ended: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Job:
    """What the controller is told."""

    backoff_limit: int
    never_again: frozenset[int]
    """Exit codes after which a Job has failed at once."""

    def run(self, pod: Callable[[], Outcome], patience: Callable[[Try], bool] = lambda _: False) -> list[Try]:
        """Run pods until one succeeds or no more is allowed; patience with a failed one allows another all the same."""
        tries: list[Try] = []
        while True:
            began = time.monotonic()
            outcome = pod()
            tries.append(Try(began, time.monotonic(), outcome))
            if outcome.code in {0, *self.never_again}:
                return tries
            if len(tries) > self.backoff_limit and not patience(tries[-1]):
                return tries
            time.sleep(min(BACKOFF * 2 ** (len(tries) - 1), LONGEST))


def init() -> Job:
    """The one that makes a repository."""
    return _job(_object("job.yaml", "-init-")["spec"])


def backup() -> Job:
    """The one that a backup's schedule makes."""
    return _job(_object("cronjob.yaml", "-backup")["spec"]["jobTemplate"]["spec"])


def _object(file: str, name: str) -> dict[str, Any]:
    documents = yaml.safe_load_all(Path(RENDERED / file).read_text("utf-8"))
    (found,) = [document for document in documents if name in document["metadata"]["name"]]
    return dict(found)


def _job(spec: dict[str, Any]) -> Job:
    codes = [rule["onExitCodes"] for rule in spec["podFailurePolicy"]["rules"] if rule["action"] == "FailJob"]
    assert all(rule["operator"] == "In" for rule in codes), codes
    return Job(spec["backoffLimit"], frozenset(code for rule in codes for code in rule["values"]))
