"""A run for each request of an operation that may meet a fault; several at once, as most of their time is waiting."""

import contextlib
import itertools
import re
import shutil
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.mover import fault_outcomes
from tests.mover.container import told
from tests.mover.fault_operations import OPERATIONS
from tests.mover.fault_stage import Stage, Template
from tests.mover.faults import FULL, Fault, Suffered, suffer
from tests.mover.servers import Server

BUSY, WAITING = 2, 16
"""Runs at once: of faults that pass, which keep the processors busy, and of lasting ones."""
NONE = Fault("none")
TELLING = {
    ("init", "stop"): "POST .*/keys/",  # after it there are keys, and no repository yet
    ("init", "cut"): "create=true",  # not tried again by restic
    ("init", "403"): "POST .*/(keys/|config$)",
    ("maintenance", "403"): "GET .*/snapshots/$",  # restic goes on as if there were none
    ("maintenance", "stop"): "POST .*/locks/",  # the lock may be there though restic does not know
    ("restore", "403"): "GET .*/snapshots/$",
    ("restore", "lasting-403"): "GET .*/snapshots/.",
    ("bootstrap", "403"): "GET .*/snapshots/$",
    ("bootstrap", "lasting-403"): "GET .*/snapshots/.",
    ("drill", "403"): "GET .*/snapshots/$",
    ("unlock", "lasting-403"): "GET .*/locks/.",  # restic takes no answer for no lock
}
"""Requests at which a fault is worth a run at any scale."""


@dataclass(frozen=True, slots=True)
class Case:
    """What one test is about."""

    server: str
    operation: str
    fault: Fault


@dataclass(slots=True)
class Campaign:
    """What all runs share."""

    template: Template
    images: Sequence[Path]
    servers: dict[str, Server]
    folder: Path
    counted: "itertools.count[int]" = field(default_factory=itertools.count)
    clean: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """The requests of a run without any fault."""

    def failures(self, case: Case) -> list[str]:
        """What was wrong in all runs of a test."""
        with ThreadPoolExecutor(WAITING if case.fault.lasting else BUSY) as pool:
            begun = [pool.submit(self.runs, case, numbers) for numbers in self.chosen(case)]
            return [failure for run in begun for failure in run.result()]

    def chosen(self, case: Case) -> Iterator[Iterator[int]]:
        """The requests that meet the fault; in a full run all, and on until the operation ends without it."""
        requests = self.requests(case.server, case.operation)
        total = len(requests)
        if FULL and case.server == "rest":
            yield from (iter([n]) for n in range(1, total))
            yield itertools.count(total)
        elif case.server == "s3":
            yield from (iter([n]) for n in range(1, total + 1, 1 if FULL else total // 2))
        else:
            telling = TELLING.get((case.operation, case.fault.name), "$^")
            told_apart = {n for n, request in enumerate(requests, 1) if re.search(telling, request)}
            yield from (iter([n]) for n in sorted({1, 2, *range(10, total, 10), total} | told_apart))

    def requests(self, server: str, operation: str) -> list[str]:
        """Those of a run without any fault."""
        if (server, operation) not in self.clean:
            with self.staged(Case(server, operation, NONE), 0) as stage:
                suffered = suffer(stage.mover, operation, NONE, 0)
                assert told(suffered.outcome) == fault_outcomes.DONE[operation], suffered.outcome
                self.clean[server, operation] = suffered.requests
        return self.clean[server, operation]

    def runs(self, case: Case, numbers: Iterator[int]) -> list[str]:
        """A run for each number, until one does not meet the fault; what was wrong."""
        wrong: list[str] = []
        for n in numbers:
            try:
                with self.staged(case, n) as stage:
                    suffered = suffer(stage.mover, case.operation, case.fault, n)
                    wrong += self.judge(case, n, stage, suffered)
            except Exception:
                wrong.append(f"request {n}: {traceback.format_exc()}")
                break
            if not suffered.met:
                break
        return wrong

    @contextlib.contextmanager
    def staged(self, case: Case, n: int) -> Iterator[Stage]:
        """A repository and a mover of its own; by turns in one shell and the other."""
        name = f"{case.operation}-{next(self.counted)}"
        server, folder = self.servers[case.server], self.folder / name
        if case.server == "s3":
            name = f"bucket/{name}"
        image = self.images[n % len(self.images)]
        repository = server.repository(name)
        stage = OPERATIONS[case.operation].stage(image, folder, self.template, repository, server.url + name)
        try:
            yield stage
        finally:
            for running in stage.mover.running:
                running.end()
            shutil.rmtree(folder)
            shutil.rmtree(repository.folder, ignore_errors=True)

    def judge(self, case: Case, n: int, stage: Stage, suffered: Suffered) -> list[str]:
        """What is wrong with how it ended, with what it left, and with the runs after it."""
        total = len(self.clean[case.server, case.operation])
        wrong = [*fault_outcomes.wrong(case.operation, case.fault, n, suffered, total)]
        if case.fault.name not in fault_outcomes.LEAVES_TRACES:
            wrong += stage.traces()
        operation = OPERATIONS[case.operation]
        if told(suffered.outcome) == fault_outcomes.DONE[operation.name] and not operation.done(stage):
            wrong.append("said that it was done, and it was not")
        wrong += operation.after(stage)
        request = suffered.requests[n - 1] if suffered.met else "never met"
        return [f"request {n}, {request}: {text}\n{suffered.outcome}" for text in wrong]
