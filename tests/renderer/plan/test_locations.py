"""Which spellings of a URL open one repository, and which look alike but do not."""

import pytest

from renderer.plan.locations import location
from renderer.plan.repositories import repository_problems
from renderer.policy import App, build
from renderer.schema import key_of
from renderer.source import read

POLICY = """
engine: volsync
copyMethod: Snapshot
schedule: "@daily"
retain: {daily: 7}
volumes: [{name: data, claim: a}]
"""


def backup(url, mount="", namespace="documents"):
    text = f"{POLICY}repository: {{url: '{url}', secret: {{name: x}}{mount}}}\n"
    policy, _ = build(App(namespace, "app", None), read(text.encode(), "a.yaml").documents[0], key_of("layer.json"))
    return policy.backups[0]


def nfs(path="/v", folder="repository"):
    return f", volume: {{mountPath: {folder}, nfs: {{server: nas, path: {path}}}}}"


CLAIM = ", volume: {mountPath: repository, persistentVolumeClaim: {claimName: c}}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3:https://s3.example.com/b/x", "s3:s3.example.com/b/x"),
        ("s3:https://s3.example.com/b/x", "s3:http://s3.example.com:80/b/x"),
        ("s3:https://s3.example.com/b/x", "s3:https://s3.example.com/b/x/"),
        ("s3:https://s3.example.com/b/x", "s3:S3.example.com:443/b//x"),
        ("rest:https://h/x/", "rest:https://H:443/x"),
        ("local:/x", "/x"),
        ("/x/", "//x"),
        ("b2:bucket:/x", "b2:bucket:x/"),
        ("sftp:user@H:/x", "sftp://user@h:22//x"),
        ("rclone:remote:x", "rclone:remote:x/"),
    ],
)
def test_spellings_of_one_repository(one, other):
    assert location(backup(one)) == location(backup(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3:https://s3.example.com/b/x", "s3:https://s3.example.com/b/X"),
        ("s3:https://s3.example.com/b/x", "s3:https://s3.example.com:9000/b/x"),
        ("s3:https://h/x", "rest:https://h/x"),
        ("b2:one:x", "b2:other:x"),
        ("sftp:user@h:/x", "sftp:user@h:x"),
        ("sftp:user@h:x", "sftp:other@h:x"),
    ],
)
def test_repositories_that_look_alike(one, other):
    assert location(backup(one)) != location(backup(other))


def test_folder_lies_in_what_is_mounted_there():
    here = location(backup("/mnt/repository/x", nfs()))
    assert here == location(backup("local:/mnt/repo//x/", nfs(folder="repo"), "media"))
    assert here != location(backup("/mnt/repository/x", nfs("/w")))
    assert location(backup("/mnt/repository/x", CLAIM)) != location(backup("/mnt/repository/x", CLAIM, "media"))


@pytest.mark.parametrize("url", [
    "rest:u:p@h:x", "rest:u@h/x", "s3:u:p@h/b", "rest:https://u:p@h/x", "rest:http://u@h/x", "sftp://u:p@h/x",
    "rclone::http,url=https://u:p@h:x", "RCLONE::http,url=HTTPS://u@h:x",
])  # fmt: skip
def test_credentials_in_a_url(url):
    (problem,) = repository_problems(backup(url))
    assert problem.message.startswith("the URL holds a user name or password")
    assert url not in problem.message


@pytest.mark.parametrize("url", [
    "sftp:user@host:/path", "sftp://user@host:22//x", "b2:bucket:a@b", "rclone:remote:dir@x", "s3:https://h/b/a@b",
    "rest:https://h/a:b@c",
])  # fmt: skip
def test_at_signs_that_are_no_credentials(url):
    assert list(repository_problems(backup(url))) == []
