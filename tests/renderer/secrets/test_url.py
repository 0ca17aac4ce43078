"""A URL that holds values of the store: single values, and nothing that could run."""

from time import process_time

import pytest

from renderer.plan.remotes import unsafe_remote
from renderer.plan.repositories import _has_password
from renderer.report.effective import without_credentials
from renderer.secrets import masked


def repository_of(found):
    """The URL that the template of the only ExternalSecret gives."""
    return found.one("ExternalSecret")["spec"]["target"]["template"]["data"]["RESTIC_REPOSITORY"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rest:https://{{ .user }}:{{ .pw }}@nas/{app}", "rest:https://{{ .user }}:{{ .pw }}@nas/web"),
        ('rest:https://bob:{{ index . "pw-1" }}@nas/x', 'rest:https://bob:{{ index . "pw-1" }}@nas/x'),
        ("rest:https://{{ .u|urlquery }}:{{.p | urlquery}}@n", "rest:https://{{ .u|urlquery }}:{{.p | urlquery}}@n"),
        ("{{ .RESTIC_REPOSITORY }}/{app}", "{{ .RESTIC_REPOSITORY }}/web"),
        ("{{- .base | toString | trim -}}/{app}", "{{- .base | toString | trim -}}/web"),
        ('{{ index . "base" | trimSuffix "/" }}/{app}', '{{ index . "base" | trimSuffix "/" }}/web'),
        ("s3:https://{{.host}}/b", "s3:https://{{.host}}/b"),
    ],
)  # fmt: skip
def test_url_may_hold_values_of_the_store(render, url, shown):
    assert repository_of(render(repository=f"url: '{url}'")) == shown


def test_mover_takes_a_url_with_values_from_the_secret(render):
    found = render(repository="url: 's3:https://{{ .host }}/b'", engine="cronjob")
    assert len(found.all("CronJob")) == 3
    for one in found.all("CronJob").values():
        environment = one["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["env"]
        assert "RESTIC_REPOSITORY" not in {variable["name"] for variable in environment}


@pytest.mark.parametrize(
    "url",
    [
        "s3:https://{{ .host | quote }}/b",
        "s3:https://{{ .host | urlquery | b64dec }}/b",
        "s3:https://x.example.com/{{ printf .a }}",
        "s3:https://x.example.com/{{-.a }}",
        's3:https://x.example.com/{{ get . "a" }}',
        's3:https://x.example.com/{{ .a | trimSuffix "}}" }}',
        's3:https://x.example.com/{{ .a | replace "a" "b" }}',
        "s3:https://x.example.com/{{{ .a }}",
        "s3:https://x.example.com/{{",
        's3:https://x.example.com/{{ index . "a" "b" }}',
        's3:https://x.example.com/{{ index . "a\\" }}{{ .b }}" }}',
        "s3:https://x.example.com/{{ $ }}",
        "s3:https://x.example.com/{{ . }}",
        "s3:https://x.example.com/{{/* .a */}}",
        "rest:https://{{ .user }}:hunter2@nas.example.com/x",
        "rest:https://bob:hunter2{{ .pw }}@nas.example.com/x",
        "rest:https://hunter2@nas.example.com/{{ .pw }}",
        "s3:https://{{ .host }}/$(RESTIC_PASSWORD)",
        "s3:https://{{ .host }}/`id`",
    ],
)
def test_url_may_hold_nothing_else(refused, url):
    (message,) = refused(repository=f"url: {url!r}" if "'" not in url else url)
    assert message.endswith("[repository]")
    assert "hunter2" not in message


def test_url_with_a_template_needs_an_external_secret(refused):
    (message,) = refused(repository="url: 's3:https://{{ .host }}/b'", secret="{name: x}")
    assert "holds '{{'" in message


@pytest.mark.parametrize(
    "text",
    [
        ",pass",
        ",a=",
        "://a:",
        "//a@",
        "{{ .a }}",
        "{{",
        "{",
        "{{ index . ",
        "{{ .a |",
        "{{ .a ",
        " ",
        "{{- .a",
        "a:",
        "\x00",
        ":\x00@",
        "bob:\x00",
    ],
)
def test_hostile_urls_take_linear_time(text):
    start = process_time()
    shown = masked(text * (200_000 // len(text)))
    _has_password((shown or text * (200_000 // len(text))) + "@")
    without_credentials(text * (200_000 // len(text)))
    unsafe_remote("rclone:" + text * (200_000 // len(text)))
    assert process_time() - start < 1
