"""Which backups share a Secret, and which policies read one entry of a store."""

import pytest

from renderer.pipeline import render as render_all
from renderer.request import Request
from tests.renderer.secrets.conftest import FETCHED, URL
from tests.renderer.volsync.policies import policy

KIND = "ExternalSecret"
TWO_VOLUMES = "[{name: data, claim: a}, {name: media, claim: b}]"


def ours(manifest):
    found = manifest["metadata"]["labels"].items()
    return {key.removeprefix("backplan.dev/"): value for key, value in found if key.startswith("backplan.dev/")}


def test_volumes_in_one_repository_share_one_secret(render):
    found = render(engine="cronjob", volumes=TWO_VOLUMES)
    assert ours(found.one(KIND)) == {"app": "web", "target": "default"}


def test_what_two_targets_share_has_no_label_and_no_words_of_a_target(render):
    targets = "[{name: a, labels: {x: a}, claim: a}, {name: b, labels: {x: b}, volumes: [{name: media, claim: b}]}]"
    names = "{secret: '{app}', maintenance: '{app}-{target}-m'}"
    found = render(engine="cronjob", claim=None, targets=targets, names=names, labels="{y: all}").one(KIND)
    assert ours(found) == {"app": "web"}
    assert {key for key in found["metadata"]["labels"] if "/" not in key} == {"y"}


def test_each_target_has_a_secret_of_its_own(render):
    url = "url: 's3:https://s3.example.com/{app}/{target}'"
    found = render(repository=url, targets="[{name: nas}, {name: cloud}]").all(KIND)
    assert {name: ours(one)["target"] for name, one in found.items()} == {
        "web-nas-restic": "nas",
        "web-cloud-restic": "cloud",
    }


def test_advice_for_volumes_that_share_a_secret_of_volsync_is_right(render, refused):
    url = "url: 's3:https://s3.example.com/{app}/{volume}'"
    (message,) = refused(repository=url, volumes=TWO_VOLUMES)
    assert "names.secret: '{app}-{volume}-restic'" in message
    found = render(repository=url, volumes=TWO_VOLUMES, names="{secret: '{app}-{volume}-restic'}")
    assert set(found.all(KIND)) == {"web-data-restic", "web-media-restic"}
    assert {one["spec"]["restic"]["repository"] for one in found.all("ReplicationSource").values()} == set(
        found.all(KIND)
    )


def said_of_two(folder, *repositories, **more):
    """The findings about two policies in namespaces a and b, each with its `repository`."""
    files = []
    for name, repository in zip("ab", repositories, strict=True):
        text = policy(repository=repository, **more).replace("namespace: shop", f"namespace: {name}")
        (folder / name).mkdir()
        files.append(folder / name / "backup-policy.yaml")
        files[-1].write_text(text)
    return [(problem.severity, problem.rule) for problem in render_all(Request(files, folder)).problems]


def stored(words, beside=""):
    return f"{{{beside}secret: {{externalSecret: {{{words}}}}}}}"


LOCAL = "secretStoreRef: {name: vault, kind: SecretStore}, key: restic"
BASE = 'url: "{{ .base }}/x", '
OWN = "store: vault, key: restic, target: {template: {mergePolicy: Merge, data: {RESTIC_REPOSITORY: '%s'}}}"
SINGLE = (
    "data: [{secretKey: RESTIC_PASSWORD, remoteRef: {key: %s}}, {secretKey: RESTIC_REPOSITORY, remoteRef: {key: u}}]"
)


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        (stored(FETCHED), stored(FETCHED), "warning"),
        (stored(FETCHED), stored("store: vault, key: another"), None),
        (stored(FETCHED), stored("store: another, key: backups/restic"), None),
        (stored(LOCAL), stored(LOCAL), None),  # each namespace has a store of its own
        (stored(FETCHED, f"{URL}, "), stored(FETCHED, "url: 's3:https://s3.example.com/other', "), None),
        (stored(FETCHED, BASE), stored(FETCHED, BASE), "error"),
        (stored(FETCHED, BASE), stored("store: vault, key: another", BASE), None),
        (stored(FETCHED, BASE), stored(FETCHED, 'url: "{{ .base }}/y", '), None),
        (stored(OWN % "{{ .base }}/x"), stored(OWN % "{{ .base }}/x"), "error"),
        (stored(OWN % "{{ .base }}/x"), stored(OWN % "{{ .base }}/{namespace}"), None),
        (stored(OWN % "s3:https://s3.example.com/x"), stored(OWN % "s3:https://s3.example.com/x"), "error"),
        (stored(f"store: vault, {SINGLE % 'p'}"), stored(f"store: vault, {SINGLE % 'q'}"), "warning"),
    ],
)
def test_two_policies_on_one_entry_of_a_store(tmp_path, one, other, severity):
    expected = [] if severity is None else [(severity, "one-writer")] * 2
    assert said_of_two(tmp_path, one, other) == expected


def test_store_of_one_namespace_is_one_store(tmp_path):
    names = "{replicationSource: '{app}-{claim}', secret: '{app}-{claim}'}"
    volumes = "[{name: data, claim: a}, {name: media, claim: b}]"
    text = policy(repository=stored(LOCAL), volumes=volumes, names=names)
    file = tmp_path / "backup-policy.yaml"
    file.write_text(text)
    assert [problem.severity for problem in render_all(Request([file], tmp_path)).problems] == ["warning"]
