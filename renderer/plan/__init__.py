"""What will run when: schedules in effect, and what they and the repositories mean for each other."""

from renderer.plan.make import Plan, Planned, make

__all__ = ["Plan", "Planned", "make"]
