"""The objects of one plan under engine cronjob."""

from collections.abc import Iterator

from renderer.attachments import Attachments
from renderer.engines.certificates import certificates
from renderer.engines.claims import claim
from renderer.engines.cronjob.backups import backup_drafts, cache_drafts
from renderer.engines.cronjob.mover import shared_drafts
from renderer.engines.cronjob.restores import drill_draft, restore_drafts
from renderer.engines.cronjob.upkeep import repository_drafts
from renderer.engines.draft import Draft
from renderer.plan import Plan


def drafts(plan: Plan, attachments: Attachments) -> Iterator[Draft]:
    """Everything that the policy asks for."""
    yield from shared_drafts(plan)
    for backup in plan.policy.backups:
        yield from certificates(backup, attachments)
        yield from cache_drafts(backup)
    for planned in plan.backups:
        yield from backup_drafts(planned)
    for repository in plan.repositories:
        yield from repository_drafts(repository)
    for drill in plan.drills:
        yield drill_draft(drill)
    claimed = {restore.claim for restore in plan.policy.restores if restore.create is not None} | plan.elsewhere
    for restore in plan.policy.restores:
        yield from restore_drafts(restore)
    for backup in plan.policy.backups:
        if backup.create is not None and backup.claim not in claimed:
            claimed.add(backup.claim)
            yield claim(backup, backup.claim, backup.create, None)
