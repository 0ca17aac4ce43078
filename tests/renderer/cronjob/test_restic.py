"""Which restic an image has, and what a policy may ask of it."""

import pytest

from renderer.engines.cronjob.defaults import IMAGE
from renderer.engines.cronjob.traps.restic import SINCE, tag_version
from tests.renderer.cronjob.policies import repository

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("restic/restic:0.18.0", (0, 18, 0)),
        ("restic/restic:0.18", (0, 18)),
        ("docker.io/restic/restic:v0.18.1", (0, 18, 1)),
        (f"ghcr.io/restic/restic:0.19.1@{DIGEST}", (0, 19, 1)),
        ("localhost:5000/proxy/restic/restic:1.0.0", (1, 0, 0)),
        ("registry.example.com/restic:0.18.0-1", (0, 18, 0)),
        ("restic:0.17.3", (0, 17, 3)),
        ("restic/restic", None),
        ("restic/restic:latest", None),
        ("restic/restic:0", None),
        (f"restic/restic@{DIGEST}", None),
        ("mazzolino/restic:1.8.0", None),
        ("creativeprojects/resticprofile:0.31.0", None),
        ("registry.example.com/backup:0.18.0", None),
        ("registry.example.com/not-restic:0.18.0", None),
        ("localhost:5000/restic", None),
        ("restic/restic:0.18.0.1", None),
    ],
)
def test_version_is_told_by_the_tag_of_an_image_of_restic_alone(image, version):
    assert tag_version(image) == version


def test_default_image_tells_its_version_and_nothing_is_said(render):
    assert tag_version(IMAGE)
    assert render().said == []


@pytest.mark.parametrize(
    "mover",
    [
        "{image: 'restic/restic:0.19.1', compression: better}",
        "{image: 'restic/restic:0.19', compression: fastest}",
        "{image: 'restic/restic:0.17.3', compression: max}",
        "{image: 'restic/restic:0.17'}",
        "{image: 'restic/restic:0.18.1', resticVersion: '0.18'}",
        "{image: 'restic/restic:0.18', resticVersion: '0.18.1'}",
        "{image: 'registry.example.com/backup:3', resticVersion: '0.19.0', compression: better}",
        "{image: 'restic/restic:latest', resticVersion: '0.18.0'}",
        "{image: 'mazzolino/restic:1.8.0', resticVersion: '0.18.0'}",
        "{resticVersion: '0.18'}",
    ],
)
def test_nothing_is_said_of_what_the_restic_can_do(render, mover):
    assert render(mover=mover).said == []


@pytest.mark.parametrize(
    "mover",
    [
        "{image: 'registry.example.com/backup:3', resticVersion: '0.18.0', compression: better}",
        "{image: 'restic/restic:0.17.0'}",
        "{image: 'restic/restic:latest', resticVersion: '0.17.0'}",
        "{image: 'restic/restic:latest', resticVersion: '0.16'}",
        "{image: 'restic/restic:0.18', resticVersion: '0.19.0'}",
        "{image: 'restic/restic:0.18.0', resticVersion: '0.18.1'}",
    ],
)
def test_what_the_restic_cannot_do_is_an_error(refused, mover):
    (said,) = refused(mover=mover)
    assert said.startswith("error: ")
    assert said.endswith(" [restic-version]")


def test_what_the_policy_says_wins_over_the_secret_as_in_a_pod(render, refused):
    template = "{mergePolicy: Merge, data: {RESTIC_COMPRESSION: better}}"
    secret = f"{{externalSecret: {{store: vault, key: k, target: {{template: {template}}}}}}}"
    policy = {"repository": f"{{url: 's3:https://s3.example.com/b', secret: {secret}}}"}
    assert "'better' needs restic 0.19" in refused(**policy)[0]
    assert render(**policy, mover="{compression: max}").said == []


@pytest.mark.parametrize("size", ["'4'", "'64'", "'128'"])
def test_pack_size_is_in_mebibytes(render, size):
    assert render(repository=repository(f"env: {{RESTIC_PACK_SIZE: {size}}}")).said == []


@pytest.mark.parametrize("size", ["'3'", "'129'", "64M", "'0064'", "sixteen", "'1000'"])
def test_pack_size_that_restic_refuses_is_an_error(refused, size):
    (said,) = refused(repository=repository(f"env: {{RESTIC_PACK_SIZE: {size}}}"))
    assert said == "error: a pack has from 4 to 128 MiB; write a whole number without a unit [schema]"


def test_values_have_versions_that_are_supported():
    assert all((0, 17) < since < (0, 20) for values in SINCE.values() for since in values.values())
