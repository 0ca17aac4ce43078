"""A URL in a template of the user's own, in an ExternalSecret or a SealedSecret: the rules of `repository.url`."""

import json

import pytest
import yaml

from renderer.pipeline import render as render_all
from renderer.request import Request
from tests.renderer.policies import result
from tests.renderer.secrets.conftest import FETCHED, keys
from tests.renderer.secrets.test_sealed_secret import FILE, document
from tests.renderer.volsync.policies import policy

FLEET = "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec:\n  limits: {repositoryHosts: [s3.example.com]}\n"
READ = ("a", "base", "bucket", "host", "path-1", "pw", "rest", "user", "whole", "x")


def external(folder, url, beside=""):
    data = f"{{mergePolicy: Merge, data: {{RESTIC_REPOSITORY: {json.dumps(url)}}}}}"
    return f"externalSecret: {{{FETCHED}, target: {{template: {data}}}}}{beside}"


def sealed(folder, url):
    found = document()
    some = found["spec"]["encryptedData"]["RESTIC_PASSWORD"]
    found["spec"]["encryptedData"] |= dict.fromkeys(READ, some)
    found["spec"]["template"]["data"] = {"RESTIC_REPOSITORY": url}
    (folder / FILE).write_text(yaml.safe_dump(found))
    return f"sealedSecret: {FILE}"


@pytest.fixture(params=[external, sealed], ids=["externalSecret", "sealedSecret"])
def said(request, tmp_path):
    """What is said of a policy whose Secret is made with this URL."""

    def say(url, fleet=None):
        if fleet is not None:
            (tmp_path / "backplan.yaml").write_text(fleet)
        secret = request.param(tmp_path, url)
        return result(tmp_path, policy(**keys(f"{{{secret}}}", None, "cronjob", {}))).said

    return say


@pytest.mark.parametrize(
    "url",
    [
        "s3:https://s3.example.com/web",
        "rest:https://{{ .user }}:{{ .pw }}@nas/web",
        '{{ "s3:https://s3.example.com/web" }}',
        '{{ .base }}/{{ index . "path-1" }}',
        "{{ .whole }}",
    ],
)
def test_single_values_and_quoted_texts_are_fine(said, url):
    assert said(url) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("rest:https://nas/{{ .pw | b64enc }}", "takes '{{ .key }}'"),
        ("rest:https://nas/{{ printf `%s` . }}", "takes '{{ .key }}'"),
        ("rest:https://nas/{{", "takes '{{ .key }}'"),
        ('{{ "\\u0000" }}', "takes '{{ .key }}'"),
        ('{{ "\\x" }}', "takes '{{ .key }}'"),
        ("rest:https://bob:hunter2@nas/web", "holds a user name or password"),
        ('{{ "rest:https://bob:hunter2@nas/web" }}', "holds a user name or password"),
        ("rest:https://bob:hunter2@{{ .host }}/web", "holds a user name or password"),
        ("rest:https://nas/{{ .RESTIC_PASSWORD }}", "would hold the password that encrypts"),
        ("rest:https://nas/{{ .a }}{{ .RESTIC_PASSWORD }}", "would hold the password that encrypts"),
        ("s3:https://s3.example.com/$(RESTIC_PASSWORD)", "'$('"),
        ('{{ "s3:https://s3.example.com/{{ .a }}" }}', "'{{'"),
        ("https://s3.example.com/web", "no such kind of repository"),
        ("/backups/web", "nothing mounts"),
    ],
)
def test_anything_else_is_refused_and_not_repeated(said, url, why):
    (message,) = said(url)
    assert message.startswith("error: ")
    assert why in message
    assert message.endswith("[repository]")
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("url", "severity"),
    [
        ("s3:https://s3.example.com/web", None),
        (
            "rest:https://{{ .user }}:{{ .pw }}@s3.example.com/web",
            "warning: ",
        ),  # a user `evil.example.org/` is a server
        ("s3:https://s3.example.com/{{ .bucket }}", None),
        ("s3:https://elsewhere.example.org/web", "error: "),
        ('{{ "s3:https://elsewhere.example.org/web" }}', "error: "),
        ("rest:https://{{ .user }}:{{ .pw }}@elsewhere.example.org/{{ .x }}", "error: "),
        ("s3:https://{{ .host }}/web", "warning: "),
        ("s3:https://s3.example.com{{ .rest }}", "warning: "),
    ],
)
def test_fleet_limits_its_server_too(said, url, severity):
    found = said(url, FLEET)
    assert len(found) == (severity is not None)
    assert all(one.startswith(severity) and one.endswith("[limits]") for one in found)


def test_key_that_is_copied_to_the_url_is_held_against_the_rules(tmp_path):
    data = "{mergePolicy: Merge, data: {place: 'rest:https://bob:hunter2@nas/web'}}"
    secret = f"{{externalSecret: {{{FETCHED}, target: {{template: {data}}}}}}}"
    (message,) = result(tmp_path, policy(**keys(secret, "keys: {RESTIC_REPOSITORY: place}", "volsync", {}))).said
    assert "holds a user name or password" in message


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("metadata: {labels: {a: '{{ .x }}'}}", "expansion"),
        ("metadata: {annotations: {a: 'x{{'}}", "expansion"),
        ("templateFrom: [{literal: 'a: {{ .x }}', target: Labels}]", "expansion"),
        ("templateFrom: [{literal: 'a: {{ .x }}', target: aNNotations}]", "expansion"),
        ("templateFrom: [{literal: 'a: b', target: Labels}]", None),
        ("templateFrom: [{literal: 'a: {{ .x }}', target: Data}]", "expansion"),
        ("templateFrom: [{literal: 'a: b'}]", "expansion"),
        ("templateFrom: [{configMap: {name: c, items: [{key: a}]}}]", "expansion"),
        ("templateFrom: [{secret: {name: c, items: [{key: a}]}, target: Annotations}]", "expansion"),
        ("templateFrom: [{configMap: {name: c, items: [{key: a}]}, target: spec}]", "expansion"),
        ("metadata: {labels: {a: b}, annotations: {c: '{d}'}}", None),
    ],
)
def test_nothing_that_is_fetched_goes_into_metadata(tmp_path, words, rule):
    url = "url: 's3:https://s3.example.com/{app}'"
    secret = f"{{externalSecret: {{{FETCHED}, target: {{template: {{{words}}}}}}}}}"
    said = result(tmp_path, policy(**keys(secret, url, "cronjob", {}))).said
    assert [one.endswith(f"[{rule}]") for one in said] == [True] * (rule is not None)


def test_nor_by_a_patch(tmp_path):
    patch = "{spec: {target: {template: {metadata: {annotations: {a: '{{ .x }}'}}}}}}"
    secret = f"{{externalSecret: {{{FETCHED}}}, patches: [{{patch: {patch}}}]}}"
    url = "url: 's3:https://s3.example.com/{app}'"
    (said,) = result(tmp_path, policy(**keys(secret, url, "cronjob", {}))).said
    assert "would have another 'spec.target', which was checked as the policy says it" in said


def test_each_secret_of_a_policy_is_asked(tmp_path):
    """The one of maintenance has a template of its own."""
    own = external(tmp_path, "rest:https://bob:hunter2@nas/web")
    text = policy(**keys("{name: restic}", None, "cronjob", {}), maintenance=f"{{secret: {{{own}}}}}")
    file = tmp_path / "backup-policy.yaml"
    file.write_text(text)
    (problem,) = [one for one in render_all(Request([file], tmp_path)).problems if one.is_error]
    assert "holds a user name or password" in problem.message
