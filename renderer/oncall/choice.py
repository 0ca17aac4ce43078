"""What of an app is meant: which volume from which target, and which moment of its history."""

import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from renderer.engines.draft import repository_subject
from renderer.engines.restores import is_time
from renderer.policy import Backup, Policy

ID = re.compile(r"[0-9a-f]{8,64}")
"""Of a snapshot: as much of it as restic shows, or more."""
_FIRST_YEAR = 1970
"""The mover counts from it."""
_MOST = 10
"""Digits of a number that the mover reads."""


class Point(NamedTuple):
    """Which snapshot; the newest where nothing is said. The texts are those of the command line, checked."""

    as_of: str | None = None
    previous: str | None = None
    snapshot: str | None = None

    def mistakes(self) -> Iterator[str]:
        """What cannot be understood."""
        if self.as_of is not None and not is_time(self.as_of):
            yield _no_time(self.as_of)
        elif self.as_of is not None and int(self.as_of[:4]) < _FIRST_YEAR:
            yield f"'{self.as_of}' is before {_FIRST_YEAR}, when no snapshot was made; name a later time"
        if self.previous is not None and not (self.previous.isascii() and self.previous.isdigit()):
            yield f"--previous is how many newer snapshots to skip, a whole number, not '{self.previous[:40]}'"
        elif self.previous is not None and len(self.previous) > _MOST:
            yield f"no repository has as many snapshots as --previous {self.previous[:40]}; name a smaller number"
        if self.snapshot is not None and not ID.fullmatch(self.snapshot):
            yield f"'{self.snapshot[:80]}' is no snapshot's id, which has 8 to 64 hexadecimal digits"

    def told(self, now: datetime) -> str:
        """In words."""
        if self.snapshot is not None:
            return f"snapshot {self.snapshot}"
        if self.previous is not None and int(self.previous):
            return f"the newest snapshot but {int(self.previous)}"
        if self.as_of is None:
            return "the newest snapshot"
        late = ", a time that is still to come" if datetime.fromisoformat(self.as_of) > now else ""
        return f"the newest snapshot at or before {self.as_of}{late}"


def _no_time(text: str) -> str:
    """A time without its zone may be meant in any; the way out shows the very time that was written."""
    try:
        said = datetime.fromisoformat(text)
        offset = said.utcoffset()
        if offset is not None and offset % timedelta(minutes=1):  # RFC 3339 has no seconds in it
            said = said.astimezone(UTC)
    except (ValueError, OverflowError):
        return f"'{text[:40]}' is no time with its zone; write it as 2026-03-01T00:00:00Z (RFC 3339)"
    written = said.isoformat(timespec="seconds").replace("+00:00", "")
    if said.tzinfo is None:
        return f"'{text[:40]}' has no zone; write {written}Z if it is UTC, or your offset from it, such as +02:00"
    return f"'{text[:40]}' is not as RFC 3339 has it; write {written}{'' if said.utcoffset() else 'Z'}"


def chosen(policy: Policy, volume: str | None, target: str | None, mistakes: list[str]) -> Backup | None:
    """One volume's backup to one target; the first target where none is named, but never a volume by chance."""
    volumes = list(dict.fromkeys(backup.volume for backup in policy.backups))
    if volume is None and len(volumes) > 1:
        mistakes.append(f"{policy.app.name} has the volumes {_listed(volumes)}; say which with --volume")
        return None
    named = volumes[0] if volume is None else volume
    if named not in volumes:
        mistakes.append(f"no volume '{named[:60]}'; {_hint(named, volumes)}")
        return None
    of_volume = [backup for backup in policy.backups if backup.volume == named]
    if target is None:
        return of_volume[0]
    targets = [backup.target for backup in of_volume]
    if target not in targets:
        mistakes.append(f"no target '{target[:60]}' of volume '{named}'; {_hint(target, targets)}")
        return None
    return of_volume[targets.index(target)]


def of_repository(policy: Policy, volume: str | None, target: str | None, mistakes: list[str]) -> Backup | None:
    """A backup that opens the repository of a target, in which all volumes may lie together."""
    of_target = [backup for backup in policy.backups if target in (None, backup.target)]
    first = [backup for backup in of_target if backup.target == of_target[0].target]
    if volume is None and len({repository_subject(backup) for backup in first}) == 1:
        return first[0]
    return chosen(policy, volume, target, mistakes)


def targets_of(policy: Policy, backup: Backup) -> list[str]:
    """All targets of a volume, the first is the one that is used where none is named."""
    return [one.target for one in policy.backups if one.volume == backup.volume]


def _listed(names: Sequence[str]) -> str:
    few = [f"'{name}'" for name in names[:8]]
    more = [f"{len(names) - 8} more"] if len(names) > 8 else []
    *rest, last = [*few, *more]
    return f"{', '.join(rest)} and {last}" if rest else last


def _hint(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name[:60], names, n=1)
    return f"did you mean '{close[0]}'?" if close else f"there is {_listed(names)}"
