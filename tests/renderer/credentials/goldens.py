"""What is listed for some examples, to be read: `python -m tests.renderer.credentials.goldens` writes it anew."""

from pathlib import Path

from tests import checkout
from tests.golden.examples import FOLDER

EXPECTED = Path(__file__).with_name("expected")
RENEW = "read the difference, and if it is meant: python -m tests.renderer.credentials.goldens"
GOLDENS = {
    "home-cluster.txt": (),
    "sealed-secret.txt": (),
    "sops.txt": (),
    "append-only.txt": (),
    "sealed-secret.json": ("--format", "json"),
    "external-secret.txt": (),
    "external-secret.json": ("--format", "json"),
    "shared-repository.txt": (),
    "no-operator-everything.txt": (),
    "everything.txt": (),
}
"""The words after `backplan secrets`, run in the example that the file is called after."""


def listed(name: str) -> str:
    done = checkout.backplan(FOLDER / name.partition(".")[0], "secrets", *GOLDENS[name])
    assert done.returncode == 0, done.stderr
    return done.stdout


if __name__ == "__main__":
    for name in GOLDENS:
        (EXPECTED / name).write_text(listed(name))
