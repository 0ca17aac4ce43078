"""From the merged spec to typed backups: where values come from, and what is missing."""

import pytest

from renderer.policy import App, build
from renderer.policy.restores import listed
from renderer.schema import key_of
from renderer.source import read

SCHEMA = key_of("layer.json")
APP = App("documents", "paperless", None)
WHOLE = """
engine: volsync
copyMethod: Snapshot
schedule: "@daily"
retain: {daily: 7}
repository: {url: "s3:https://s3.example.com/{app}/{volume}/{target}", secret: {name: "{app}-{volume}"}}
"""


def built(text):
    spec = read((WHOLE + text).encode(), "a.yaml").documents[0]
    return build(APP, spec, SCHEMA)


def backups(text):
    policy, problems = built(text)
    assert problems == []
    return {(backup.volume, backup.target): backup for backup in policy.backups}


DATA = "volumes: [{name: data, claim: a}]\n"


def test_nearest_of_four_places_wins():
    text = """
capacity: 1Gi
volumes:
  - {name: data, claim: a}
  - {name: media, claim: b, capacity: 2Gi}
targets:
  - {name: nas}
  - {name: cloud, capacity: 3Gi, volumes: [{name: media, capacity: 4Gi}]}
"""
    found = {pair: backup.copy.capacity for pair, backup in backups(text).items()}
    assert found == {
        ("data", "nas"): "1Gi", ("media", "nas"): "2Gi", ("data", "cloud"): "3Gi", ("media", "cloud"): "4Gi",
    }  # fmt: skip


def test_inheritance_is_leaf_by_leaf_and_null_stops_it():
    text = """
cache: {capacity: 1Gi, storageClassName: fast}
volumes:
  - {name: data, claim: a, cache: {capacity: 2Gi}}
  - {name: media, claim: b, cache: {storageClassName: null}}
  - {name: none, claim: c, cache: null}
"""
    found = {
        volume: (backup.cache.capacity, backup.cache.storage_class_name)
        for (volume, _), backup in backups(text).items()
    }
    assert found == {"data": ("2Gi", "fast"), "media": ("1Gi", None), "none": (None, None)}


def test_placeholders_are_those_of_the_pair():
    (backup,) = backups(DATA + "labels: {claim: '{claim}'}\n").values()
    assert backup.repository.url == "s3:https://s3.example.com/paperless/data/default"
    assert backup.extras.labels == {"claim": "a"}


def test_empty_text_zero_and_false_are_values():
    text = DATA + "storageClassName: ''\npruneIntervalDays: 0\npaused: false\n"
    (backup,) = backups(text).values()
    assert (backup.copy.storage_class_name, backup.upkeep.prune_interval_days, backup.paused) == ("", 0, False)


def test_whole_number_with_a_point_is_that_number():
    (backup,) = backups(DATA + "pruneIntervalDays: 7.0\n").values()
    assert backup.upkeep.prune_interval_days == 7


def test_target_may_leave_a_volume_out():
    text = """
volumes: [{name: data, claim: a}, {name: media, claim: b}]
targets: [{name: nas}, {name: cloud, volumes: [{name: media, $remove: true}]}]
"""
    assert set(backups(text)) == {("data", "nas"), ("media", "nas"), ("data", "cloud")}


def test_target_may_change_everything_but_its_name():
    found = backups(DATA + "targets: [{name: nas, schedule: '@hourly', retain: {hourly: 3}}, {name: cloud}]\n")
    assert found["data", "nas"].schedule.text == "@hourly"
    assert (found["data", "nas"].retain.daily, found["data", "nas"].retain.hourly) == (None, 3)
    assert found["data", "cloud"].schedule.text == "@daily"


@pytest.mark.parametrize(
    ("text", "place", "start"),
    [
        ("volumes: []", "a.yaml:2:1", "nothing to back up"),
        ("volumes: [{name: data}]", "a.yaml:7:11", "no claim for volume 'data'"),
        ("volumes: [{name: data, claim: '{claim}'}]", "a.yaml:7:31", "'{claim}' has no value here"),
        ("volumes: [{name: data, claim: '{app}_x'}]", "a.yaml:7:31", "'paperless_x' is not valid here"),
    ],
)
def test_what_is_missing_or_wrong_is_said_once(text, place, start):
    policy, (problem,) = built(text)
    assert policy is None
    assert (str(problem.place), problem.message[: len(start)]) == (place, start)


def test_everything_that_is_missing_is_said_at_once():
    _, problems = build(APP, read(DATA.encode(), "a.yaml").documents[0], SCHEMA)
    assert [problem.message.split(";")[0] for problem in problems] == [
        "no schedule", "no retention, and VolSync would keep a single snapshot", "no repository",
    ]  # fmt: skip


def test_restores_inherit_from_their_volume():
    text = (
        DATA
        + "capacity: 5Gi\naccessModes: [ReadWriteOnce]\n"
        + "restores: [{name: check, onMissing: empty, to: {claim: '{app}-x'}}]\n"
    )
    policy, problems = built(text)
    (restore,) = policy.restores
    assert problems == []
    assert (restore.claim, restore.copy.capacity, restore.copy.access_modes) == (
        "paperless-x",
        "5Gi",
        ["ReadWriteOnce"],
    )


def test_lists_of_names_in_messages_are_short():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert listed([str(n) for n in range(100)]).endswith("7 or another of the policy")
