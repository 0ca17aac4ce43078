"""The call to a dead man's switch: after a success, by whatever the image has, and never with its URL in sight."""

import shutil
import signal
import ssl
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

import pytest

from tests.mover import rootfs
from tests.mover.container import wait_until
from tests.mover.http_servers import serving
from tests.processes import command_lines
from tests.tools import require

pytestmark = pytest.mark.mover

SECRET = "/ping/9f8e7d6c-not-for-others?status=up&msg=50%25"
BOTH = [("ash", "busybox"), ("dash", "curl")]
CROSSED = [("ash", "curl"), ("dash", "busybox")]


class Switch(ThreadingHTTPServer):
    """A dead man's switch: what it was asked, and what it answers, the last for ever."""

    def __init__(self, *answers):
        super().__init__(("127.0.0.1", 0), Answer)
        self.answers = list(answers)
        self.asked = []
        self.slow = Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}{SECRET}"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"]))
        if self.server.slow.is_set():
            time.sleep(3)
        self.send_response(self.server.answers[0])
        self.end_headers()
        if len(self.server.answers) > 1:
            self.server.answers.pop(0)

    def log_message(self, *_):
        pass


@contextmanager
def switch(*answers):
    server = Switch(*answers or (200,))
    with serving(server):
        yield server


@pytest.fixture(scope="session")
def with_curl(images, tmp_path_factory):
    folder = tmp_path_factory.mktemp("images-with-curl")
    for shell, image in images.items():
        shutil.copytree(image, folder / shell, symlinks=True)
        rootfs.install(folder / shell, require("curl"), "usr/bin/curl")
    return folder


@pytest.fixture(params=BOTH, ids="-".join)
def image(request, images):
    """One that has a client, under a shell."""
    shell, client = request.param
    return images[shell] if client == "busybox" else request.getfixturevalue("with_curl") / shell


@pytest.fixture
def mover(mover):
    mover.env = {"BACKPLAN_PING": "healthchecks/url"}
    return mover


def told(outcome):
    return outcome.code, outcome.result["class"], outcome.result.get("ping")


@pytest.mark.parametrize("image", BOTH + CROSSED, ids="-".join, indirect=True)
def test_successful_backup_calls_the_url_as_it_is(mover):
    with switch() as server:
        first = mover.run("backup", BACKPLAN_PING_URL=server.url)
        second = mover.run("backup", BACKPLAN_PING_URL=f"\n{server.url}\n")
    assert (told(first), told(second)) == ((0, "ok", "ok"), (0, "unchanged", "ok"))
    assert server.asked == [(SECRET, f"127.0.0.1:{server.server_port}")] * 2


def test_partial_backup_calls_it(mover):
    (mover.volume / "one").chmod(0)
    shutil.chown(mover.volume / "one", "root", "root")
    with switch() as server:
        assert told(mover.run("backup", BACKPLAN_PING_URL=server.url)) == (0, "partial", "ok")
    assert len(server.asked) == 1


def test_volume_that_may_be_empty_calls_it(mover):
    for path in (mover.volume / "inside" / "two", mover.volume / "one"):
        path.unlink()
    (mover.volume / "inside").rmdir()
    with switch() as server:
        outcome = mover.run("backup", BACKPLAN_PING_URL=server.url, BACKPLAN_ALLOW_EMPTY="true")
    assert told(outcome) == (0, "empty", "ok")
    assert len(server.asked) == 1


@pytest.mark.parametrize("image", BOTH[:1], ids="-".join, indirect=True)
def test_failed_backup_calls_nobody(mover, repository):
    with switch() as server:
        said = {"BACKPLAN_PING_URL": server.url}
        assert told(mover.run("backup", RESTIC_PASSWORD="wrong", **said)) == (72, "wrong-password", None)
        assert told(mover.run("backup", BACKPLAN_EXCLUDE="*", **said)) == (65, "guarded", None)
        repository.lock(age=timedelta(minutes=1), exclusive=True)
        assert told(mover.run("backup", BACKPLAN_RETRY_LOCK="1", **said)) == (71, "locked", None)
        assert told(mover.run("unlock", **said)) == (0, "ok", None)
    assert server.asked == []


def test_refused_call_is_no_failed_backup(mover):
    with switch(404) as server:
        outcome = mover.run("backup", BACKPLAN_PING_URL=server.url)
    assert told(outcome) == (0, "ok", "failed")
    assert "mover: the ping failed: the answer's status is 404" in outcome.errors
    assert len(server.asked) == 3


def test_switch_that_comes_back_is_asked_again(mover):
    with switch(500, 302, 204) as server:
        assert told(mover.run("backup", BACKPLAN_PING_URL=server.url)) == (0, "ok", "ok")
    assert len(server.asked) == 3


def test_switch_that_is_gone_is_no_failed_backup(mover):
    with switch() as server:
        url = server.url
    outcome = mover.run("backup", BACKPLAN_PING_URL=url)
    assert told(outcome) == (0, "ok", "failed")
    assert "mover: the ping failed: there is no answer" in outcome.errors


def test_url_is_never_seen(mover):
    with switch(500) as server:
        server.slow.set()
        running = mover.start("backup", BACKPLAN_PING_URL=server.url)
        seen = []
        wait_until(lambda: server.asked, running)
        for _ in range(20):  # as long as it waits for its answer, and in between
            seen.append(command_lines())
            time.sleep(0.1)
        outcome = running.wait()
    assert any(b"BACKPLAN" not in lines and mover.image.name.encode() in lines for lines in seen)
    assert not [lines for lines in seen if b"not-for-others" in lines]
    assert "not-for-others" not in outcome.message + outcome.output + outcome.errors
    assert told(outcome) == (0, "ok", "failed")


@pytest.mark.parametrize(
    "url",
    ["", " \n", "hc.example.com/x", "ftp://example.com/x", "http://", 'http://127.0.0.1/" -o /data/x', "http://a\\nb/"],
)
@pytest.mark.parametrize("image", BOTH[1:], ids="-".join, indirect=True)
def test_what_is_no_url_is_called_so(mover, url):
    outcome = mover.run("backup", BACKPLAN_PING_URL=url)
    assert told(outcome) == (0, "ok", "failed")
    assert "mover: the ping failed: " in outcome.errors
    assert "'healthchecks/url' has" in outcome.errors
    assert "example.com" not in outcome.errors


@pytest.mark.parametrize("image", BOTH[:1], ids="-".join, indirect=True)
@pytest.mark.parametrize("authority", ["user:hidden@127.0.0.1", "[::1]"])
def test_busybox_cannot_call_every_url(mover, authority):
    outcome = mover.run("backup", BACKPLAN_PING_URL=f"http://{authority}/x")
    assert told(outcome) == (0, "ok", "failed")
    assert "without curl in the image, a URL has no user" in outcome.errors


def test_stop_during_the_call_is_a_saved_backup(mover):
    with switch(500) as server:
        server.slow.set()
        running = mover.start("backup", BACKPLAN_PING_URL=server.url)
        wait_until(lambda: server.asked, running)
        running.signal(signal.SIGTERM)
        outcome = running.wait()
    assert told(outcome) == (0, "ok", "failed")
    assert len(server.asked) == 1


@pytest.mark.parametrize("image", BOTH + CROSSED, ids="-".join, indirect=True)
def test_https(mover, image, tmp_path):
    """Busybox of Debian checks no certificate, that of Alpine does; curl does, and knows the one of the test."""
    certificate, key = tmp_path / "ca.crt", tmp_path / "ca.key"
    command = [require("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", certificate, "-keyout", key]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # what Debian's busybox can
    context.load_cert_chain(certificate, key)
    with switch() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        url = server.url.replace("http:", "https:")
        (mover.folder / "cache").mkdir(exist_ok=True)
        shutil.copy(certificate, mover.folder / "cache" / "ca.crt")
        trusted = mover.run("backup", BACKPLAN_PING_URL=url, CURL_CA_BUNDLE="/cache/ca.crt")
        assert told(trusted) == (0, "ok", "ok")
        assert server.asked == [(SECRET, f"127.0.0.1:{server.server_port}")]
        if (image / "usr/bin/curl").exists():
            assert told(mover.run("backup", BACKPLAN_PING_URL=url)) == (0, "unchanged", "failed")
