"""restic's own command lines for looking into a repository, as one app: nothing is locked and nothing is written."""

from collections.abc import Sequence

from renderer.oncall.allowed import Arguments
from renderer.policy import Backup


def looking(operation: str, backup: Backup, arguments: Arguments) -> Sequence[str]:
    """The arguments of `snapshots`, `stats` or `ls` about what this app saved."""
    own = ["--no-lock", f"--host={backup.host}"]
    places = list(arguments.places)
    if operation == "ls":
        if not places or places[0].startswith("/"):
            places.insert(0, "latest")
        # `latest` shall be the snapshot that a restore would take
        if not any(option.startswith("--path=") for option in arguments.options):
            own.append(f"--path={backup.repository.identity.path}")
    return [operation, *own, *arguments.options, *places]
