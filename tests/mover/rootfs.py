"""Images: root folders with busybox and restic, as small as the image that runs movers on a cluster.

What is missing here is missing there: a script that needs bash, GNU tools or jq fails.
"""

import re
import shutil
import subprocess
from pathlib import Path

from tests.tools import require

SHELLS = ("ash", "dash")
"""What may be `/bin/sh` of an image: busybox's own, and that of Debian."""


def build(folder: Path, shell: str, restic: str) -> Path:
    """An image whose /bin/sh is `shell`, with that program as its restic."""
    for inside in ("bin", "usr/bin", "etc/ssl"):
        (folder / inside).mkdir(parents=True)
    busybox = install(folder, require("busybox"), "bin/busybox")
    for applet in {*subprocess.check_output([busybox, "--list"], text=True).split()} - {"busybox", "sh"}:
        (folder / "bin" / applet).symlink_to("busybox")
    if shell == "ash":
        (folder / "bin" / "sh").symlink_to("busybox")
    else:
        install(folder, require("dash"), "bin/sh")
    install(folder, restic, "usr/bin/restic")
    (folder / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    return folder


def install(folder: Path, program: str, path: str) -> Path:
    """A copy of a program, with the libraries that it is linked with."""
    (folder / path).unlink(missing_ok=True)
    listed = subprocess.run(["ldd", program], capture_output=True, text=True).stdout  # fails for a static one
    for library in re.findall(r"(/\S+) \(0x", listed):
        target = folder / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)
    return Path(shutil.copy(program, folder / path))
