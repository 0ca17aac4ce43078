"""What restic itself says of the keys that we call certain: it refuses to start without one, and names it."""

import os
import subprocess

import pytest

from renderer.secrets.needed import CERTAIN
from tests.tools import require

URLS = {"b2": "b2:bucket:web", "azure": "azure:container:/web"}


def restic(url, folder, **env):
    known = {name: value for name, value in os.environ.items() if name in ("PATH", "LC_ALL")}
    command = [require("restic-0.19.1"), "--no-cache", "--repo", url, "snapshots"]
    # where it does not refuse, it goes no further than this machine
    env = {**known, "HOME": str(folder), "RESTIC_PASSWORD": "x", "HTTPS_PROXY": "http://127.0.0.1:9", **env}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in CERTAIN for name in CERTAIN[kind]])
def test_restic_refuses_to_start_without_a_key_that_is_certain(kind, name, tmp_path):
    others = {other: "x" for other in CERTAIN[kind] if other != name}
    done = restic(URLS[kind], tmp_path, **others)
    assert done.returncode == 1
    assert f"(${name}) is empty" in done.stderr
