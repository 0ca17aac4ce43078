"""One operation with one fault at its n-th request, over a proxy: what the mover makes of it.

What must be true afterwards is not judged here, but in `fault_operations.py`.
"""

import contextlib
import time
from concurrent.futures import Future
from dataclasses import dataclass, replace
from signal import SIGKILL, SIGTERM, Signals

from tests.mover.container import Outcome, Running
from tests.mover.movers import Mover
from tests.mover.proxy import HARMLESS, Harm, Proxy, proxy_of
from tests.tools import scale

FULL = scale(1) >= 10
STOP_AFTER = 20 if FULL else 4
"""Seconds that a fault lasts before a person, or the kubelet at the Job's deadline, stops the mover."""
STOP_PATIENCE = None if FULL else "8"
"""For restic after that; the mover's own is 40 seconds."""
RESULT_WITHIN = 45
"""Seconds after the stop: the kubelet kills after 60."""
DEADLINE = 400


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at a request."""

    name: str
    harm: Harm = HARMLESS
    signal: Signals | None = None
    """To the mover's first process, as the kubelet does."""
    lasting: bool = False
    """At all later requests, too."""

    @property
    def kills(self) -> bool:
        """Whether the container dies of it."""
        return self.signal == SIGKILL


FAULTS = (
    Fault("stop", signal=SIGTERM),
    Fault("kill", Harm(cut=True), SIGKILL),
    Fault("cut", Harm(cut=True)),
    Fault("cut-answer", Harm(cut_answer=True)),
    Fault("delay", Harm(delay=2)),
    Fault("403", Harm(status=403)),
    Fault("500", Harm(status=500)),
    Fault("lasting-cut", Harm(cut=True), lasting=True),
    Fault("lasting-cut-answer", Harm(cut_answer=True), lasting=True),
    Fault("lasting-403", Harm(status=403), lasting=True),
    Fault("lasting-500", Harm(status=500), lasting=True),
)


@dataclass(frozen=True, slots=True)
class Suffered:
    """How a run with a fault went."""

    outcome: Outcome
    requests: list[str]
    met: bool
    """Whether the operation lived to see the fault."""
    seconds_to_result: float | None
    """From the stop that ended a lasting fault; none where there was no need of one."""


def suffer(mover: Mover, operation: str, fault: Fault, n: int) -> Suffered:
    """Run an operation, with a proxy before the server of the mover's repository."""
    url = mover.env["RESTIC_REPOSITORY"]
    port = url.split("//127.0.0.1:")[1].split("/")[0]
    with proxy_of(int(port)) as proxy:
        started: Future[Running] = Future()

        def strike() -> None:
            if fault.signal is not None:
                started.result().signal(fault.signal)
            if fault.kills:  # before restic can see the connection end
                started.result().process.wait(DEADLINE)

        proxy.harm = replace(fault.harm, strike=strike)
        proxy.first, proxy.lasting = n, fault.lasting
        patience = STOP_PATIENCE if fault.lasting else None
        through = url.replace(f":{port}/", f":{proxy.port}/")
        running = mover.start(operation, RESTIC_REPOSITORY=through, BACKPLAN_STOP_PATIENCE=patience)
        started.set_result(running)
        seconds = stop_in_time(running, proxy) if fault.lasting else None
        outcome = running.wait(DEADLINE)
        return Suffered(outcome, proxy.seen, proxy.struck.is_set(), seconds)


def stop_in_time(running: Running, proxy: Proxy) -> float | None:
    """Stop a mover that its fault keeps busy; the seconds from then to its result."""
    until: float | None = None
    while running.process.poll() is None:
        if until is None and proxy.struck.is_set():
            until = time.monotonic() + STOP_AFTER
        if until is not None and time.monotonic() >= until:
            return seconds_to_result(running)
        time.sleep(0.05)
    return None


def seconds_to_result(running: Running) -> float | None:
    """From a stop; none where the mover had ended by itself just before."""
    with contextlib.suppress(ProcessLookupError):
        running.signal(SIGTERM)
        began = time.monotonic()
        while running.process.poll() is None and not running.message():
            time.sleep(0.05)
        return time.monotonic() - began
    return None
