"""placeholder"""

from collections.abc import Iterator

from renderer.plan import Plan
from renderer.problem import Problem


def problems(plan: Plan) -> Iterator[Problem]:
    """Everything that is known to go wrong."""
    yield from ()
