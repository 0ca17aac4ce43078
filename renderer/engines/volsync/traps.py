"""What VolSync would do to the user's surprise: it validates nothing itself (no required field, no webhook).

An error where the object could not work, a warning where a field has no effect or a wrong one.
"""

from collections.abc import Iterator

from renderer.engines.claims import new_claim_problems
from renderer.engines.volsync.backup_traps import backup_problems, copy_trigger_problems
from renderer.engines.volsync.environment import environment_problems
from renderer.engines.volsync.objects import destination_name
from renderer.engines.volsync.restore_traps import claim_problems, restore_problems
from renderer.plan import Plan
from renderer.policy.names import Name, name_problem, object_name
from renderer.problem import Problem, Severity

LONGEST_NAME = 63 - len("volsync-src-")
"""VolSync names the Job after the object and replaces what is longer by a hash."""


def problems(plan: Plan) -> Iterator[Problem]:
    """Everything that is known to go wrong."""
    policy = plan.policy
    for backup in policy.backups:
        yield from backup_problems(backup)
        yield from environment_problems(backup)
        yield from new_claim_problems(backup.create)
        yield from _name(object_name(backup, "replicationSource"), "ReplicationSource")
    for restore in (*policy.bootstraps, *policy.restores):
        yield from restore_problems(restore)
        yield from new_claim_problems(restore.create)
        yield from _name(destination_name(restore), "ReplicationDestination")
    yield from copy_trigger_problems(policy.backups)
    yield from claim_problems(policy)


def _name(name: Name, kind: str) -> Iterator[Problem]:
    if problem := name_problem(name, kind):
        yield problem
    elif len(name.text) > LONGEST_NAME:
        message = (
            f"'{name.text}' is longer than {LONGEST_NAME} characters, VolSync hashes its Job's name; "
            "shorten it with spec.names"
        )
        yield Problem(name.place, message, "names", Severity.WARNING)
