"""Runs one program as the first process of a container; a program of its own, called by `container.py`.

Its argument is a file with a container's fields as JSON. It makes namespaces of its own for mounts, processes and the
host's name, and a root folder out of real binds, so that the program sees absolute paths, a read-only root and the
signals of a process 1 as it would under a container runtime. Nothing of it outlives the program. Needs root.
"""

import ctypes
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x04000000, 0x08000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 32, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
CAPABILITIES = {"CHOWN": 0, "DAC_OVERRIDE": 1, "DAC_READ_SEARCH": 2, "FOWNER": 3, "FSETID": 4}
"""By number, as the kernel has them; those that a policy may ask for."""
LAST_CAPABILITY = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
DEVICES = ("null", "zero", "full", "random", "urandom")

libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source: str, target: Path, kind: str | None, flags: int = 0) -> None:
    arguments = (source.encode(), os.fsencode(target), kind.encode() if kind else None, flags, None)
    checked(libc.mount(*arguments), f"mount {source} at {target}")


def bind(source: str, target: Path, *, read_only: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if Path(source).is_dir():
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    mount(source, target, None, MS_BIND)
    if read_only:
        mount(source, target, None, MS_BIND | MS_REMOUNT | MS_RDONLY)


def furnish(root: Path, container: dict[str, Any]) -> None:
    """Mount the image's folders, the devices and the volumes below `root`; then close it."""
    mount("none", Path("/"), None, MS_REC | MS_PRIVATE)
    mount("tmpfs", root, "tmpfs")
    root.chmod(0o755)
    for entry in Path(container["image"]).iterdir():
        bind(str(entry), root / entry.name, read_only=container["read_only_root"])
    (root / "proc").mkdir()
    mount("proc", root / "proc", "proc", MS_NOSUID)
    for device in DEVICES:
        bind(f"/dev/{device}", root / "dev" / device, read_only=False)
    bind(container["termination_log"], root / "dev" / "termination-log", read_only=False)
    for source, path, read_only in sorted(container["mounts"], key=lambda volume: volume[1]):
        bind(source, root / path.lstrip("/"), read_only=read_only)
    if container["read_only_root"]:
        mount("tmpfs", root, None, MS_REMOUNT | MS_RDONLY)


def become(container: dict[str, Any]) -> NoReturn:
    for number in range(LAST_CAPABILITY + 1):
        if number not in [CAPABILITIES[name] for name in container["capabilities"]]:
            checked(libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0), f"drop capability {number}")
    os.setgroups(container["groups"])
    os.setresgid(*[container["gid"]] * 3)
    os.setresuid(*[container["uid"]] * 3)
    die_with_the_parent()  # another user was no reason for the kernel to remember it
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    os.umask(0o022)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests started in the background ignore it, and so would a shell
    os.execvpe(container["command"][0], container["command"], container["env"])


def die_with_the_parent() -> None:
    checked(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "die with the parent")


def first_process(container: dict[str, Any]) -> NoReturn:
    die_with_the_parent()
    root = Path(container["root"])
    furnish(root, container)
    socket.sethostname(container["hostname"])
    os.chroot(root)
    os.chdir(container["folder"])
    become(container)


def main() -> NoReturn:
    container = json.loads(Path(sys.argv[1]).read_text())
    checked(libc.unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID), "new namespaces")
    child = os.fork()
    if child == 0:
        first_process(container)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
