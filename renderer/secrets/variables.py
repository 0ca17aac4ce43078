"""Names of restic's variables that mean something here."""

import re
from functools import lru_cache

REPOSITORY = "RESTIC_REPOSITORY"
PASSWORD = "RESTIC_PASSWORD"  # noqa: S105 - the name of a variable
_CREDENTIAL = re.compile(
    r"RESTIC_(FROM_)?PASSWORD(_COMMAND|_FILE)?|RESTIC_REST_PASSWORD|AWS_SECRET(_ACCESS)?_KEY|AWS_SESSION_TOKEN"
    r"|B2_ACCOUNT_KEY|AZURE_ACCOUNT_(KEY|SAS)|AZURE_CLIENT_SECRET"
    r"|OS_(PASSWORD|APPLICATION_CREDENTIAL_SECRET|AUTH_TOKEN)|ST_KEY|GOOGLE_ACCESS_TOKEN|RCLONE_PASSWORD_COMMAND"
    r"|MINIO_(SECRET_KEY|ROOT_PASSWORD)"
    r"|RCLONE_(?!(?:.*_)?ASK_PASSWORD$).*_(PASS|PASSWORD2?|PASSPHRASE|SECRET|TOKEN|KEY|KEY_PEM|KEY_BASE64|SECRET_ACCESS_KEY|SAS_URL|ACCESS_GRANT"
    r"|SERVICE_ACCOUNT_CREDENTIALS|CONNECTION_STRING)|RCLONE_(.*_)?HEADERS?"
)


@lru_cache(maxsize=4096)
def is_credential(name: str) -> bool:
    """Whether restic's manual calls it one, or it runs a program to get one."""
    return _CREDENTIAL.fullmatch(name) is not None
