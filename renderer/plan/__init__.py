"""What will run when: schedules in effect, and what they and the repositories mean for each other."""

from renderer.plan.make import Plan, Planned, PlannedDrill, PlannedRepository, make
from renderer.plan.writers import Writer, in_several_policies, writers

__all__ = [
    "Plan",
    "Planned",
    "PlannedDrill",
    "PlannedRepository",
    "Writer",
    "in_several_policies",
    "make",
    "writers",
]
