"""What a steady backup takes on a real node: from the making of its Job to the end of it, and what it asks of a server.

One file of 3,000 has changed, and the cache is warm. In turns with ours run a Job that does nothing, which is
Kubernetes' own share, and one with VolSync's command lines, as its operator cannot run here. Fails where a bar is
missed. Needs root and a node's programs. See README.md.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from report import Report

from tests.cluster.api import Api, Raw
from tests.cluster.node import places, programs
from tests.cluster.node.namespace import Namespace
from tests.cluster.node.paperless import GID, UID, policy, told
from tests.cluster.node.testbed import testbed

OPEN = re.compile(r'"GET /\S+/keys/[0-9a-f]{64} ')
"""Each restic that opens a repository reads its key."""
FOLDERS, FILES, SIZE = 100, 30, 7000
PAUSE = 0.05
"""Between two looks at a Job."""
PATIENCE = 600
RETAIN = "--keep-daily 7"
VOLSYNC = f"""\
restic cat config >/dev/null
restic backup --host volsync --exclude=lost+found .
restic forget --host volsync {RETAIN}
"""
"""After `mover-restic/entry.sh` of VolSync 0.16, as far as restic goes."""
WIDTH = 28
MEASURED = (
    "VolSync 0.16 with its operator, as once measured on a node of this kind, not in this run: 6.0 s, 31-32 requests"
)


@dataclass(slots=True)
class Runs:
    """All runs of one mover."""

    what: str
    seconds: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    opens: list[int] = field(default_factory=list)

    def line(self) -> str:
        """A row of the table."""
        figures = [_range(self.seconds, ".2f"), _range(self.requests, "g"), _range(self.opens, "g")]
        return f"{self.what:{WIDTH}} {figures[0]:>20} {figures[1]:>14} {figures[2]:>12}"


def _range(figures: Sequence[float], form: str) -> str:
    return f"{median(figures):{form}} ({min(figures):{form}}-{max(figures):{form}})"


@dataclass(frozen=True, slots=True)
class Bench:
    """A namespace with an app and both movers."""

    space: Namespace
    data: Path

    def change(self, number: int) -> None:
        """What a day brings."""
        path = self.data / "folder-0" / "changing"
        path.write_bytes(os.urandom(SIZE) + str(number).encode())
        os.chown(path, UID, GID)

    def ours(self) -> Raw:
        """The spec of a Job of the backup's CronJob."""
        spec: Raw = self.space.get("CronJob", "paperless-backup")["spec"]["jobTemplate"]["spec"]
        return spec

    def peer(self, script: str) -> Raw:
        """The same pod with a script instead of the mover, and a cache and a repository of its own."""
        spec = self.ours()
        pod = spec["template"]["spec"]
        (container,) = pod["containers"]
        container |= {"command": ["/bin/sh", "-e", "-c", script], "workingDir": "/data"}
        ours = {"RESTIC_REPOSITORY": f"{self.space.bed.rest.url}peer"}
        for variable in container["env"]:
            variable["value"] = ours.get(variable["name"], variable["value"])
        (cache,) = [volume for volume in pod["volumes"] if volume["name"] == "cache"]
        cache["persistentVolumeClaim"]["claimName"] = "peer-cache"
        return spec

    def job(self, name: str, spec: Raw) -> float:
        """Make a Job, and the seconds until it is complete."""
        about = {"name": name, "namespace": self.space.name}
        manifest = {"apiVersion": "batch/v1", "kind": "Job", "metadata": about, "spec": spec}
        began = time.perf_counter()
        answer = self.space.api.create(manifest)
        if answer.complaints:
            raise SystemExit(f"{name}: {answer.complaints}")
        while not self.space.is_over(name):
            if time.perf_counter() - began > PATIENCE:
                raise SystemExit(f"{name} does not end\n{self.space.story()}")
            time.sleep(PAUSE)
        seconds = time.perf_counter() - began
        finished = self.space.finished(name)
        if finished.condition != "Complete":
            raise SystemExit(f"{name}: {finished.condition}\n{self.space.story()}")
        return seconds

    def measure(self, runs: Runs, name: str, spec: Raw) -> None:
        """One run more."""
        log = self.space.bed.rest.log
        before = len(log.read_text())
        runs.seconds.append(self.job(name, spec))
        lines = log.read_text()[before:].splitlines()
        runs.requests.append(sum(self.space.bed.rest.mark in line for line in lines))
        runs.opens.append(sum(bool(OPEN.search(line)) for line in lines))


def furnished(space: Namespace) -> Bench:
    """An app, its policy, and first backups by both movers: their caches are warm."""
    data = space.claim("paperless-data")
    for number in range(FOLDERS * FILES):
        path = data / f"folder-{number % FOLDERS}" / str(number)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(SIZE))
    for path in (data, *data.rglob("*")):
        os.chown(path, UID, GID)
    space.render(policy(space))
    ended = told(space.finished(space.job("paperless-init-")))
    if ended != ("Complete", "ok"):
        raise SystemExit(f"the init Job ended as {ended}")
    space.claim("peer-cache")
    bench = Bench(space, data)
    bench.job("peer-init", bench.peer("restic init"))
    bench.job("ours-first", bench.ours())
    bench.job("peer-first", bench.peer(VOLSYNC))
    return bench


def measured(bench: Bench, times: int) -> list[Runs]:
    """In turns, so that a slow minute of the machine meets all of them."""
    ours, peer, empty = Runs("backup"), Runs("VolSync's commands in a Job"), Runs("a Job that does nothing")
    for number in range(times):
        bench.change(number)
        bench.measure(ours, f"ours-{number}", bench.ours())
        bench.measure(peer, f"peer-{number}", bench.peer(VOLSYNC))
        bench.measure(empty, f"empty-{number}", bench.peer("true"))
    return [ours, peer, empty]


def judged(ours: Runs) -> Report:
    """The design's bars."""
    report = Report()
    report.at_most("seconds of a steady backup, median", median(ours.seconds), 3.1)
    report.at_most("requests of a steady backup", max(ours.requests), 14)
    report.at_most("opens of a steady backup", max(ours.opens), 1)
    return report


def _table(runs: Sequence[Runs], report: Report) -> Iterator[str]:
    yield f"{'median (smallest-largest)':{WIDTH}} {'seconds':>20} {'requests':>14} {'opens':>12}"
    yield from (one.line() for one in runs)
    yield MEASURED
    yield ""
    yield from report.verdicts()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, prog="./dev bench cluster")
    parser.add_argument("--runs", type=int, default=10, help="how often each is run (10)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parsed = parser.parse_args(argv)
    found = programs.find_or_exit(parser.prog)
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(prefix="backplan-bench-") as folder,
        places.taken(places.FOR_TESTS) as place,
        testbed(found, place) as bed,
        Api(bed.cluster.where.endpoint) as api,
    ):
        runs = measured(furnished(Namespace(bed, api, "bench", Path(folder))), parsed.runs)
    report = judged(runs[0])
    if parsed.json:
        ratios = [asdict(ratio) for ratio in report.ratios]
        print(json.dumps({"load": load, "runs": [asdict(one) for one in runs], "ratios": ratios}, indent=2))
    else:
        print("\n".join(_table(runs, report)))
        print(f"\nload of the machine before and after: {load:.1f}, {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if all(ratio.holds for ratio in report.ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
