"""The frozen table of effective schedules, `vectors.tsv`."""

from pathlib import Path

import pytest

from renderer.cron import for_cronjob
from renderer.plan.spread import Hashes, Subject, effective, parse_window

VECTORS = [line.split("\t") for line in (Path(__file__).parent / "vectors.tsv").read_text().splitlines()[1:]]


@pytest.mark.parametrize("vector", VECTORS, ids=["-".join(vector[:3]) for vector in VECTORS])
def test_no_later_version_moves_a_backup(vector):
    """No later change may move anybody's backup.

    If this fails, the change is wrong, not the table; new lines may be added. A release of tzdata may move those
    whose minute a new clock change would hit, and then the changelog says so.
    """
    schedule, zone, window, purpose, namespace, app, volume, target, expected = vector
    settled = effective(
        schedule,
        hashes=Hashes(purpose, Subject(namespace=namespace, app=app, volume=volume, target=target)),
        zone=zone,
        window=parse_window(window) if window else None,
    )
    assert for_cronjob(settled.cron) == expected


def test_the_table_is_wide_enough():
    schedules, zones, windows, purposes = (set(column) for column in list(zip(*VECTORS, strict=True))[:4])
    assert len(VECTORS) >= 60
    assert min(len(schedules), len(zones), len(windows)) >= 8
    assert purposes == {"backup", "maintenance", "drill"}
