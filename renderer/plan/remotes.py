"""Settings that stand in a URL of rclone: `rclone::sftp,host=nas,user=bob:web` needs no remote of its own.

They are what variables such as `RCLONE_SFTP_HOST` are, and may say no more than these (rclone's "Connection strings").
"""

import re

from renderer import secrets

_SETTING = re.compile(r"[,:]([A-Za-z_]+)=")


def unsafe_remote(url: str) -> str | None:
    """What is wrong with them; the message repeats no value. None for URLs of other kinds."""
    if not url.startswith("rclone:"):
        return None
    for name in dict.fromkeys(_SETTING.findall(url)):
        variable = f"RCLONE_X_{name.upper()}"
        if (why := secrets.lure(variable)) is not None:
            return f"with '{name[:40]}' in the URL {why}; leave it out"
        if secrets.is_credential(variable):
            way_out = f"put RCLONE_CONFIG_<REMOTE>_{name[:40].upper()} into the Secret"
            return f"the URL holds '{name[:40]}' in plain text; {way_out}"
    return None
