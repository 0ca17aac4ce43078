"""Cron: read it, settle its hashes, write it. Knows nothing of policies or manifests.

When it runs is in `renderer.cron.occurrences`: nothing that only renders has to import that.
"""

from renderer.cron.calendar import minutes_of_day
from renderer.cron.error import CronError, quoted
from renderer.cron.expression import SPREAD_SHORTCUTS, Cron, Draw, Expression, Values, exact, parse
from renderer.cron.write import for_cronjob, for_volsync
from renderer.cron.zones import Change, changes, zone

__all__ = [
    "SPREAD_SHORTCUTS",
    "Change",
    "Cron",
    "CronError",
    "Draw",
    "Expression",
    "Values",
    "changes",
    "exact",
    "for_cronjob",
    "for_volsync",
    "minutes_of_day",
    "parse",
    "quoted",
    "zone",
]
