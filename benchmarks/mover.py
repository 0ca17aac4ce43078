"""What the mover costs on a repository: opens and HTTP requests, beside VolSync's command lines on the same server.

Counts, which are the same on every machine; only a wrong password is timed. Fails where a bar is missed. Needs root,
restic and rest-server, as the tests of the mover do. See README.md.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from report import Report
from volsync import VolSync

from tests.mover import jobs, rootfs
from tests.mover.movers import UID, Mover
from tests.mover.repository import PASSWORD, Repository, quick
from tests.mover.servers import Server, rest_server
from tests.tools import require

OPEN = re.compile(r'"GET /\S+/keys/[0-9a-f]{64} ')
"""Each restic that opens a repository reads its key, once where there is one."""
DAYS = 7
RETRIES = 5
MAINTENANCE = {
    "BACKPLAN_FORGET": "--host=documents/paperless/data\n--keep-last=7",
    "BACKPLAN_PRUNE_INTERVAL": "7",
    "BACKPLAN_PRUNE_GAP": "0",
    "BACKPLAN_DAY_OFFSET": "0",
    "BACKPLAN_DAY_BEGINS": "0",
    "BACKPLAN_CHECK_SUBSETS": "52",
}
DUE = {"BACKPLAN_PRUNE_GAP": "7"}
"""Makes every day one of prune and check."""
WITH_OPERATOR = {"steady sync": "3 / 31", "sync with prune": "4 / 50", "first sync": "2 / 31", "restore": "3 / 31"}
"""Opens and requests that were counted of VolSync 0.16 with its operator, on another day."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took from the server."""

    what: str
    opens: float
    requests: float
    noted: str = ""


@dataclass(slots=True)
class Bench:
    """A server, and both movers, each with a volume, a cache and repositories of its own."""

    folder: Path
    server: Server
    image: Path
    report: Report = field(default_factory=Report)
    costs: list[Cost] = field(default_factory=list)

    def volume(self, name: str) -> Path:
        """An app's volume with 300 files."""
        top = self.folder / name
        for number in range(300):
            path = top / f"folder-{number % 10}" / str(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.urandom(2000))
        return own(top)

    def mover(self, name: str) -> Mover:
        """Ours."""
        folder = self.folder / f"mover-{name}"
        folder.mkdir()
        mounted = Repository(folder / "mnt" / "none", folder / "restic-cache")
        mounted.folder.parent.mkdir()
        env = {"RESTIC_REPOSITORY": self.server.url + name, **MAINTENANCE}
        return Mover(self.image, folder, self.volume(f"data-{name}"), mounted, env, writable=True)

    def peer(self, name: str) -> VolSync:
        """VolSync's."""
        env = {"RESTIC_REPOSITORY": self.server.url + name, "RESTIC_PASSWORD": PASSWORD}
        env["RESTIC_CACHE_DIR"] = str(self.folder / f"cache-{name}")
        return VolSync(require("restic"), self.volume(f"data-{name}"), env)

    def made(self, name: str) -> Repository:
        """A repository behind the server, which opens at once."""
        return quick(self.server.folder / name, self.folder / "restic-cache")

    def cost(self, what: str, run: Callable[[], object], *, times: int = 1, noted: str = "") -> Cost:
        """Count what a run takes; it shall give something true."""
        before = len(self.server.log.read_text())
        if not run():
            raise SystemExit(f"{what} failed")
        lines = self.server.log.read_text()[before:].splitlines()
        opens = sum(bool(OPEN.search(line)) for line in lines)
        requests = sum(self.server.mark in line for line in lines)
        self.costs.append(Cost(what, opens / times, requests / times, noted))
        return self.costs[-1]


def own(top: Path) -> Path:
    """Give a folder to the mover."""
    for path in (top, *top.rglob("*")):
        os.chown(path, UID, UID)
    return top


def change(volume: Path) -> None:
    """What a day brings."""
    (volume / "changing").write_bytes(os.urandom(50 << 10))
    os.chown(volume / "changing", UID, UID)


def ran(mover: Mover, operation: str, *classes: str, **env: str) -> bool:
    """Run an operation; whether its class is one of those."""
    outcome = mover.run(operation, **env)
    if outcome.result["class"] not in classes:
        print(outcome, file=sys.stderr)
    return outcome.result["class"] in classes


def first(bench: Bench) -> None:
    """A repository that does not exist."""
    mover, peer = bench.mover("new"), bench.peer("peer-new")
    bench.cost("init Job", lambda: ran(mover, "init", "ok"))
    bench.cost("first backup", lambda: ran(mover, "backup", "ok"))
    bench.cost("VolSync, first sync", peer.first_sync, noted=WITH_OPERATOR["first sync"])


def day(mover: Mover, *, due: bool) -> bool:
    """A backup and a maintenance."""
    change(mover.volume)
    return ran(mover, "backup", "ok") and ran(mover, "maintenance", "ok", **(DUE if due else {}))


def days_of_peer(peer: VolSync) -> bool:
    """A week of VolSync, with one prune."""
    for number in range(DAYS):
        change(peer.volume)
        if not peer.sync(prune=number == 0):
            return False
    return True


def weeks(bench: Bench) -> None:
    """Steady days after a first week, which fills the caches and the retention."""
    bench.made("steady")
    bench.made("peer-steady")
    mover, peer = bench.mover("steady"), bench.peer("peer-steady")
    if not (all(day(mover, due=number == 0) for number in range(DAYS)) and days_of_peer(peer)):
        raise SystemExit("the first week failed")
    change(mover.volume)
    change(peer.volume)
    steady = bench.cost("backup", lambda: ran(mover, "backup", "ok"))
    bench.cost("VolSync, steady sync: backup, forget", peer.sync, noted=WITH_OPERATOR["steady sync"])
    bench.cost("backup, nothing changed", lambda: ran(mover, "backup", "unchanged"))
    bench.cost("maintenance: forget", lambda: ran(mover, "maintenance", "ok"))
    change(mover.volume)
    change(peer.volume)
    bench.cost("backup and maintenance: forget, prune, check", lambda: day(mover, due=True))
    bench.cost("VolSync, sync with prune", lambda: peer.sync(prune=True), noted=WITH_OPERATOR["sync with prune"])
    bench.cost("unlock", lambda: ran(mover, "unlock", "ok"))
    whole = bench.cost(
        "a day: backup, forget; prune and check weekly",
        lambda: all(day(mover, due=number == 0) for number in range(DAYS)),
        times=DAYS,
    )
    bench.cost("VolSync, a day: backup, forget; prune weekly", lambda: days_of_peer(peer), times=DAYS, noted="3.1 / 34")
    bench.report.at_most("opens of a steady backup", steady.opens, 1)
    bench.report.at_most("requests of a steady backup", steady.requests, 14)
    bench.report.at_most("opens of a day", whole.opens, 2.5)
    bench.report.at_most("requests of a day", whole.requests, 32)
    restores(bench, mover, peer)


def restores(bench: Bench, mover: Mover, peer: VolSync) -> None:
    """Of what the weeks left, cold: a restore has no cache of its own yet."""
    for operation, ends in (("restore", "restored"), ("bootstrap", "restored"), ("drill", "ok")):
        folder = bench.folder / operation
        (folder / "empty").mkdir(parents=True)
        env = {**mover.env, "BACKPLAN_RESTORE": "bench", "BACKPLAN_TOKEN": "once"}
        restorer = Mover(bench.image, folder, own(folder / "empty"), mover.repository, env, writable=True)
        bench.cost(operation, lambda name=operation, one=restorer, end=ends: ran(one, name, end))
        if operation == "bootstrap":
            bench.cost("bootstrap, data there", lambda one=restorer: ran(one, "bootstrap", "present"))
    target = bench.folder / "target"
    cold = VolSync(peer.restic, peer.volume, {**peer.env, "RESTIC_CACHE_DIR": str(bench.folder / "cold")})
    bench.cost("VolSync, restore", lambda: cold.restore(target), noted=WITH_OPERATOR["restore"])


def stale_lock(bench: Bench) -> None:
    """What is saved by a run and five retries while a dead pod's lock is in the way of forget."""
    saved = {}
    for name in ("stale", "peer-stale"):
        repository = bench.made(name)
        mover, peer = bench.mover(name), bench.peer(name)
        for path in repository.folder.rglob("*"):
            path.chmod(0o777 if path.is_dir() else 0o666)
        repository.lock(age=timedelta(minutes=1), exclusive=False)
        for _ in range(1 + RETRIES):
            if name == "stale":
                ran(mover, "backup", "ok", "unchanged")
                ran(mover, "maintenance", "locked", BACKPLAN_RETRY_LOCK="1")
            else:
                peer.sync()
        saved[name] = len(repository.snapshots())
    what = f"snapshots after {RETRIES} retries against a stale lock (VolSync's commands: {saved['peer-stale']})"
    bench.report.at_most(what, saved["stale"], 1)


def wrong_password(bench: Bench) -> None:
    """How long a Job needs to fail, with the key of a real `restic init`."""
    mover = bench.mover("new-again")
    env = {"RESTIC_REPOSITORY": bench.server.url + "new", "RESTIC_PASSWORD": "wrong"}
    tries = jobs.backup().run(lambda: mover.run("backup", **env))
    if tries[-1].outcome.result["class"] != "wrong-password":
        raise SystemExit(f"not a wrong password: {tries[-1].outcome}")
    bench.report.at_most("pods until a wrong password is visible (VolSync with its operator: 9)", len(tries), 1)
    seconds = tries[-1].ended - tries[0].began
    bench.report.at_most("seconds until it is, without scheduling (VolSync with its operator: 1175)", seconds, 10)


def _table(bench: Bench) -> Iterator[str]:
    width = max(len(cost.what) for cost in bench.costs)
    yield f"{'':{width}}  {'opens':>6} {'requests':>8}  with the operator, as once measured"
    for cost in bench.costs:
        yield f"{cost.what:{width}}  {cost.opens:6.2f} {cost.requests:8.1f}  {cost.noted}".rstrip()
    yield ""
    yield from bench.report.verdicts()


def main(argv: Sequence[str] | None = None) -> int:
    """Count and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, prog="./dev bench mover")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parsed = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="backplan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "served").mkdir()
        with rest_server(folder / "served") as server:
            bench = Bench(folder, server, rootfs.build(folder / "image", "ash", require("restic")))
            for part in (first, weeks, stale_lock, wrong_password):
                part(bench)
    if parsed.json:
        ratios = [asdict(ratio) for ratio in bench.report.ratios]
        print(json.dumps({"costs": [asdict(cost) for cost in bench.costs], "ratios": ratios}, indent=2))
    else:
        print("\n".join(_table(bench)))
    return 0 if all(ratio.holds for ratio in bench.report.ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
