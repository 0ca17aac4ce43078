"""A ReplicationSource says what the policy says: each key in VolSync's own words, and no field of our invention."""

import re

import pytest

from tests.renderer.policies import overlay
from tests.schemas.crd import errors_in

FIELD = r"((\d+,)*\d+|\d+[/-]\d+|\*(/\d+)?)"
AS_MEANT = re.compile(rf"(CRON_TZ=[A-Za-z_/]+ )?{FIELD}( {FIELD}){{4}}")
"""What VolSync's CRD means by a schedule; its own pattern has a `|` between `^` and `$` and lets more through."""


def test_smallest_policy_renders_nothing_that_it_does_not_say(render):
    assert render().one("ReplicationSource")["spec"] == {
        "sourcePVC": "web-data",
        "trigger": {"schedule": "15 3 * * *"},
        "restic": {"repository": "web-data-default", "copyMethod": "Snapshot", "retain": {"daily": 7}},
    }


@pytest.mark.parametrize(
    ("said", "rendered"),
    [
        ("{last: 5}", {"last": "5"}),
        ("{last: 0, daily: 1}", {"last": "0", "daily": 1}),
        ("{hourly: 24, daily: 7}", {"hourly": 24, "daily": 7}),
        ("{hourly: 0, weekly: 4}", {"hourly": 0, "weekly": 4}),
        ("{within: 3d12h}", {"within": "3d12h"}),
        ("{within: 5m3d1y, monthly: 6, yearly: 2}", {"within": "5m3d1y", "monthly": 6, "yearly": 2}),
    ],
)
def test_retention_has_the_types_of_the_crd(render, said, rendered):
    found = render(retain=said)
    assert found.restic()["retain"] == rendered
    assert errors_in(found.one("ReplicationSource")) == []


@pytest.mark.parametrize("said", ["{}", "{daily: 0}", "{hourly: 0, last: 0}", "{within: 0d}"])
def test_retention_that_keeps_nothing_is_refused(refused, said):
    """VolSync makes `--keep-last 1` of nothing, and fails for ever on zeros alone."""
    (message,) = refused(retain=said)
    assert "[retain]" in message


@pytest.mark.parametrize(
    ("keys", "field", "value"),
    [
        ({"pruneIntervalDays": "0"}, "pruneIntervalDays", 0),
        ({"pruneIntervalDays": "21"}, "pruneIntervalDays", 21),
        ({"storageClassName": '""'}, "storageClassName", ""),
        ({"storageClassName": "fast"}, "storageClassName", "fast"),
        ({"capacity": "10Gi"}, "capacity", "10Gi"),
        ({"accessModes": "[ReadWriteMany]"}, "accessModes", ["ReadWriteMany"]),
        ({"volumeSnapshotClassName": "csi"}, "volumeSnapshotClassName", "csi"),
        ({"copyMethod": "Clone"}, "copyMethod", "Clone"),
        ({"copyMethod": "Direct"}, "copyMethod", "Direct"),
        ({"unlock": "again"}, "unlock", "again"),
        ({"cache": "{capacity: 2Gi}"}, "cacheCapacity", "2Gi"),
        ({"cache": '{storageClassName: ""}'}, "cacheStorageClassName", ""),
        ({"cache": "{accessModes: [ReadWriteOnce]}"}, "cacheAccessModes", ["ReadWriteOnce"]),
        ({"mover": "{serviceAccountName: backup}"}, "moverServiceAccount", "backup"),
        ({"mover": "{podLabels: {a: b}}"}, "moverPodLabels", {"a": "b"}),
        ({"mover": "{resources: {limits: {memory: 1Gi}}}"}, "moverResources", {"limits": {"memory": "1Gi"}}),
        ({"mover": "{securityContext: {runAsUser: 0}}"}, "moverSecurityContext", {"runAsUser": 0}),
        ({"mover": "{affinity: {nodeAffinity: {}}}"}, "moverAffinity", {"nodeAffinity": {}}),
        ({"excludeCaches": "true", "volsyncVersion": '"0.17"'}, "exclude", {"caches": True}),
        ({"excludeCaches": "false", "volsyncVersion": '"0.17"'}, "exclude", {"caches": False}),
        (
            {"mover": "{tolerations: [{operator: Exists}]}", "volsyncVersion": '"0.17"'},
            "moverTolerations",
            [{"operator": "Exists"}],
        ),
    ],
)
def test_key_becomes_its_field_and_nothing_else(render, keys, field, value):
    found = render(**keys)
    restic = found.restic()
    assert restic[field] == value
    assert set(restic) == {"repository", "copyMethod", "retain", field}
    version = keys.get("volsyncVersion", "0.16").strip('"')
    assert errors_in(found.one("ReplicationSource"), volsync=version) == []


@pytest.mark.parametrize("value", [True, False])
def test_paused_is_rendered_either_way(render, value):
    assert render(paused=str(value).lower()).one("ReplicationSource")["spec"]["paused"] is value


@pytest.mark.parametrize(
    "keys",
    [{"excludeCaches": "true"}, {"excludeCaches": "false"}, {"mover": "{tolerations: [{operator: Exists}]}"}],
)
def test_field_that_the_installed_crd_lacks_is_refused(refused, keys):
    (message,) = refused(**keys)
    assert 'set volsyncVersion: "0.17" where that runs' in message


def test_null_over_a_lower_layer_drops_the_field(render, tmp_path):
    text = "{pruneIntervalDays: 14, cache: {capacity: 2Gi, storageClassName: fast}, mover: {podLabels: {a: b}}}"
    (tmp_path / "low.yaml").write_text(overlay(text))
    restic = render(overlays="[low.yaml]", pruneIntervalDays="null", cache="{capacity: null}", mover="null").restic()
    assert "pruneIntervalDays" not in restic
    assert "moverPodLabels" not in restic
    assert "cacheCapacity" not in restic
    assert restic["cacheStorageClassName"] == "fast"


@pytest.mark.parametrize(
    ("said", "rendered"),
    [
        ("15 3 * * *", "15 3 * * *"),
        ('"*/30 * * * *"', "*/30 * * * *"),
        ("0 2 * * MON", "0 2 * * 1"),
        ("0 2 * JAN-MAR sun", "0 2 * 1-3 0"),
        ("0 9-17 * * 1,3-5", "0 9-17 * * 1,3,4,5"),
        ("0 0-6/2 * * *", "0 0,2,4,6 * * *"),
        ("1-59/20 4 ? * *", "1,21,41 4 * * *"),
        ('"*/15,30 * * * *"', "0,15,30,45 * * * *"),
    ],
)
def test_cron_is_rewritten_only_as_far_as_volsync_needs(render, said, rendered):
    found = render(schedule=said).one("ReplicationSource")
    assert found["spec"]["trigger"] == {"schedule": rendered}
    assert AS_MEANT.fullmatch(rendered)
    assert errors_in(found) == []


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
@pytest.mark.parametrize("said", ["@hourly", "@daily", "@weekly", "@monthly", "H H * * *", "H/15 H(1-4) * * MON-FRI"])
def test_spread_schedule_is_one_that_the_crd_takes(render, said, zone):
    found = render(schedule=f'"{said}"', timeZone=zone).one("ReplicationSource")
    schedule = found["spec"]["trigger"]["schedule"]
    assert AS_MEANT.fullmatch(schedule)
    assert schedule.startswith(f"CRON_TZ={zone} ") is (zone != "UTC")
    assert errors_in(found) == []


def test_token_alone_is_the_trigger(render):
    assert render(schedule=None, manual="once").one("ReplicationSource")["spec"]["trigger"] == {"manual": "once"}


def test_schedule_beside_a_token_is_refused_because_volsync_would_ignore_it(refused):
    (message,) = refused(manual="once")
    assert "VolSync ignores the schedule while 'manual' is set" in message


def test_copy_method_has_no_default(refused):
    (message,) = refused(copyMethod=None)
    assert "no copyMethod, and VolSync has no default" in message


def test_repository_volume_comes_before_other_mover_volumes(render):
    nfs = "{mountPath: repository, nfs: {server: nas.example.com, path: /restic}}"
    other = "{mountPath: options, volumeSource: {secret: {secretName: options}}}"
    repository = f"{{url: /mnt/repository/web, secret: {{name: web}}, volume: {nfs}}}"
    found = render(repository=repository, mover=f"{{moverVolumes: [{other}]}}")
    assert found.restic()["moverVolumes"] == [
        {"mountPath": "repository", "volumeSource": {"nfs": {"server": "nas.example.com", "path": "/restic"}}},
        {"mountPath": "options", "volumeSource": {"secret": {"secretName": "options"}}},
    ]
    assert errors_in(found.one("ReplicationSource")) == []
