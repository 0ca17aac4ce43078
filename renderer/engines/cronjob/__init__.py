"""Engine cronjob: CronJobs and Jobs that run the stock restic image, without an operator.

What the pods run is the mover, the shell scripts of `renderer/movers`; everything that steers it is rendered here.
"""

from renderer.engines.cronjob.bootstrap import component
from renderer.engines.cronjob.objects import drafts
from renderer.engines.cronjob.traps import problems

__all__ = ["component", "drafts", "problems"]
