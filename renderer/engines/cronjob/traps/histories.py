"""How many histories one maintenance can be told of: they stand in one variable of its environment."""

from collections.abc import Iterator

from renderer.engines.cronjob.environment import forgotten
from renderer.plan import Plan
from renderer.problem import Problem

MOST = 128 * 1024 - len("BACKPLAN_FORGET=") - 1
"""Bytes. Linux starts no program with a longer string in its environment (execve(2), MAX_ARG_STRLEN)."""


def history_problems(plan: Plan) -> Iterator[Problem]:
    """One for each repository whose maintenance could not start."""
    for one in plan.repositories:
        if one.maintenance is not None and len((forgotten(one.histories) or "").encode()) > MOST:
            message = (
                f"{len(one.histories):,} histories of one repository are more than a maintenance can be told of "
                "(128 KiB); divide them among several repositories"
            )
            yield Problem(one.owner.node.nearest("repository").key, message, "repository")
