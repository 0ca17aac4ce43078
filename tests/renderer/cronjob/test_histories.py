"""A maintenance is told of all histories in one variable, and Linux bounds its length."""

import os
import subprocess
import sys

from renderer.engines.cronjob.traps.histories import MOST
from tests.tools import missing

REPOSITORY = "{url: 's3:https://s3.example.com/b', identity: {host: '{volume}-HOST'}, secret: {name: web}}"


def many(length):
    """Policies whose hosts are about this long."""
    volumes = ", ".join(f"{{name: v{number}, claim: c{number}}}" for number in range(900))
    return {"volumes": f"[{volumes}]", "repository": REPOSITORY.replace("HOST", "x" * length), "cache": "emptyDir"}


def test_histories_that_no_program_could_be_started_with_are_refused(refused):
    said = refused(**many(140))
    assert [line for line in said if "900 histories of one repository are more than" in line]


def test_others_are_told(render):
    assert render(**many(120)).one("Job")


def test_the_bound_is_the_kernels():
    if sys.platform != "linux":
        missing("Linux, whose bound it is")
    for length, starts in ((MOST, True), (MOST + 1, False)):
        env = {**os.environ, "BACKPLAN_FORGET": "x" * length}
        try:
            subprocess.run(["/bin/true"], env=env, check=True)
        except OSError:
            assert not starts
        else:
            assert starts
