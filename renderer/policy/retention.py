"""Retention: which snapshots stay, and how a repository is kept in order."""

from typing import NamedTuple

from renderer.policy import read
from renderer.policy.credentials import Credential, Opened, credential
from renderer.policy.read import default
from renderer.schema import Key
from renderer.source import Node


class Retain(NamedTuple):
    """What `restic forget` keeps. Counts of snapshots, and restic durations such as `3d12h`."""

    last: int | None
    hourly: int | None
    daily: int | None
    weekly: int | None
    monthly: int | None
    yearly: int | None
    within: str | None
    within_hourly: str | None
    within_daily: str | None
    within_weekly: str | None
    within_monthly: str | None
    within_yearly: str | None


class Check(NamedTuple):
    """What `restic check` reads: one of n rotating subsets, or a share."""

    subsets: int | None
    read_data_subset: str | None


class Upkeep(NamedTuple):
    """When and how forget, prune and check run."""

    schedule: str
    window: str | None
    prune_interval_days: int | None
    max_unused: str | None
    max_repack_size: str | None
    check: Check | None
    """None where the user wants none."""
    credential: Credential | None
    """What may delete, where that is not what backups have."""


CHECKED = Check(subsets=52, read_data_subset=None)
"""What is read where nothing is said: all of the data in a year of weekly checks."""


def retain(node: Node) -> Retain:
    """What stands under `retain`."""
    return Retain(
        last=read.number(node, "last"),
        hourly=read.number(node, "hourly"),
        daily=read.number(node, "daily"),
        weekly=read.number(node, "weekly"),
        monthly=read.number(node, "monthly"),
        yearly=read.number(node, "yearly"),
        within=read.text(node, "within"),
        within_hourly=read.text(node, "withinHourly"),
        within_daily=read.text(node, "withinDaily"),
        within_weekly=read.text(node, "withinWeekly"),
        within_monthly=read.text(node, "withinMonthly"),
        within_yearly=read.text(node, "withinYearly"),
    )


def upkeep(spec: Node, key: Key, opened: Opened) -> Upkeep:
    """The maintenance keys of a policy's spec or of a fleet repository."""
    return Upkeep(
        schedule=read.text(spec, "maintenance", "schedule") or default(key, "maintenance", "schedule"),
        window=read.text(spec, "maintenance", "window"),
        prune_interval_days=read.number(spec, "pruneIntervalDays"),
        max_unused=read.text(spec, "prune", "maxUnused"),
        max_repack_size=read.text(spec, "prune", "maxRepackSize"),
        check=_check(spec),
        credential=_credential(spec, opened),
    )


def _credential(spec: Node, opened: Opened) -> Credential | None:
    """None for a repository of the fleet, which is maintained with the fleet."""
    node = spec.get("maintenance", "secret")
    if node is None or spec.get("repository", "ref") is not None:
        return None
    return credential(node, opened, "maintenanceSecret")


def _check(spec: Node) -> Check | None:
    node = spec.get("check")
    if node is None or node.value is True:
        return CHECKED
    if node.value is False:
        return None
    subsets, share = read.number(node, "subsets"), read.text(node, "readDataSubset")
    return CHECKED if subsets is None and share is None else Check(subsets=subsets, read_data_subset=share)
