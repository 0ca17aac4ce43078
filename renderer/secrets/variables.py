"""Names of restic's variables that mean something here."""

import re

REPOSITORY = "RESTIC_REPOSITORY"
PASSWORD = "RESTIC_PASSWORD"  # noqa: S105 - the name of a variable
_CREDENTIAL = re.compile(
    r"RESTIC_(FROM_)?PASSWORD(_COMMAND|_FILE)?|RESTIC_REST_PASSWORD|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN"
    r"|B2_ACCOUNT_KEY|AZURE_ACCOUNT_(KEY|SAS)|OS_(PASSWORD|APPLICATION_CREDENTIAL_SECRET|AUTH_TOKEN)"
    r"|ST_KEY|GOOGLE_ACCESS_TOKEN|RCLONE_PASSWORD_COMMAND|RCLONE_.*_(PASS|PASSWORD|SECRET|TOKEN|KEY|SECRET_ACCESS_KEY)"
)


def is_credential(name: str) -> bool:
    """Whether restic's manual calls it one, or it runs a program to get one."""
    return _CREDENTIAL.fullmatch(name) is not None
