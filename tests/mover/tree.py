"""What makes two folders identical: contents, modes, owners, times, links and extended attributes."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

Tree = dict[bytes, dict[str, Any]]


def describe(top: Path, *, ignore: frozenset[bytes] = frozenset()) -> Tree:
    """All that must come back, by path below `top`; names in `ignore` count at the top only.

    Not `top` itself: restic saves what `.` holds, and the root of a volume belongs to who made the volume.
    """
    base = os.fsencode(top)
    entries = walk(base, {os.path.join(base, name) for name in ignore})
    numbers: dict[tuple[int, int], bytes] = {}
    return {os.path.relpath(path, base): facts(path, base, numbers) for path in entries}


def walk(folder: bytes, left_out: set[bytes]) -> list[bytes]:
    """Everything below a folder, sorted, so that the first of several hard links is the same everywhere."""
    found = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if path not in left_out:
            found.append(path)
            if stat.S_ISDIR(os.lstat(path).st_mode):
                found += walk(path, left_out)
    return found


def facts(path: bytes, base: bytes, numbers: dict[tuple[int, int], bytes]) -> dict[str, Any]:
    said = os.lstat(path)
    found: dict[str, Any] = {
        "mode": stat.filemode(said.st_mode),
        "owner": (said.st_uid, said.st_gid),
        "modified": said.st_mtime_ns,
        "attributes": {name: os.getxattr(path, name, follow_symlinks=False) for name in names(path)},
    }
    if stat.S_ISLNK(said.st_mode):
        found["target"] = os.readlink(path)
    if stat.S_ISREG(said.st_mode):
        with open(path, "rb") as file:
            found["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
        found["size"] = said.st_size
        found["same file as"] = numbers.setdefault((said.st_dev, said.st_ino), os.path.relpath(path, base))
    return found


def names(path: bytes) -> list[str]:
    return sorted(os.listxattr(path, follow_symlinks=False))


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
    for name in (b"two words", b"it's \"quoted\"", b"new\nline", b"not \xff UTF-8", b"-n", b"$(touch pwned)", b"*"):
        (top / os.fsdecode(name)).write_bytes(name)
    (top / "deep" / "er" / "lost+found").mkdir(parents=True)
    (top / "deep" / "er" / "lost+found" / "kept").write_text("only the root's lost+found is the filesystem's own\n")
    os.setxattr(top / "empty", "user.backplan", b"\0kept")
    for path in [os.fsencode(top), *walk(os.fsencode(top), set())]:
        os.chown(path, uid, gid, follow_symlinks=False)
    (top / "pg").chmod(0o700)
    for number, path in enumerate(reversed(walk(os.fsencode(top), set()))):
        os.utime(path, ns=(0, 1_600_000_000_123_456_789 + number), follow_symlinks=False)
