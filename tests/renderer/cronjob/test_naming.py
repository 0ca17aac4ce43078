"""Names of objects: by the table of the design, by the user's patterns, and never longer than Kubernetes takes."""

import hashlib

import pytest

from tests.renderer import policies
from tests.renderer.cronjob.policies import EVERY_JOB, TWO_VOLUMES, policy, repository

URL = "s3:https://s3.example.com/shop/web"
NAS = "s3:https://nas.example.com/web"
ALL = {**EVERY_JOB, "networkPolicy": "true"}
CA = "customCA: {file: ca.crt}"


def digits(text):
    return hashlib.sha256(text.encode()).hexdigest()[:8]


NOW, ONCE = digits("now"), digits("restore-once")


def names(found):
    """`Kind name` of every object; the ConfigMap of the script without the hash of the script."""
    told = {f"{one['kind']} {one['metadata']['name']}" for one in found.objects}
    script = {name for name in told if name.startswith("ConfigMap ") and name[-9] == "-"}
    return told - script | {name[:-9] + "-…" for name in script}


OF_APP = {"ConfigMap web-mover-…", "ServiceAccount web-mover", "NetworkPolicy web-mover"}


def of_target(base, url):
    return {f"CronJob {base}-maintenance", f"Job {base}-init-{digits(url)}"}


def of_pair(base):
    return {
        f"CronJob {base}-backup",
        f"CronJob {base}-restore",
        f"PersistentVolumeClaim {base}-backup-cache",
        f"Job {base}-backup-{NOW}",
    }


def of_first(base):
    """What the first volume has of each target, or of the first target alone."""
    return {f"Job {base}-unlock-{NOW}"}


RESTORED = {"PersistentVolumeClaim web-old"}
TWO_TARGETS = f"[{{name: default}}, {{name: nas, repository: {{url: '{NAS}'}}}}]"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (
            {},
            of_pair("web") | of_first("web") | of_target("web", URL) | {"CronJob web-drill", f"Job web-old-{ONCE}"},
        ),
        (
            {"volumes": TWO_VOLUMES},
            of_pair("web")
            | of_pair("web-media")
            | of_first("web")
            | of_target("web", URL)
            | {"CronJob web-drill", f"Job web-old-{ONCE}"},
        ),
        (
            {"targets": TWO_TARGETS},
            of_pair("web")
            | of_pair("web-nas")
            | of_first("web")
            | of_first("web-nas")
            | of_target("web", URL)
            | of_target("web-nas", NAS)
            | {"CronJob web-drill", f"Job web-old-{ONCE}"},
        ),
        (
            {
                "volumes": "[{name: media, claim: b}]",
                "targets": f"[{{name: nas, repository: {{url: '{NAS}'}}}}]",
                "restores": "[{name: old, to: {claim: web-old, create: {capacity: 1Gi}}}]",
                "drill": "{}",
            },
            of_pair("web-media-nas")
            | of_first("web-media-nas")
            | of_target("web-nas", NAS)
            | {"CronJob web-media-nas-drill", f"Job web-media-nas-old-{ONCE}"},
        ),
        (
            {"volumes": TWO_VOLUMES, "targets": TWO_TARGETS},
            of_pair("web")
            | of_pair("web-media")
            | of_pair("web-nas")
            | of_pair("web-media-nas")
            | of_first("web")
            | of_first("web-nas")
            | of_target("web", URL)
            | of_target("web-nas", NAS)
            | {"CronJob web-drill", f"Job web-old-{ONCE}"},
        ),
    ],
    ids=["one", "two volumes", "two targets", "neither data nor default", "two of both"],
)
def test_names_without_patterns(render, keys, expected):
    assert names(render(**{**ALL, **keys})) == OF_APP | RESTORED | expected


def test_certificate_has_a_name_of_its_target(render, tmp_path):
    (tmp_path / "ca.crt").write_text("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
    found = names(render(repository=repository(CA), volumes=TWO_VOLUMES, targets=TWO_TARGETS))
    assert {name for name in found if name.startswith("ConfigMap ")} == {
        "ConfigMap web-mover-…",
        "ConfigMap web-restic-ca",
        "ConfigMap web-nas-restic-ca",
    }


PATTERNS = {
    "cronJob": "b-{app}-{volume}-{target}",
    "maintenance": "m-{app}-{target}",
    "restore": "r-{app}-{volume}-{target}-{restore}",
    "drill": "d-{app}-{claim}",
    "init": "i-{namespace}-{target}",
    "job": "j-{app}-{volume}-{target}-{operation}",
    "cache": "c-{app}-{volume}-{target}",
    "configMap": "s-{app}",
    "serviceAccount": "a-{app}",
    "networkPolicy": "n-{app}",
}


def test_names_with_patterns(render):
    said = ", ".join(f"{key}: '{pattern}'" for key, pattern in PATTERNS.items())
    assert names(render(**ALL, names=f"{{{said}}}")) == RESTORED | {
        "ConfigMap s-web-…",
        "CronJob b-web-data-default",
        "CronJob d-web-web-data",
        "CronJob m-web-default",
        "CronJob r-web-data-default-restore",
        f"Job i-shop-default-{digits(URL)}",
        f"Job j-web-data-default-backup-{NOW}",
        f"Job j-web-data-default-unlock-{NOW}",
        f"Job r-web-data-default-old-{ONCE}",
        "NetworkPolicy n-web",
        "PersistentVolumeClaim c-web-data-default",
        "ServiceAccount a-web",
    }


@pytest.mark.parametrize("key", PATTERNS)
def test_pattern_that_makes_no_name_is_told_at_the_pattern(refused, key):
    for line in refused(**ALL, names=f"{{{key}: 'No Name'}}"):
        assert line.startswith("error: 'No Name")
        assert "is no name for a" in line


LIMITS = {"cronJob": 52, "maintenance": 52, "drill": 52, "init": 63 - 9, "job": 63 - 9}


@pytest.mark.parametrize(("key", "most"), LIMITS.items())
def test_longest_names(render, refused, key, most):
    """CronJobs 52 characters, as Kubernetes adds 11; Jobs 63, as their name is a label of the pods."""
    more = ALL if key != "job" else {"manual": "now"}
    names = render(**more, names=f"{{{key}: {'x' * most}}}")
    assert any(one["metadata"]["name"].startswith("x" * most) for one in names.objects)
    assert (
        f"is longer than {52 if most == 52 else 63} characters"
        in refused(**more, names=f"{{{key}: {'x' * (most + 1)}}}")[0]
    )


def test_restore_pattern_names_a_cronjob_and_jobs(render, refused):
    assert render(names="{restore: '" + "x" * 44 + "-{restore}'}").all("CronJob")["x" * 44 + "-restore"]
    (said,) = refused(names="{restore: '" + "x" * 45 + "-{restore}'}")
    assert "is longer than 52 characters" in said


def test_two_objects_of_one_name_are_refused(refused):
    said = refused(volumes=TWO_VOLUMES, names="{cronJob: '{app}'}")
    assert "two objects are called CronJob shop/web" in said[0]


def test_repositories_of_two_volumes_need_names_for_their_maintenance(refused, render):
    keys = {"volumes": TWO_VOLUMES, "repository": repository(url="s3:h/{volume}")}
    (said,) = refused(**keys)
    assert "two objects are called CronJob shop/web-maintenance" in said
    assert {"CronJob data-m", "CronJob media-m"} < names(render(**keys, names="{maintenance: '{volume}-m'}"))


def test_app_whose_name_is_no_label_is_refused(tmp_path):
    """Patterns could shorten each name, but the labels of each object would still be too long."""
    said = ", ".join(f"{key}: '{number}'" for number, key in enumerate(PATTERNS))
    text = policy(names=f"{{{said}}}").replace("name: web", f"name: {'w' * 64}")
    (message,) = policies.refused(tmp_path, text)
    assert "has more than 63 characters" in message
