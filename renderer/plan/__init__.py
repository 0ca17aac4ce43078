"""What will run when: schedules in effect, and what they and the repositories mean for each other."""

from renderer.plan.make import Plan, Planned, make
from renderer.plan.writers import Writer, in_several_policies, writers

__all__ = ["Plan", "Planned", "Writer", "in_several_policies", "make", "writers"]
