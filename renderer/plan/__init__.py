"""What will run when: schedules in effect, and what they and the repositories mean for each other."""

from renderer.plan.maintenance import History
from renderer.plan.make import Plan, Planned, PlannedDrill, PlannedRepository, fleet_repository, make
from renderer.plan.writers import Writer, in_several_policies, writers

__all__ = [
    "History",
    "Plan",
    "Planned",
    "PlannedDrill",
    "PlannedRepository",
    "Writer",
    "fleet_repository",
    "in_several_policies",
    "make",
    "writers",
]
