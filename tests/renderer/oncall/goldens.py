"""What is printed for some policies, to be read: `python -m tests.renderer.oncall.goldens` writes it anew."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests import checkout
from tests.renderer.oncall.conftest import VOLSYNC, Called, Fleet

EXPECTED = Path(__file__).with_name("expected")
RENEW = "read the difference, and if it is meant: python -m tests.renderer.oncall.goldens"
GOLDENS = {
    "cronjob-restore": ({}, ["restore", "web", "--token", "now", "--as-of", "2026-03-01T00:00:00Z"]),
    "cronjob-snapshots": ({}, ["run", "web", "--token", "now", "--", "snapshots", "--json"]),
    "cronjob-backup": ({}, ["run", "web", "--token", "now", "--", "backup"]),
    "volsync-restore": (VOLSYNC, ["restore", "web", "--token", "now", "--previous", "1", "--overwrite"]),
    "volsync-check": (VOLSYNC, ["run", "web", "--token", "now", "--", "check"]),
}
"""Keys of a policy and the words of a command, by the file's name."""


def renew() -> None:
    for name, (keys, words) in GOLDENS.items():
        with TemporaryDirectory() as folder:
            Fleet(Path(folder), None).policy(**keys)
            done = checkout.backplan(Path(folder), *words)
            done.check_returncode()
        (EXPECTED / f"{name}.yaml").write_text(Called(done.returncode, done.stdout, done.stderr).short)


if __name__ == "__main__":
    renew()
