"""Known credentials are looked for in all that a mover says and leaves: log, result, cache, process list.

On the way out that worked and on those that did not: a wrong password, a server that is gone, one that refuses.
"""

import base64
import shutil
import signal
import time

import pytest

from tests.mover.container import told, wait_until
from tests.mover.http_servers import answering
from tests.processes import command_lines

pytestmark = pytest.mark.mover

HOST = "documents/paperless/data"
VALUES = {
    "RESTIC_PASSWORD": "c4n4ry-of-the-repository",
    "RESTIC_REST_PASSWORD": "c4n4ry-of-the-server",
    "AWS_SECRET_ACCESS_KEY": "c4n4ry-of-s3",
    "AWS_SESSION_TOKEN": "c4n4ry-of-a-session",
    "B2_ACCOUNT_KEY": "c4n4ry-of-b2",
}
IN_THE_URL = "c4n4ry-in-the-url"
OF_REPOSITORY = ("init", "backup", "backup", "maintenance", "check", "unlock")
INTO_A_VOLUME = ("bootstrap", "restore", "drill")
MAINTENANCE = {
    "BACKPLAN_FORGET": f"--host={HOST}\n--keep-last=1",
    "BACKPLAN_PRUNE_INTERVAL": "1",
    "BACKPLAN_PRUNE_GAP": "1",
    "BACKPLAN_DAY_OFFSET": "0",
    "BACKPLAN_DAY_BEGINS": "0",
    "BACKPLAN_CHECK_SUBSETS": "1",
}


def url(server, name="leaks"):
    """With a user and a password, as the template of a Secret makes it."""
    return server.url.replace("http://", f"http://bob:{IN_THE_URL}@") + name


def assert_silent(outcome, folder):
    said = outcome.message + outcome.output + outcome.errors
    files = [path for name in ("cache", "tmp-*") for path in folder.glob(f"{name}/**/*") if path.is_file()]
    left = b"".join(path.read_bytes() for path in files)
    values = (*VALUES.values(), IN_THE_URL)
    for value in (*values, *(base64.b64encode(text.encode()).decode() for text in (*values, f"bob:{IN_THE_URL}"))):
        assert value not in said, said
        assert value.encode() not in left, value


def emptied(volume):
    for path in volume.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.fixture
def leaky(maker, rest, request):
    """A mover with every kind of credential, at a repository of its own on a server."""
    maker.env |= MAINTENANCE | VALUES | {"RESTIC_REPOSITORY": url(rest, request.node.name.replace("/", "-"))}
    return maker


def test_every_operation_keeps_them_to_itself(leaky, restorer):
    restorer.env = leaky.env | {"BACKPLAN_RESTORE": "leaks", "BACKPLAN_TOKEN": "once", "BACKPLAN_OVERWRITE": "true"}
    for operation in (*OF_REPOSITORY, *INTO_A_VOLUME):
        mover = restorer if operation in INTO_A_VOLUME else leaky
        if operation == "drill":
            emptied(restorer.volume)
        outcome = mover.run(operation)
        assert told(outcome)[0] == 0, (operation, outcome)
        assert_silent(outcome, mover.folder)
    assert list(leaky.folder.glob("cache/**/*")), "there was a cache to look into"


def test_so_does_one_that_fails(leaky, rest):
    assert told(leaky.run("init")) == (0, "ok")
    with answering(401) as refusing:
        refused = f"rest:{refusing.replace('http://', f'http://bob:{IN_THE_URL}@')}/"
        ways = [
            {"RESTIC_PASSWORD": f"wrong-{VALUES['RESTIC_PASSWORD']}"},
            {"RESTIC_REPOSITORY": url(rest, "not-there")},
            {"RESTIC_REPOSITORY": refused},
            {"RESTIC_REPOSITORY": f"unknown:{IN_THE_URL}"},
        ]
        for operation in ("backup", "maintenance", "unlock"):
            for env in ways:
                outcome = leaky.run(operation, **env)
                assert told(outcome)[0] != 0, (operation, env, outcome)
                assert_silent(outcome, leaky.folder)


def test_so_does_one_that_is_stopped_while_it_calls_a_server_that_is_gone(leaky):
    running = leaky.start("backup", RESTIC_REPOSITORY=f"rest:http://bob:{IN_THE_URL}@127.0.0.1:9/gone")
    wait_until(lambda: "retrying" in running.read("stderr"), running)
    running.signal(signal.SIGTERM)
    outcome = running.wait()
    assert outcome.code != 0
    assert_silent(outcome, leaky.folder)


def test_no_command_line_holds_them(leaky):
    assert told(leaky.run("init")) == (0, "ok")
    for number in range(200):  # so that it takes a while
        (leaky.volume / f"{number}").write_bytes(b"x" * 100_000)
        (leaky.volume / f"{number}").chmod(0o644)
    running, seen = leaky.start("backup"), []

    while running.process.poll() is None:
        seen.append(command_lines())
        time.sleep(0.01)
    assert told(running.wait()) == (0, "ok")
    assert any(b"restic\0" in lines and b"\0--host" in lines for lines in seen), "it was seen at work"
    assert not [lines for lines in seen if b"c4n4ry" in lines]
