"""Runs programs and keeps what they took. Not for anything in the same process: every figure is a whole program's."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

LONG = 60.0
"""Seconds above which a program is run only once: a second run would tell little and take minutes."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program, or of several one after the other."""

    seconds: float
    cpu: float
    """User and system time; steadier than wall time where others use the machine."""
    peak: float
    """Largest resident memory in MiB."""

    def and_then(self, other: "Run") -> "Run":
        """Both, one after the other."""
        return Run(self.seconds + other.seconds, self.cpu + other.cpu, max(self.peak, other.peak))


@dataclass(slots=True)
class Series:
    """All runs of one kind."""

    what: str
    runs: list[Run] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median."""
        return median(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median."""
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> float:
        """The largest, in MiB."""
        return max(run.peak for run in self.runs)

    def figures(self) -> dict[str, object]:
        """For the JSON report."""
        walls = [run.seconds for run in self.runs]
        return {
            "what": self.what,
            "runs": len(self.runs),
            "median_seconds": self.seconds,
            "min_seconds": min(walls),
            "max_seconds": max(walls),
            "median_cpu_seconds": self.cpu,
            "peak_rss_mib": self.peak,
        }


def environment() -> dict[str, str]:
    """The caller's, as an installed tool has it: with compiled modules, which the first run writes."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def run(command: Sequence[str], env: Mapping[str, str]) -> Run:
    """Run a program to its end, its output thrown away. Raises where it fails."""
    start = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env) as process:
        said = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {said.decode(errors='replace')[-600:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def output(command: Sequence[str], env: Mapping[str, str]) -> str:
    """What a program prints; this run also fills caches and is not counted."""
    done = subprocess.run(command, capture_output=True, env=env, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr.decode(errors='replace')[-600:]}")
    return done.stdout.decode()


def in_turns(times: int, measured: Mapping[str, Callable[[], Run]]) -> dict[str, Series]:
    """Each in its turn, `times` over, so that a slow minute of the machine meets all of them."""
    series = {what: Series(what) for what in measured}
    for _ in range(times):
        for what, measure in measured.items():
            if not series[what].runs or series[what].runs[0].seconds < LONG:
                series[what].runs.append(measure())
    return series
