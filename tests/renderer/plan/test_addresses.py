"""Which servers a repository's URL may name. Messages: tests/invalid/repository."""

from time import process_time

import pytest

from renderer.plan.addresses import stray
from renderer.secrets import FILLED_IN


@pytest.mark.parametrize(
    "url",
    [
        "s3:https://s3.example.com/b",
        "s3:s3.example.com/b",
        "s3://minio:9000/b",
        "s3:http://10.0.0.1:9000/b",
        "rest:http://[fd00::1]:8000/x",
        "rest:https://nas_1.example.com./x",
        "rest:http+unix:///run/rest.socket:/x",
        "sftp:user@host:/x",
        "sftp:user@corp.example.com@host:/x",
        "sftp://user@host:2222//x",
        "sftp://user@[::1]:22/x",
        "b2:bucket:x?y",
        "rclone:remote:x",
        f"rest:https://{FILLED_IN}:{FILLED_IN}@nas/x",
        f"rest:{FILLED_IN}/x",
        f"s3:https://{FILLED_IN}.example.com:{FILLED_IN}/b",
        "s3:https://s3.${DOMAIN}/b",
        "rest:${SERVER:-https://nas.example.com}/x",
    ],
)
def test_server_that_everybody_reads_alike(url):
    assert stray(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "rest:https://evil?.nas.example.com/x",
        "rest:https://evil#.nas.example.com/x",
        "rest:https://evil\\.nas.example.com/x",
        "rest:https://evil%2f.nas.example.com/x",
        "rest:https://nas.example.com:80:80/x",
        "rest:https://nas.example.com:https/x",
        "rest:https://n\u0430s.example.com/x",
        "s3:https://a b/x",
        "s3:?x.example.com/b",
        "sftp:-oProxyCommand=evil:/x",
        "sftp:-oProxyCommand=evil@host:/x",
        "sftp://-oProxyCommand=evil/x",
        "sftp:user@-host:/x",
    ],
)
def test_server_that_could_be_another(url):
    assert "restic could go elsewhere" in stray(url)


@pytest.mark.parametrize("url", ["rest:https:///x", "s3:/b", "s3:", "sftp:", "sftp:///x", "sftp::/x"])
def test_url_without_a_server(url):
    assert "names no server" in stray(url)


@pytest.mark.parametrize("url", ["rest:nas.example.com/x", "rest://nas.example.com/x", "rest:ftp://nas.example.com/x"])
def test_rest_without_http(url):
    assert "http:// or https://" in stray(url)


@pytest.mark.parametrize("text", ["@", "a@", "a", ".", "${", "${}", ":", "[", "\x00"])
def test_hostile_urls_take_linear_time(text):
    start = process_time()
    for kind in ("rest:https://", "sftp:", "s3:"):
        stray(kind + text * (200_000 // len(text)))
    assert process_time() - start < 1
