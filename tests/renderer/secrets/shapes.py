"""Repositories whose Secret is fetched, in every way of saying what is fetched, and the Secret that each app gets."""

import base64
import json

from renderer.pipeline import render as render_all
from renderer.request import Request
from tests.renderer.volsync.policies import policy

APPS = ("web", "wiki", "my-mail")
ENTRY = "backups/restic"
AWS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key/+="}
FIELDS = {
    **AWS,
    "RESTIC_PASSWORD": 'sh{a}red "{{ .x }}"',
    "user": "bob",
    "pw": "p:w@/",
    "host": "nas.example.com",
    "encoded": base64.b64encode(b"decoded").decode(),
    **{f"{app}_password": f"of {app}" for app in APPS},
}
OWN = "backups/own"
STORE = {ENTRY: FIELDS, OWN: {f"{app}_password": f"own of {app}" for app in APPS}}
URL = "s3:https://s3.example.com/{app}"
TAKEN = {"store": "vault", "key": ENTRY}


def one(secret_key, field, **more):
    return {"secretKey": secret_key, "remoteRef": {"key": ENTRY, "property": field, **more}}


def made(folder, repository, **more):
    """The ExternalSecrets of three apps whose repository the fleet says, by app."""
    fleet = "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec:\n  cluster: home\n"
    (folder / "backplan.yaml").write_text(f"{fleet}  defaults: {{repository: {json.dumps(repository)}}}\n")
    files = []
    for app in APPS:
        files.append(folder / app / "backup-policy.yaml")
        files[-1].parent.mkdir()
        files[-1].write_text(policy(claim=f"{app}-data", repository=None, **more).replace("name: web", f"name: {app}"))
    rendered = render_all(Request(files=tuple(files), cwd=folder))
    assert [one.message for one in rendered.problems if one.is_error] == []
    found = [one.manifest for app in rendered.apps for one in app.objects if one.manifest["kind"] == "ExternalSecret"]
    return {one["metadata"]["labels"]["backplan.dev/app"]: one for one in found}


def url_of(app):
    return {"RESTIC_REPOSITORY": f"s3:https://s3.example.com/{app}"}


def of_one_entry(template=None, **beside):
    target = {"target": {"template": template}} if template is not None else {}
    return {**beside, "secret": {"externalSecret": {**TAKEN, **target}}}


def fetched(**words):
    return {"url": URL, "secret": {"externalSecret": {"store": "vault", **words}}}


SHAPES = {
    "all fields and a url": (of_one_entry(url=URL), lambda app: FIELDS | url_of(app)),
    "settings, and keys under restic's names": (
        of_one_entry(url=URL, env={"RESTIC_PACK_SIZE": "64"}, keys={"RESTIC_REST_PASSWORD": "pw"}),
        lambda app: FIELDS | url_of(app) | {"RESTIC_PACK_SIZE": "64", "RESTIC_REST_PASSWORD": "p:w@/"},
    ),
    "a field of each app's own, by property": (
        fetched(data=[one("RESTIC_PASSWORD", "{app}_password"), one("AWS_PROFILE", "user")]),
        lambda app: url_of(app) | {"RESTIC_PASSWORD": f"of {app}", "AWS_PROFILE": "bob"},
    ),
    "a user and a password in the url, whatever they hold": (
        of_one_entry(url="rest:https://{{ .user | urlquery }}:{{ .pw | urlquery }}@nas.example.com/{app}"),
        lambda app: FIELDS | {"RESTIC_REPOSITORY": f"rest:https://bob:p%3Aw%40%2F@nas.example.com/{app}"},
    ),
    "a url with texts of the operator's functions": (
        of_one_entry(url='rest:https://{{- .host | toString | trim -}}/{{ index . "user" | trimSuffix "b" }}/{app}'),
        lambda app: FIELDS | {"RESTIC_REPOSITORY": f"rest:https://nas.example.com/bo/{app}"},
    ),
    "a field of each app's own, by keys": (
        of_one_entry(url=URL, keys={"RESTIC_PASSWORD": "{app}_password"}),
        lambda app: FIELDS | url_of(app) | {"RESTIC_PASSWORD": f"of {app}"},
    ),
    "a field of each app's own, by a template that replaces": (
        of_one_entry(
            {"data": {"RESTIC_PASSWORD": '{{ index . "{app}_password" }}', "AWS_PROFILE": "{{ .user | upper }}"}},
            url=URL,
        ),
        lambda app: url_of(app) | {"RESTIC_PASSWORD": f"of {app}", "AWS_PROFILE": "BOB"},
    ),
    "a template that merges, with a url of its own": (
        of_one_entry(
            {
                "mergePolicy": "Merge",
                "data": {
                    "RESTIC_REPOSITORY": "rest:https://{{ .user }}:{{.pw}}@{{ .host }}/{app}",
                    "n": "{{ len .pw }}",
                },
            }
        ),
        lambda app: FIELDS | {"RESTIC_REPOSITORY": f"rest:https://bob:p:w@/@nas.example.com/{app}", "n": "5"},
    ),
    "a url with values": (
        of_one_entry(url='s3:https://{{ .host }}/{{ index . "user" }}/{app}'),
        lambda app: FIELDS | {"RESTIC_REPOSITORY": f"s3:https://nas.example.com/bob/{app}"},
    ),
    "renamed by the operator": (
        fetched(
            dataFrom=[
                {
                    "extract": {"key": OWN},
                    "rewrite": [
                        {"regexp": {"source": "^{app}_(.*)$", "target": "own_$1"}},
                        {"regexp": {"source": "^own_password$", "target": "RESTIC_PASSWORD"}},
                    ],
                }
            ]
        ),
        lambda app: (
            url_of(app)
            | {"RESTIC_PASSWORD": f"own of {app}"}
            | {f"{other}_password": f"own of {other}" for other in APPS if other != app}
        ),
    ),
    "the shorthand below what is said at length": (
        fetched(key=ENTRY, dataFrom=[{"extract": {"key": OWN}}], data=[one("RESTIC_PASSWORD", "pw")]),
        lambda app: FIELDS | STORE[OWN] | url_of(app) | {"RESTIC_PASSWORD": "p:w@/"},
    ),
    "decoded": (
        fetched(data=[one("RESTIC_PASSWORD", "encoded", decodingStrategy="Base64")]),
        lambda app: url_of(app) | {"RESTIC_PASSWORD": "decoded"},
    ),
}
