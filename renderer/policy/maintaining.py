"""A backup as the maintenance of its repository sees it: opened with a credential of its own, where there is one.

What deletes or changes a repository as a whole opens it so, and init, which makes it. What only adds snapshots or reads
them has the credential of backups, which need not be able to delete.
"""

from collections.abc import Iterable, Iterator

from renderer.policy.model import Backup


def of_maintenance(backup: Backup) -> Backup:
    """The backup itself where nothing else opens its repository."""
    credential = backup.upkeep.credential
    if credential is None:
        return backup
    repository, upkeep = backup.repository._replace(credential=credential), backup.upkeep._replace(credential=None)
    return backup._replace(repository=repository, upkeep=upkeep)


def with_each_credential(backup: Backup) -> tuple[Backup, ...]:
    """The backup, and where another credential maintains its repository the backup with that."""
    return (backup,) if backup.upkeep.credential is None else (backup, of_maintenance(backup))


def with_every_credential(backups: Iterable[Backup]) -> Iterator[Backup]:
    """All of these, each with each of its credentials."""
    return (each for backup in backups for each in with_each_credential(backup))
