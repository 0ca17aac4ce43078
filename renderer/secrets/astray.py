"""Values of variables that would lead restic to another server, or let it believe a file that others write."""

import re

from renderer.policy import Backup, with_each_credential
from renderer.secrets.environment import passes
from renderer.secrets.gotemplate import FILLED_IN
from renderer.secrets.lures import ACCOUNT, DEBUG, FILES, REGIONS, is_believable, is_harmless_debug, is_region
from renderer.secrets.settings import Origin, Setting

_ACCOUNT = re.compile(r"[a-z0-9]{0,24}")
"""Of Azure; it begins the name of the server."""


def astray(one: Setting, backup: Backup) -> str | None:
    """What is wrong with the value of a setting; None where nothing is. No message repeats it."""
    if one.name in REGIONS:
        is_fine = one.value is None or one.value == FILLED_IN or is_region(one.value)
        return None if is_fine else f"'{one.name}' is no region, and could be another server; write a region's name"
    if one.name == ACCOUNT:
        is_fine = _ACCOUNT.fullmatch((one.value or "").replace(FILLED_IN, "")) is not None
        return None if is_fine else f"'{ACCOUNT}' is no account, and could be another server; write its name alone"
    if one.name == DEBUG:
        is_fine = is_harmless_debug(one.value or "?")
        return None if is_fine else f"'{DEBUG}' could change whom restic trusts; write netdns or http2client alone"
    return _file(one, backup) if one.name in FILES and not _is_no_path(one, backup) else None


def _file(one: Setting, backup: Backup) -> str | None:
    way_out = "mount a Secret by mover.moverVolumes, and write the path below /mnt under repository.env"
    if one.value is None:
        return f"'{one.name}' is the path of a file, and a key of the Secret is no path; call it otherwise, {way_out}"
    own = backup.repository.volume
    volumes = [*backup.mover.volumes, *([own] if own else [])]
    credentials = [each.repository.credential for each in with_each_credential(backup)]
    if not is_believable(one.value, volumes, [each.name for each in credentials if each.is_made]):
        return f"the file that '{one.name}' names is believed, and could be written by others; {way_out}"
    return None


def _is_no_path(one: Setting, backup: Backup) -> bool:
    """VolSync takes the contents of one file from the Secret, and drops the names of the others, which is told."""
    if backup.engine != "volsync":
        return False
    is_content = one.name == "GOOGLE_APPLICATION_CREDENTIALS" and (one.value or FILLED_IN).strip() == FILLED_IN
    return not passes(one.name) or (is_content and one.origin is not Origin.ENV)
