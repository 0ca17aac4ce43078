"""The operation `maintenance`: what is forgotten, pruned and checked, and what the failure of one step means."""

import hashlib
import json
import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.mover.container import told, wait_until
from tests.mover.movers import UID

pytestmark = pytest.mark.mover

OURS, THEIRS = "documents/paperless/data", "media/photoprism/data"
TODAY = datetime(2026, 6, 30, 12, tzinfo=UTC)
DUE = {"BACKPLAN_PRUNE_GAP": "1", "BACKPLAN_CHECK_SUBSETS": "1"}


def steps(outcome):
    return tuple(outcome.result.get(step) for step in ("forget", "prune", "check"))


def block(host, *arguments):
    return "\n".join([f"--host={host}", *arguments])


def counts(repository):
    hosts = [snapshot["hostname"] for snapshot in repository.snapshots()]
    return {host: hosts.count(host) for host in hosts}


def noise(mover):
    """Other contents, which nothing else in the repository shares."""
    (mover.volume / "noise").write_bytes(os.urandom(300 << 10))
    os.chown(mover.volume / "noise", UID, UID)


def packs(repository):
    return [path for path in (repository.folder / "data").rglob("*") if path.is_file()]


def size(repository):
    return sum(path.stat().st_size for path in packs(repository))


@pytest.fixture
def history(mover, repository):
    """Writes snapshots of a host, one a day until `TODAY`: copies of a real one, sealed with the repository's key."""
    noise(mover)
    real = mover.run("backup", BACKPLAN_HOST=OURS).result["snapshot"]
    raw = json.loads(repository.restic("cat", "snapshot", real, "--no-lock").stdout)
    key = repository.master_key()
    (repository.folder / "snapshots" / real).unlink()

    def write(host, days, **more):
        for back in range(days):
            made = raw | {"hostname": host, "time": (TODAY - timedelta(days=back)).isoformat()} | more
            sealed = key.seal(json.dumps(made).encode())
            (repository.folder / "snapshots" / hashlib.sha256(sealed).hexdigest()).write_bytes(sealed)
        repository.give_away()

    return write


@pytest.fixture
def keeper(mover):
    """A mover that forgets our own snapshots but three, on a day on which no prune is due."""
    mover.env = {
        "BACKPLAN_HOST": None,
        "BACKPLAN_FORGET": block(OURS, "--keep-daily=3"),
        "BACKPLAN_PRUNE_INTERVAL": "1",
        "BACKPLAN_PRUNE_GAP": "0",
        "BACKPLAN_DAY_OFFSET": "3",
        "BACKPLAN_DAY_BEGINS": "0",
        "BACKPLAN_CHECK_SUBSETS": "52",
    }
    return mover


def test_day_without_a_prune_forgets_and_says_so(keeper, repository, history):
    history(OURS, 5)
    outcome = keeper.run("maintenance")
    assert told(outcome) == (0, "ok"), outcome
    result = outcome.result
    assert result == {
        "operation": "maintenance",
        "class": "ok",
        "forget": "ok",
        "prune": "not-due",
        "check": "not-due",
        "removed": 2,
        "kept": 3,
        "seconds": result["seconds"],
        "restic": result["restic"],
    }
    assert counts(repository) == {OURS: 3}
    assert repository.locks() == []


def test_apps_of_one_repository_keep_what_each_of_them_said(keeper, repository, history):
    neighbour = "not/listed/data"
    for host in (OURS, THEIRS, neighbour, "media/photoprism/cache"):
        history(host, 6)
    both = block(THEIRS, "--host=media/photoprism/cache", "--keep-last=4", "--keep-within=1d")
    outcome = keeper.run("maintenance", BACKPLAN_FORGET=f"{block(OURS, '--keep-daily=2')}\n\n{both}\n")
    assert told(outcome) == (0, "ok"), outcome
    assert counts(repository) == {OURS: 2, THEIRS: 4, "media/photoprism/cache": 4, neighbour: 6}
    assert (outcome.result["removed"], outcome.result["kept"]) == (8, 10)


def test_tags_and_paths_narrow_what_is_forgotten(keeper, repository, history):
    history(OURS, 3, tags=["a", "b"])
    history(OURS, 3, tags=["a"])
    history(OURS, 3, tags=["a", "b"], paths=["/elsewhere"])
    outcome = keeper.run("maintenance", BACKPLAN_FORGET=block(OURS, "--tag=a,b", "--path=/data", "--keep-last=1"))
    assert (outcome.result["removed"], outcome.result["kept"]) == (2, 1)
    assert counts(repository) == {OURS: 7}


def test_tags_and_paths_cannot_mislead_the_count(keeper, history):
    name = ',"short_id":"x"},"remove":[{"short_id":"\\",\n"short_id":null,"reasons":'
    history(OURS, 5, tags=[name], paths=[name, "/data"])
    outcome = keeper.run("maintenance")
    assert (outcome.result["removed"], outcome.result["kept"]) == (2, 3), outcome


@pytest.mark.parametrize("asked", ["nobody/nowhere/data", None])
def test_nothing_to_forget_is_no_failure(keeper, repository, history, asked):
    history(OURS, 2)
    outcome = keeper.run("maintenance", BACKPLAN_FORGET=block(asked, "--keep-last=1") if asked else None)
    assert told(outcome) == (0, "ok")
    assert (outcome.result["forget"], outcome.result.get("removed")) == (("ok", 0) if asked else ("off", None))
    assert counts(repository) == {OURS: 2}


def test_due_day_prunes_what_nothing_needs_and_checks(keeper, repository):
    for _ in range(3):
        noise(keeper)
        keeper.run("backup", BACKPLAN_HOST=OURS)
    assert size(repository) > 900 << 10
    outcome = keeper.run("maintenance", **DUE, BACKPLAN_FORGET=block(OURS, "--keep-last=1"))
    assert told(outcome) == (0, "ok"), outcome
    assert steps(outcome) == ("ok", "ok", "ok")
    assert (outcome.result["removed"], outcome.result["subset"]) == (2, "1/1")
    assert size(repository) < 310 << 10
    assert "total prune:" in outcome.errors
    assert repository.is_sound()


@pytest.mark.parametrize(
    ("env", "check"),
    [
        ({"BACKPLAN_CHECK_SUBSETS": None, "BACKPLAN_READ_DATA_SUBSET": "50%"}, "ok"),
        ({"BACKPLAN_CHECK_SUBSETS": None}, "off"),
        ({"BACKPLAN_CHECK_SUBSETS": "256", "BACKPLAN_LIMIT_UPLOAD": "9000", "BACKPLAN_LIMIT_DOWNLOAD": "9000"}, "ok"),
        ({"BACKPLAN_MAX_UNUSED": "unlimited", "BACKPLAN_MAX_REPACK_SIZE": "1M"}, "ok"),
    ],
)
def test_prune_and_check_do_what_the_policy_says(keeper, history, env, check):
    history(OURS, 1)
    outcome = keeper.run("maintenance", **DUE | env)
    assert told(outcome) == (0, "ok"), outcome
    assert steps(outcome) == ("ok", "ok", check)


def test_day_is_that_of_the_clock(keeper, repository):
    first = datetime.now(UTC)  # noqa: TID251 - the mover's is the machine's
    outcome = keeper.run("maintenance", **DUE | {"BACKPLAN_CHECK_SUBSETS": "200"})
    last = datetime.now(UTC)  # noqa: TID251 - as above
    days = {int(moment.timestamp()) // 86400 + 3 for moment in (first, last)}
    assert outcome.result["subset"] in {f"{day % 200 + 1}/200" for day in days}


def test_block_that_fails_stops_no_other_app_but_the_prune(keeper, repository, history):
    history(OURS, 4)
    history(THEIRS, 4)
    blocks = f"{block(OURS, '--keep-within=1x')}\n\n{block(THEIRS, '--keep-last=1')}"
    outcome = keeper.run("maintenance", **DUE, BACKPLAN_FORGET=blocks)
    assert told(outcome) == (1, "error"), outcome
    assert steps(outcome) == ("failed", "skipped", "ok")
    assert (outcome.result["removed"], outcome.result["resticExit"]) == (3, 1)
    assert counts(repository) == {OURS: 4, THEIRS: 1}


def test_check_runs_although_the_prune_failed(keeper, history):
    history(OURS, 4)
    outcome = keeper.run("maintenance", **DUE, BACKPLAN_MAX_UNUSED="nonsense")
    assert told(outcome) == (1, "error"), outcome
    assert steps(outcome) == ("ok", "failed", "ok")


def test_missing_data_is_damage_though_prune_says_it_first(keeper, repository, history):
    history(OURS, 4)
    max(packs(repository), key=lambda path: path.stat().st_size).unlink()
    outcome = keeper.run("maintenance", **DUE)
    assert told(outcome) == (67, "damaged"), outcome
    assert steps(outcome) == ("ok", "failed", "failed")
    assert outcome.result["restic"].startswith("0.17.") or outcome.result["errors"] >= 1


def test_changed_data_is_found_by_the_check(keeper, repository, history):
    history(OURS, 1)
    pack = max(packs(repository), key=lambda path: path.stat().st_size)
    pack.write_bytes(pack.read_bytes().replace(pack.read_bytes()[1000:1010], bytes(10), 1))
    outcome = keeper.run("maintenance", **DUE)
    assert told(outcome) == (67, "damaged"), outcome
    assert steps(outcome) == ("ok", "ok", "failed")


def test_snapshot_that_cannot_be_read_is_loud_on_any_day(keeper, repository, history):
    """With exit code 0 restic passes over it."""
    history(OURS, 4)
    next((repository.folder / "snapshots").iterdir()).write_bytes(bytes(400))
    outcome = keeper.run("maintenance")
    assert told(outcome) == (67, "damaged"), outcome
    assert steps(outcome) == ("failed", "not-due", "not-due")


def test_wrong_password_ends_the_run_before_anything(keeper, repository, history):
    history(OURS, 4)
    outcome = keeper.run("maintenance", **DUE, RESTIC_PASSWORD="wrong")
    assert told(outcome) == (72, "wrong-password")
    assert steps(outcome) == ("failed", None, None)
    assert counts(repository) == {OURS: 4}


def test_missing_repository_is_told_and_not_made(keeper, repository, tmp_path):
    repository.folder.rename(tmp_path / "wiped")
    assert told(keeper.run("maintenance", **DUE)) == (1, "no-repository")
    assert not repository.folder.exists()


NONSENSE = [
    "--keep-last=1",
    "--host=\n--keep-last=1",
    f"--host={OURS}",
    f"--keep-last=1\n--host={OURS}",
    f"--host={OURS}\n--keep-last=1\n--prune",
    f"--host={OURS}\n--keep-last=1\n--unsafe-allow-remove-all",
    f"--host={OURS}\n--keep-last=1\n\n{OURS}",
    f"--host={OURS}\n--keep-last=1\n\n--host={THEIRS}\n--repo=/elsewhere\n--keep-last=1",
]


def test_nothing_is_forgotten_by_a_list_that_makes_no_sense(keeper, repository, history):
    history(OURS, 4)
    for forget in NONSENSE:
        outcome = keeper.run("maintenance", BACKPLAN_FORGET=forget)
        assert told(outcome) == (64, "error"), (forget, outcome)
    assert counts(repository) == {OURS: 4}


@pytest.mark.parametrize(
    "env",
    [
        {"BACKPLAN_PRUNE_INTERVAL": None},
        {"BACKPLAN_PRUNE_INTERVAL": "0"},
        {"BACKPLAN_PRUNE_INTERVAL": "08"},
        {"BACKPLAN_PRUNE_GAP": "7d"},
        {"BACKPLAN_DAY_OFFSET": "-1"},
        {"BACKPLAN_DAY_BEGINS": "99999999999999999999"},
        {"BACKPLAN_CHECK_SUBSETS": "0"},
        {"BACKPLAN_CHECK_SUBSETS": "257"},
    ],
    ids=lambda env: " ".join(f"{name}={value}" for name, value in env.items()),
)
def test_day_that_cannot_be_counted_is_never_tried_again(keeper, env):
    assert told(keeper.run("maintenance", **env)) == (64, "error")


DEAD = {
    "shared, older than 30 minutes": (False, timedelta(minutes=31), "gone-pod"),
    "exclusive, older than 30 minutes": (True, timedelta(minutes=31), "gone-pod"),
    "shared, of a dead process on the same host": (False, timedelta(minutes=1), "the-same-pod"),
    "exclusive, of a dead process on the same host": (True, timedelta(minutes=1), "the-same-pod"),
}


@pytest.mark.parametrize("kind", DEAD)
def test_dead_lock_heals_within_one_run(keeper, repository, history, kind):
    exclusive, age, hostname = DEAD[kind]
    history(OURS, 4)
    keeper.hostname = "the-same-pod"
    repository.lock(age=age, exclusive=exclusive, hostname=hostname)
    outcome = keeper.run("maintenance", **DUE, BACKPLAN_RETRY_LOCK="60")
    assert told(outcome) == (0, "ok"), outcome
    assert steps(outcome) == ("ok", "ok", "ok")
    assert outcome.seconds < 10
    assert (counts(repository), repository.locks()) == ({OURS: 3}, [])


def test_living_backup_ends_patience_and_loses_nothing(keeper, repository, history):
    history(OURS, 4)
    kept = repository.lock(age=timedelta(minutes=2), exclusive=False)
    outcome = keeper.run("maintenance", **DUE, BACKPLAN_RETRY_LOCK="2")
    assert told(outcome) == (71, "locked")
    assert outcome.result["lock"] == "shared"
    assert 120 <= outcome.result["lockAge"] <= 150
    assert steps(outcome) == ("failed", None, None)
    assert (counts(repository), repository.locks()) == ({OURS: 4}, [kept])


def test_living_backup_is_waited_for(keeper, repository, history):
    history(OURS, 4)
    held = repository.folder / "locks" / repository.lock(age=timedelta(minutes=1), exclusive=False)
    threading.Timer(3, held.unlink).start()
    outcome = keeper.run("maintenance", **DUE, BACKPLAN_RETRY_LOCK="60")
    assert told(outcome) == (0, "ok"), outcome
    assert outcome.result["waited"] >= 2


@pytest.mark.parametrize("step", ["version", "forget", "prune", "check"])
def test_stop_in_any_step_leaves_a_result_and_no_lock(keeper, repository, history, step):
    history(OURS, 6)
    running = keeper.start("maintenance", **DUE, BACKPLAN_STOP_PATIENCE="2")
    wait_until(lambda: running.children(step), running)
    running.signal(signal.SIGTERM)
    outcome = running.wait()
    assert told(outcome) in {(130, "cancelled"), (0, "ok")}, outcome
    assert outcome.seconds < 50  # the kubelet waits for 60, and a busy machine is slow
    assert repository.locks() == []
    again = keeper.run("maintenance", **DUE)
    assert (told(again), counts(repository)) == ((0, "ok"), {OURS: 3}), again


@pytest.mark.parametrize("step", ["forget", "prune", "check"])
def test_killed_pod_costs_the_next_run_nothing_but_its_lock(keeper, repository, history, step):
    history(OURS, 6)
    keeper.hostname = "the-same-pod"
    running = keeper.start("maintenance", **DUE)
    wait_until(lambda: running.children(step), running)
    running.signal(signal.SIGKILL)
    assert running.wait().code == 137
    outcome = keeper.run("maintenance", **DUE, BACKPLAN_RETRY_LOCK="60")
    assert (told(outcome), steps(outcome)) == ((0, "ok"), ("ok", "ok", "ok")), outcome
    assert (counts(repository), repository.locks()) == ({OURS: 3}, [])
    assert repository.is_sound()


def test_step_that_is_killed_below_ends_the_run_without_a_lock(keeper, repository, history):
    history(OURS, 6)
    running = keeper.start("maintenance", **DUE)
    wait_until(lambda: running.children("prune"), running)
    for child in running.children("prune"):
        os.kill(child, signal.SIGKILL)
    outcome = running.wait()
    assert (told(outcome), steps(outcome)) == ((1, "killed"), ("ok", "failed", None)), outcome
    assert repository.locks() == []
