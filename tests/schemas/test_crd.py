"""The closed CRDs, and the one call by which other tests judge a manifest."""

from copy import deepcopy
from typing import Any

import pytest

from tests.schemas.crd import closed, errors_in

SOURCE: dict[str, Any] = {
    "apiVersion": "volsync.backube/v1alpha1",
    "kind": "ReplicationSource",
    "metadata": {"name": "paperless", "namespace": "documents", "labels": {"backplan.dev/app": "paperless"}},
    "spec": {
        "sourcePVC": "paperless-data",
        "trigger": {"schedule": "17 2 * * *"},
        "restic": {
            "repository": "paperless-restic",
            "copyMethod": "Direct",
            "cacheCapacity": "1Gi",
            "retain": {"last": "3", "daily": 7, "within": "30d"},
            "moverResources": {"requests": {"cpu": 1, "memory": "128Mi"}},
        },
    },
}


def source(**restic: Any) -> dict[str, Any]:
    manifest = deepcopy(SOURCE)
    manifest["spec"]["restic"] |= restic
    return manifest


def test_an_ordinary_source_has_no_errors() -> None:
    assert errors_in(SOURCE) == []


def test_unknown_field_is_named_with_its_place() -> None:
    (error,) = errors_in(source(moverRessources={}))
    assert error.startswith("ReplicationSource/paperless: spec.restic: ")
    assert "moverRessources" in error


@pytest.mark.parametrize(
    "restic",
    [
        {"retain": {"last": 10}},
        {"retain": {"hourly": "24"}},
        {"retain": {}},
        {"retain": {"last": "3 --prune"}},
        {"retain": {"within": "1w"}},
        {"copyMethod": "Copy"},
        {"accessModes": []},
        {"accessModes": ["RWO"]},
        {"capacity": 1.5},
        {"capacity": "10 Gi"},
        {"capacity": "-1Gi"},
        {"repository": "Paperless_Restic"},
        {"pruneIntervalDays": 2**31},
        {"customCA": {"secretName": "ca"}},
        {"customCA": {"secretName": "ca", "configMapName": "ca", "key": "ca.crt"}},
        {"moverPodLabels": {"app": "x" * 64}},
        {"moverVolumes": [{"mountPath": "repo", "volumeSource": {"nfs": {"server": "nas"}}}]},
        {"moverVolumes": [{"mountPath": "repo", "volumeSource": {"emptyDir": {}}}]},
        {"moverSecurityContext": {"runAsUser": -1}},
        {"moverAffinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{}]}}},
    ],
    ids=str,
)
def test_our_schema_refuses(restic: dict[str, Any]) -> None:
    assert all(error.endswith("(our schema)") for error in errors_in(source(**restic)))
    assert errors_in(source(**restic)) != []


@pytest.mark.parametrize(
    ("schedule", "fine"),
    [
        ("0 */6 * * *", True),
        ("1-59/2 * * * *", True),
        ("CRON_TZ=Europe/Berlin 30 1 * * 0", True),
        ("@weekly", True),
        ("@midnight", False),
        ("0 2 * * MON", False),
        ("0 9-17 * * 1,3-5", False),
        ("0 2 * *", False),
        ("0 2 * * * *", False),
        ("garbage 0 2 * * *", False),
        ("@dailyXYZ", False),
        ("12345", False),
    ],
)
def test_schedule_is_one_that_volsync_accepts_and_understands(schedule: str, fine: bool) -> None:
    manifest = deepcopy(SOURCE)
    manifest["spec"]["trigger"] = {"schedule": schedule}
    assert (errors_in(manifest) == []) is fine


def test_schedule_beside_manual_is_refused() -> None:
    manifest = deepcopy(SOURCE)
    manifest["spec"]["trigger"]["manual"] = "now"
    assert errors_in(manifest) != []


def test_fields_of_volsync_0_17_need_that_version() -> None:
    manifest = source(exclude={"caches": True}, moverTolerations=[{"operator": "Exists"}])
    assert errors_in(manifest, volsync="0.17") == []
    assert any(error.endswith("(CRD)") for error in errors_in(manifest))


def test_claim_is_judged_by_our_schema_alone() -> None:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "5Gi"}},
        "storageClassName": "",
    }
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": spec}
    assert errors_in(claim) == []
    assert errors_in(claim | {"status": {}}) != []


def test_kind_without_any_schema_is_an_error() -> None:
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    assert errors_in(manifest) == ["Pod: there is no schema for this kind"]


def test_closing_spares_free_form_objects_and_keeps_int_or_string() -> None:
    free = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    assert closed(free)["additionalProperties"] is True
    assert closed({"type": "object"})["additionalProperties"] is False
    assert closed({"x-kubernetes-int-or-string": True, "anyOf": []})["type"] == ["integer", "string"]
    assert closed({"type": "integer", "format": "int32"})["maximum"] == 2**31 - 1
