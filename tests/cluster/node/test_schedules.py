"""Schedules that really come: nobody starts anything here but the cluster's own clock."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.cluster.node.namespace import Finished
from tests.cluster.node.paperless import GID, UID, policy, told
from tests.mover import tree

pytestmark = pytest.mark.cluster

AHEAD = timedelta(seconds=20)
"""Time enough to apply a policy; a schedule whose first minute is missed nevertheless has more of them."""
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"


def test_backup_runs_when_it_is_due_and_late_where_nobody_was_there(bed, namespace):
    data = namespace.claim("paperless-data")
    tree.fill(data, UID, GID)
    due = coming_minutes(5)
    render(namespace, due)
    (init,) = namespace.all("Job", "backplan.dev/operation=init")
    assert told(namespace.finished(init["metadata"]["name"])) == ("Complete", "ok")
    first = backups(namespace, 1)[0]
    assert told(first) == ("Complete", "ok")
    assert scheduled(first) in due
    assert created(first) - scheduled(first) < timedelta(minutes=1)
