"""A cron as text for its two readers. Both run robfig/cron v3.0.1, so the text reads back as an equal `Cron`.

What the user wrote is kept wherever the reader takes it: adopting a repository must not show differences.
"""

import re

from renderer.cron.bounds import FIELDS, Bounds
from renderer.cron.expression import Cron, Values

VOLSYNC_FIELD = re.compile(r"(\d+,)*\d+|\d+[/-]\d+|\*(/\d+)?", re.ASCII)
"""One field as VolSync's CRD means it. Its whole pattern has a `|` between `^` and `$`, so it would let much
through that is wrong; and refuses names, `?`, and lists with ranges or steps."""
NAME = re.compile(r"[A-Za-z]+")


def for_volsync(cron: Cron, zone_name: str) -> str:
    """`trigger.schedule` of a ReplicationSource; the zone travels in front, as robfig reads it."""
    fields = (_as_volsync_means(values, bounds) for values, bounds in zip(cron.fields, FIELDS, strict=True))
    zone = "" if zone_name == "UTC" else f"CRON_TZ={zone_name} "
    return zone + " ".join(fields)


def for_cronjob(cron: Cron) -> str:
    """`schedule` of a Kubernetes CronJob, whose zone belongs in `timeZone`."""
    return " ".join(values.text for values in cron.fields)


def _as_volsync_means(values: Values, bounds: Bounds) -> str:
    text = NAME.sub(lambda name: str(bounds.number(name[0], 0)), values.text).replace("?", "*")
    if VOLSYNC_FIELD.fullmatch(text):
        return text
    return "*" if values.star else ",".join(map(str, values.numbers))
