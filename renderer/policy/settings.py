"""The settings of a backup that are too small for a room of their own: schedule, guard, drill, VolSync's version."""

from renderer.policy import read
from renderer.policy.model import Drill, Guard, Schedule
from renderer.policy.read import default
from renderer.schema import Key
from renderer.source import Node


def schedule(spec: Node, key: Key) -> Schedule:
    """When the backup runs."""
    return Schedule(
        text=read.text(spec, "schedule"),
        manual=read.text(spec, "manual"),
        time_zone=read.text(spec, "timeZone") or default(key, "timeZone"),
        window=read.text(spec, "window"),
    )


def guard(spec: Node, key: Key) -> Guard:
    """What makes the backup refuse its source."""
    allow_empty = read.flag(spec, "guard", "allowEmpty")
    return Guard(
        allow_empty=default(key, "guard", "allowEmpty") if allow_empty is None else allow_empty,
        max_shrink_percent=read.number(spec, "guard", "maxShrinkPercent"),
        acknowledge=read.text(spec, "guard", "acknowledge"),
    )


def drill(spec: Node) -> Drill | None:
    """The restore drill; `@monthly` where it names no schedule."""
    node = spec.get("drill")
    if node is None:
        return None
    max_age = read.text(node, "maxAge")
    return Drill(
        schedule=read.text(node, "schedule") or "@monthly",
        target=read.text(node, "target"),
        volume=read.text(node, "volume"),
        capacity=read.value(node, "capacity"),
        min_files=read.number(node, "minFiles"),
        max_age=None if max_age is None else read.seconds(max_age),
        sample=read.number(node, "sample"),
        node=node,
    )


def volsync_version(spec: Node, key: Key) -> tuple[int, int]:
    """`"0.16"` → `(0, 16)`."""
    text: str = read.text(spec, "volsyncVersion") or default(key, "volsyncVersion")
    major, _, minor = text.partition(".")
    return int(major), int(minor)
