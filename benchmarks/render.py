"""How fast policies become manifests, beside kustomize that builds the same objects from a shared Component.

Never a test: it prints, and fails only where the programs fail or do not give the same objects. See README.md.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial, reduce
from itertools import pairwise
from pathlib import Path

from dumper import LINES
from fleets import App, apps, write_kustomizations, write_policies
from programs import backplan, kinds, kubectl, kustomize
from report import Report
from timing import Run, Series, environment, in_turns, output, run

ENV = environment()
PART = 100
"""Apps in one build where kustomize builds a fleet in parts."""
YARDSTICK = 1.35
"""Milliseconds of the C dumper on the machine for which the bar per policy is written."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the fleets lie, and what runs on them."""

    folder: Path
    peer: list[str] | None
    runs: int
    report: Report

    def fleet(self, size: int, *, for_peer: bool) -> Path:
        """The folder with the policies of a fleet, and if asked the kustomizations beside it."""
        fleet = apps(size)
        root = self.folder / f"fleet-{size}"
        if not root.exists():
            write_policies(root, fleet)
        peers = self.folder / f"kustomize-{size}"
        if for_peer and self.peer and not peers.exists():
            write_kustomizations(peers, fleet)
        return root

    def ours(self, *arguments: str | Path) -> list[str]:
        """A command line of Backplan."""
        return [*backplan(), *map(str, arguments)]

    def build(self, folder: Path) -> list[str]:
        """A command line of kustomize."""
        return [*(self.peer or ()), str(folder)]

    def builds(self, *folders: Path) -> Callable[[], Run]:
        """Builds of kustomize, one after the other."""
        return lambda: reduce(Run.and_then, (run(self.build(folder), ENV) for folder in folders))

    def same_objects(self, rendered: str, *folders: Path) -> None:
        """Refuse to compare what is not the same work."""
        theirs = sum((kinds(output(self.build(folder), ENV)) for folder in folders), start=kinds(""))
        if kinds(rendered) != theirs:
            raise SystemExit(f"not the same objects: {dict(kinds(rendered))} and kustomize's {dict(theirs)}")


def bulk(bench: Bench, size: int) -> None:
    """A whole fleet in one process."""
    command = bench.ours("render", "--fleet", bench.fleet(size, for_peer=True) / "backplan.yaml", "--stdout")
    rendered = output(command, ENV)
    stream = bench.folder / "rendered.yaml"
    stream.write_text(rendered, encoding="utf-8")
    dumper = [sys.executable, str(Path(__file__).with_name("dumper.py")), str(stream)]
    yardsticks: list[float] = []

    def ours() -> Run:
        yardsticks.append(float(output(dumper, ENV)))
        return run(command, ENV)

    measured = {f"backplan render, {size} policies": ours}
    peers = bench.folder / f"kustomize-{size}"
    parts = sorted(peers.glob("part-*"))
    if bench.peer:
        bench.same_objects(rendered, *parts)
        measured[f"kustomize, {size} apps at once"] = bench.builds(peers / "all")
        measured[f"kustomize, {size} apps in {len(parts)} builds"] = bench.builds(*parts)
    mine, *theirs = in_turns(bench.runs, measured).values()
    bench.report.series += [mine, *theirs]
    if theirs:
        best = min(theirs, key=lambda series: series.seconds)
        bench.report.at_least(f"times faster than {best.what}", best.seconds / mine.seconds, 5)
    yardstick = sorted(yardsticks)[len(yardsticks) // 2]
    each = mine.seconds * 1000 / size
    what = f"{each:.2f} ms per policy, C dumper {yardstick:.2f} ms per {LINES} lines; ms where that takes {YARDSTICK}"
    bench.report.at_most(what, each * YARDSTICK / yardstick, 1.5)


def cold(bench: Bench, size: int) -> None:
    """One policy, as a hook has it: a new process, one file."""
    bench = replace(bench, peer=kubectl() or bench.peer)
    app = apps(size)[1 % size]
    file = _policy(bench.fleet(size, for_peer=True), app)
    build = bench.folder / f"kustomize-{size}" / "apps" / app.name
    measured: dict[str, Callable[[], Run]] = {
        "backplan validate, one policy": partial(run, bench.ours("validate", file), ENV),
        "backplan render, one policy": partial(run, bench.ours("render", "--stdout", file), ENV),
    }
    rendered = output(bench.ours("render", "--stdout", file), ENV)
    if bench.peer:
        bench.same_objects(rendered, build)
        measured[f"{Path(bench.peer[0]).name} {bench.peer[1]}, one app"] = bench.builds(build)
    series = list(in_turns(bench.runs * 5, measured).values())
    bench.report.series += series
    for mine in series[:2]:
        if bench.peer:
            pairs = zip(mine.runs, series[2].runs, strict=True)
            ratios = sorted(one.seconds / other.seconds for one, other in pairs)
            bench.report.at_most(f"{mine.what}, times its peer's (paired)", ratios[len(ratios) // 2], 2.5)


def scaling(bench: Bench, sizes: Sequence[int]) -> None:
    """Whole fleets that grow tenfold: writing, writing again with nothing to do, checking; what is stale is sought."""
    measured: dict[str, Callable[[], Run]] = {}
    for size in sizes:
        command = bench.ours("render", "--fleet", bench.fleet(size, for_peer=False) / "backplan.yaml")
        new = Series(f"backplan render, {size} policies, all new", [run(command, ENV)])
        bench.report.series.append(new)
        measured[f"backplan render, {size} policies, none changed"] = partial(run, command, ENV)
        measured[f"backplan render --check, {size} policies"] = partial(run, [*command, "--check"], ENV)
    series = list(in_turns(bench.runs, measured).values())
    bench.report.series += series
    for what, found in (("render, none changed", series[::2]), ("--check", series[1::2])):
        for value, steps in _slopes(found, sizes):
            bench.report.at_most(f"{what}: time per further policy, {steps}", value, 1.2)


def _slopes(series: Sequence[Series], sizes: Sequence[int]) -> Iterator[tuple[float, str]]:
    """What a further policy costs in the larger step of sizes over what it costs in the smaller one."""
    slopes = [
        ((high.seconds - low.seconds) / (more - fewer), f"{fewer} to {more}")
        for (fewer, more), (low, high) in zip(pairwise(sizes), pairwise(series), strict=True)
    ]
    for (smaller, before), (larger, after) in pairwise(slopes):
        if smaller > 0:
            yield larger / smaller, f"{after} over {before}"


def _policy(root: Path, app: App) -> Path:
    return root / "apps" / app.namespace / app.name / "backup-policy.yaml"


def _table(report: Report) -> Iterator[str]:
    width = max(len(series.what) for series in report.series)
    yield f"{'':{width}}  {'median':>9} {'min':>9} {'max':>9} {'cpu':>9} {'RSS MiB':>8} {'runs':>4}"
    for series in report.series:
        walls = [run.seconds for run in series.runs]
        times = " ".join(f"{value:8.3f}s" for value in (series.seconds, min(walls), max(walls), series.cpu))
        yield f"{series.what:{width}}  {times} {series.peak:8.0f} {len(walls):4}"
    yield ""
    yield from report.verdicts()


def _machine(peer: list[str] | None) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "peer": f"{Path(peer[0]).name} {peer[1]}" if peer else None,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="./dev bench")
    parser.add_argument("--policies", type=int, default=1000, help="apps of the fleet; also a tenth and ten times it")
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parsed = parser.parse_args(argv)
    peer, size = kustomize(), max(1, parsed.policies)
    if peer is None:
        print("neither kustomize nor kubectl is installed: figures without their peer", file=sys.stderr)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="backplan-bench-") as folder:
        bench = Bench(Path(folder), peer, max(1, parsed.runs), report)
        cold(bench, size)
        bulk(bench, size)
        scaling(bench, sorted({max(1, size // 10), size, size * 10}))
    if parsed.json:
        figures = [series.figures() for series in report.series]
        data = {"machine": _machine(peer), "series": figures, "ratios": [asdict(ratio) for ratio in report.ratios]}
        print(json.dumps(data, indent=2))
        return 0
    print(", ".join(f"{key} {value}" for key, value in _machine(peer).items()))
    print("\n".join(_table(report)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
