"""A new repository and everybody at once: the init Job and eight backups start at the same moment, tried again as Jobs.

The back-off is the controller's own, not shortened: 10, 20, 40 seconds. Races take turns with the shells.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest

from tests.mover import jobs
from tests.mover.movers import UID, Mover
from tests.mover.rootfs import SHELLS
from tests.mover.servers import S3_KEYS
from tests.tools import scale

pytestmark = pytest.mark.mover

RACES = scale(2)
APPS = [f"documents/app-{number}/data" for number in range(8)]
SECONDS = 30
"""Between the end of init and that of the first backup: at most the back-off after a second failure, and a backup."""
SLOW = 3
"""How many times slower than the one that the figure is for a machine may be."""


@pytest.fixture(params=["folder", "rest", "s3"])
def missing(request, absent, tmp_path):
    """A repository that does not exist, and what a mover must know to find it; on S3 the bucket is missing too."""
    if request.param == "folder":
        return absent, {}
    server, bucket = request.getfixturevalue(request.param), tmp_path.name.replace("_", "-")[-40:].strip("-")
    return server.repository(f"{bucket}/paperless"), {"RESTIC_REPOSITORY": f"{server.url}{bucket}/paperless", **S3_KEYS}


@pytest.fixture
def cluster(request, missing, absent, images, tmp_path):
    """A mover for the init Job, and one for each app's backup Job."""
    repository, env = missing
    image = images[SHELLS[request.getfixturevalue("race") % len(SHELLS)]]

    def mover(host):
        """With a volume and a cache of its own."""
        folder = tmp_path / host.split("/")[1]
        volume = folder / "volume"
        volume.mkdir(parents=True)
        for name in ("one", "two", "three"):
            (volume / name).write_bytes(os.urandom(100 << 10))
            os.chown(volume / name, UID, UID)
        return Mover(image, folder, volume, absent, {"BACKPLAN_HOST": host, **env})

    made = SimpleNamespace(repository=repository, maker=mover("/init"), movers=[mover(host) for host in APPS])
    yield made
    for running in [running for mover in (made.maker, *made.movers) for running in mover.running]:
        running.end()


def run_all(cluster):
    """The tries of the init Job, and those of each backup Job."""
    start = Barrier(len(cluster.movers) + 1)

    def making():
        start.wait()
        return jobs.init().run(lambda: cluster.maker.run("init"))

    def saving(mover):
        start.wait()
        # a Job that failed for good while init still ran is what a slow machine has, and the next schedule's
        return jobs.backup().run(lambda: mover.run("backup"), patience=lambda last: last.began < made_at())

    def made_at():
        return made.result()[-1].ended if made.done() else float("inf")

    with ThreadPoolExecutor(len(cluster.movers) + 1) as pool:
        made = pool.submit(making)
        return [*pool.map(saving, cluster.movers)], made.result()


@pytest.mark.parametrize("race", range(RACES))
def test_init_and_eight_backups_at_once_make_one_sound_repository(race, cluster, record_property):
    saved, made = run_all(cluster)
    assert [(each.outcome.code, each.outcome.result["class"]) for each in made] == [(0, "ok")], made
    for tries in saved:
        assert (tries[-1].outcome.code, tries[-1].outcome.result["class"]) == (0, "ok"), tries[-1].outcome
        assert {each.outcome.result["class"] for each in tries[:-1]} <= {"no-repository"}, tries
    first = min(tries[-1].ended for tries in saved) - made[-1].ended
    record_property("init, seconds", round(made[-1].ended - made[0].began, 1))
    record_property("first backup after init, seconds", round(first, 1))
    record_property("most pods of a backup", max(map(len, saved)))
    assert first <= SECONDS * SLOW
    snapshots = cluster.repository.snapshots()
    assert Counter(snapshot["hostname"] for snapshot in snapshots) == Counter(APPS)
    assert all(snapshot["summary"]["total_files_processed"] == 3 for snapshot in snapshots)
    assert len(list((cluster.repository.folder / "keys").iterdir())) == 1
    assert cluster.repository.is_sound()
