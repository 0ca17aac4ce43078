"""What would go wrong with a plan under engine cronjob, told before anything is rendered.

An error where the objects could not work or a credential could get away, a warning where a key has no effect.
"""

from collections.abc import Iterator

from renderer.engines.claims import new_claim_problems
from renderer.engines.cronjob.traps.copies import copy_problems
from renderer.engines.cronjob.traps.dumped import credential_problems, dump_problems
from renderer.engines.cronjob.traps.environment import environment_problems
from renderer.engines.cronjob.traps.histories import history_problems
from renderer.engines.cronjob.traps.named import name_problems
from renderer.engines.cronjob.traps.pings import ping_problems
from renderer.engines.cronjob.traps.pods import pod_problems
from renderer.engines.cronjob.traps.restic import restic_problems
from renderer.engines.cronjob.traps.restored import restore_problems
from renderer.engines.cronjob.traps.texts import text_problems
from renderer.plan import Plan
from renderer.problem import Problem

CHECKS = (copy_problems, dump_problems, environment_problems, pod_problems, restic_problems, text_problems)
"""What is looked for in each backup."""


def problems(plan: Plan) -> Iterator[Problem]:
    """Everything that is known to go wrong."""
    for backup in plan.policy.backups:
        for check in CHECKS:
            yield from check(backup)
        yield from new_claim_problems(backup.create)
    yield from history_problems(plan)
    yield from credential_problems(plan.policy)
    yield from ping_problems(plan.policy)
    yield from restore_problems(plan.policy)
    yield from name_problems(plan)
