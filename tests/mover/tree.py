"""What makes two folders identical: contents, modes, owners, times, links and extended attributes."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

Tree = dict[str, dict[str, Any]]


def describe(top: Path) -> Tree:
    """All that must come back, by path below `top`.

    Not `top` itself: restic saves what `.` holds, and the root of a volume belongs to who made the volume.
    """
    numbers: dict[tuple[int, int], str] = {}
    return {str(path.relative_to(top)): facts(path, top, numbers) for path in sorted(top.rglob("*"))}


def restored(top: Path) -> Tree:
    """The same of a volume that was restored into, besides the mover's own folder."""
    return {path: found for path, found in describe(top).items() if not path.startswith(".backplan")}


def facts(path: Path, top: Path, numbers: dict[tuple[int, int], str]) -> dict[str, Any]:
    """What is known of one entry; a file with several names knows the first of them."""
    said = path.lstat()
    names = sorted(os.listxattr(path, follow_symlinks=False))
    found: dict[str, Any] = {
        "mode": stat.filemode(said.st_mode),
        "owner": (said.st_uid, said.st_gid),
        "modified": said.st_mtime_ns,
        "attributes": {name: os.getxattr(path, name, follow_symlinks=False) for name in names},
    }
    if path.is_symlink():
        found["target"] = str(path.readlink())
    elif path.is_file():
        with path.open("rb") as file:
            found["contents"] = hashlib.file_digest(file, "sha256").hexdigest()
        found["size"] = said.st_size
        found["same file as"] = numbers.setdefault((said.st_dev, said.st_ino), str(path.relative_to(top)))
    return found


def fill(top: Path, uid: int = 1000, gid: int = 1000) -> None:
    """A folder with one of everything that an app may leave in its volume."""
    (top / "pg").mkdir()
    (top / "pg" / "PG_VERSION").write_text("16\n")
    (top / "pg" / "PG_VERSION").chmod(0o600)
    (top / "big").write_bytes(hashlib.shake_256(b"big").digest(3 << 20))
    (top / "empty").touch()
    (top / "run.sh").write_text("#!/bin/sh\n")
    (top / "run.sh").chmod(0o755)
    (top / "link").symlink_to("pg/PG_VERSION")
    (top / "dangling").symlink_to("/nowhere")
    os.link(top / "big", top / "pg" / "the same")
    for name in (b"two words", b'it\'s "quoted"', b"new\nline", b"not \xff UTF-8", b"-n", b"$(touch pwned)", b"*"):
        (top / os.fsdecode(name)).write_bytes(name)
    (top / "deep" / "er" / "lost+found").mkdir(parents=True)
    (top / "deep" / "er" / "lost+found" / "kept").write_text("only the root's lost+found is the filesystem's own\n")
    os.setxattr(top / "empty", "user.backplan", b"\0kept")
    for path in (top, *top.rglob("*")):
        os.chown(path, uid, gid, follow_symlinks=False)
    (top / "pg").chmod(0o700)
    for number, path in enumerate(sorted(top.rglob("*"), reverse=True)):
        os.utime(path, ns=(0, 1_600_000_000_123_456_789 + number), follow_symlinks=False)
