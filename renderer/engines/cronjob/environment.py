"""The environment of a mover: everything that steers it. The mover takes no arguments and no configuration file.

Names beginning with `BACKPLAN_` are the mover's (renderer/movers), the others restic's own. Lists hold one item a
line. What stands here wins over the same name in the Secret (`env` over `envFrom`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from renderer.engines.cronjob.mounts import CERTIFICATE
from renderer.plan.maintenance import History, Maintenance
from renderer.policy import Backup, Drill, Identity, Restore, Retain

Variables = dict[str, str | None]
"""Values by name; None for what is not set."""
_KEPT = ("last", "hourly", "daily", "weekly", "monthly", "yearly")
_WITHIN = ("within", "within_hourly", "within_daily", "within_weekly", "within_monthly", "within_yearly")


def listed(variables: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """As a container's `env`."""
    return [{"name": name, "value": value} for name, value in variables.items() if value is not None]


def from_secret(name: str, secret: str, key: str) -> dict[str, Any]:
    """A variable out of a Secret."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def from_field(name: str, path: str) -> dict[str, Any]:
    """A variable that the kubelet takes from the pod itself."""
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def opened(backup: Backup) -> list[dict[str, Any]]:
    """What every operation has that opens the repository of a backup."""
    repository, speed = backup.repository, backup.mover.speed
    variables: Variables = {
        "RESTIC_REPOSITORY": None if repository.is_template else repository.url,  # then the Secret has it
        "RESTIC_CACHE_DIR": "/cache",
        "RESTIC_CACERT": CERTIFICATE if repository.custom_ca else None,
        "RESTIC_COMPRESSION": speed.compression,
        "RESTIC_READ_CONCURRENCY": _number(speed.read_concurrency),
        "HOME": "/tmp",  # noqa: S108 - a path in a pod of its own
        "TMPDIR": "/tmp",  # noqa: S108 - as above
        "BACKPLAN_RETRY_LOCK": str(backup.mover.timing.retry_lock),
        "BACKPLAN_LIMIT_UPLOAD": _number(speed.limit_upload),
        "BACKPLAN_LIMIT_DOWNLOAD": _number(speed.limit_download),
    }
    secret = [from_secret(name, repository.credential.name, key) for name, key in sorted(repository.keys.items())]
    return [*listed(variables), *listed(dict(sorted(repository.env.items()))), *secret]


def pinged(backup: Backup) -> list[dict[str, Any]]:
    """The URL that a dead man's switch waits for; backups alone call it.

    Optional: where the Secret is missing, the backup must not wait for it, and the switch will tell.
    """
    ping = backup.mover.ping
    if ping is None:
        return []
    url = from_secret("BACKPLAN_PING_URL", ping.secret_name, ping.key)
    url["valueFrom"]["secretKeyRef"]["optional"] = True
    return [*listed({"BACKPLAN_PING": f"{ping.secret_name}/{ping.key}"}), url]


def backup_variables(backup: Backup) -> Variables:
    """What `backup` does."""
    contents, guard = backup.contents, backup.guard
    return {
        "BACKPLAN_HOST": backup.host,
        "BACKPLAN_TAGS": _lines(backup.repository.identity.tags),
        "BACKPLAN_DATA": backup.repository.identity.path,
        "BACKPLAN_EXCLUDE": _lines(contents.exclude),
        "BACKPLAN_EXCLUDE_CACHES": _flag(contents.exclude_caches),
        "BACKPLAN_EXCLUDE_LARGER_THAN": contents.exclude_larger_than,
        # a clone's inodes and times of change are all new, and every file would be read again
        "BACKPLAN_IGNORE_INODE": _flag(backup.copy.method == "Clone"),
        "BACKPLAN_DUMPS": _flag(bool(backup.dumps)),
        "BACKPLAN_ALLOW_EMPTY": _flag(guard.allow_empty),
        "BACKPLAN_MAX_SHRINK_PERCENT": _number(guard.max_shrink_percent),
        "BACKPLAN_ACKNOWLEDGE": guard.acknowledge,
    }


def maintenance_variables(owner: Backup, histories: Sequence[History], found: Maintenance) -> Variables:
    """What `maintenance` does."""
    upkeep, check = owner.upkeep, owner.upkeep.check
    return {
        "BACKPLAN_FORGET": forgotten(histories),
        "BACKPLAN_PRUNE_INTERVAL": str(found.interval),
        "BACKPLAN_PRUNE_GAP": str(found.gap),
        "BACKPLAN_DAY_OFFSET": str(found.offset),
        "BACKPLAN_DAY_BEGINS": str(found.day_begins),
        "BACKPLAN_MAX_UNUSED": upkeep.max_unused,
        "BACKPLAN_MAX_REPACK_SIZE": upkeep.max_repack_size,
        "BACKPLAN_CHECK_SUBSETS": _number(check.subsets) if check else None,
        "BACKPLAN_READ_DATA_SUBSET": check.read_data_subset if check else None,
    }


def restore_variables(restore: Restore) -> Variables:
    """What `restore` and `bootstrap` do."""
    return {
        "BACKPLAN_HOST": restore.identity.host or restore.backup.host,
        "BACKPLAN_TAGS": _lines(restore.identity.tags),
        "BACKPLAN_DATA": restore.identity.path,
        "BACKPLAN_RESTORE": restore.name or "bootstrap",
        "BACKPLAN_TOKEN": restore.token,
        "BACKPLAN_AS_OF": restore.as_of,
        "BACKPLAN_PREVIOUS": _number(restore.previous),
        "BACKPLAN_SNAPSHOT": restore.snapshot,
        "BACKPLAN_ON_MISSING": restore.on_missing or "fail",
        "BACKPLAN_OVERWRITE": _flag(restore.overwrite),
        "BACKPLAN_DELETE": _flag(restore.enable_file_deletion),
    }


def drill_variables(backup: Backup, drill: Drill) -> Variables:
    """What `drill` does."""
    return {
        **_of_history(backup.host, backup.repository.identity),
        "BACKPLAN_MIN_FILES": _number(drill.min_files),
        "BACKPLAN_MAX_AGE": _number(drill.max_age),
        "BACKPLAN_SAMPLE": _number(drill.sample),
    }


def on_demand_variables(backup: Backup) -> Variables:
    """What a restore does that somebody starts by hand; `kubectl set env` adds the rest."""
    return {**_of_history(backup.host, backup.repository.identity), "BACKPLAN_RESTORE": "on-demand"}


def _of_history(host: str, identity: Identity) -> Variables:
    return {"BACKPLAN_HOST": host, "BACKPLAN_DATA": identity.path}


def forgotten(histories: Sequence[History]) -> str | None:
    """One `restic forget` for all histories of which the same stays: a block of its arguments, one a line."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in histories:
        # several tags in one argument: all of them; in several: any of them
        tags = [f"--tag={','.join(one.tags)}"] if one.tags else []
        rest = (*tags, *(f"--path={path}" for path in one.paths), *keep_arguments(one.retain))
        groups.setdefault(rest, []).append(f"--host={one.host}")
    return "\n\n".join("\n".join([*dict.fromkeys(hosts), *rest]) for rest, hosts in groups.items()) or None


def keep_arguments(retain: Retain) -> list[str]:
    """`restic forget`'s arguments; a zero says nothing, nor does a duration of zeros such as `0d`."""
    said = [(name, str(getattr(retain, name) or 0)) for name in (*_KEPT, *_WITHIN)]
    return [f"--keep-{name.replace('_', '-')}={value}" for name, value in said if value.strip("0ymdh")]


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _flag(value: bool | None) -> str | None:
    return "true" if value else None


def _lines(values: Sequence[str]) -> str | None:
    return "\n".join(values) or None
