"""The keys that a Secret needs for restic to open a repository, as far as the policy tells.

By restic's manual ("Environment Variables" and "Preparing a new repository"): what its backends refuse to start
without is certain. What they can also get in another way, as S3's keys from the node's role, is only usual.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from renderer.policy import Backup
from renderer.secrets.variables import PASSWORD, REPOSITORY

CERTAIN = {
    "b2": ("B2_ACCOUNT_ID", "B2_ACCOUNT_KEY"),
    "azure": ("AZURE_ACCOUNT_NAME",),
}
_USUAL = {
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    "azure": ("AZURE_ACCOUNT_KEY",),
}
_INSTEAD = {"AZURE_ACCOUNT_KEY": "AZURE_ACCOUNT_SAS"}
"""What a Secret may have in place of another."""


class Need(NamedTuple):
    """A key that a Secret needs."""

    key: str
    variable: str | None
    """What restic calls it; None where it is for something else."""
    is_certain: bool = True

    def met(self, keys: Collection[str], *, is_all: bool) -> bool | None:
        """Whether a Secret with these keys has it; None where it may have others."""
        if self.key in keys or _INSTEAD.get(self.key) in keys:
            return True
        if self.variable == PASSWORD == self.key and any(key.startswith(PASSWORD) for key in keys):
            return True  # RESTIC_PASSWORD_FILE and RESTIC_PASSWORD_COMMAND
        return False if is_all else None


def needed(backup: Backup) -> Iterator[Need]:
    """The keys under their names in the Secret, the certain ones first; what is certain may come again as usual."""
    repository = backup.repository
    kind = (repository.url or "").partition(":")[0]
    certain = [PASSWORD, *([REPOSITORY] if _brings_url(backup) else []), *CERTAIN.get(kind, ()), *repository.keys]
    for is_certain, names in ((True, certain), (False, _USUAL.get(kind, ()))):
        for name in dict.fromkeys(names):
            if name not in repository.env:
                yield Need(repository.keys.get(name, name), name, is_certain)


def _brings_url(backup: Backup) -> bool:
    """VolSync takes it from the Secret, whatever a policy says; a store's values are known in the cluster alone."""
    repository = backup.repository
    return repository.url is None or repository.is_template or backup.engine == "volsync"
