"""`backplan restore`: what is printed, what is told, and what is refused."""

import re
from datetime import UTC, datetime

import pytest

from renderer.oncall import Point, moment
from tests.renderer.oncall.conftest import VOLSYNC

TWO_VOLUMES = "[{name: data, claim: web-data}, {name: media, claim: web-media}]"
TWO_TARGETS = (
    "[{name: near, repository: {url: 'rest:http://nas:8000/{app}'}}, "
    "{name: far, repository: {url: 's3:https://s3.example.com/far/{app}'}}]"
)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def refusals(called):
    """One a line; nothing was printed."""
    assert (called.code, called.out) == (2, ""), called
    return [line.removeprefix("backplan: ") for line in called.said.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        ((), {}),
        (("--as-of", "2026-03-01T00:00:00Z"), {"BACKPLAN_AS_OF": "2026-03-01T00:00:00Z"}),
        (("--as-of", "2026-03-01T00:00:00.123456789+02:00"), {"BACKPLAN_AS_OF": "2026-03-01T00:00:00.123456789+02:00"}),
        (("--previous", "3"), {"BACKPLAN_PREVIOUS": "3"}),
        (("--snapshot", "6a7d6ec6"), {"BACKPLAN_SNAPSHOT": "6a7d6ec6"}),
        (("--overwrite", "--delete"), {"BACKPLAN_OVERWRITE": "true", "BACKPLAN_DELETE": "true"}),
    ],
)
def test_mover_is_told_what_was_asked_and_nothing_else(fleet, arguments, env):
    fleet.policy()
    usual = fleet.restore().env
    assert fleet.restore(*arguments).env == usual | env
    assert (usual["BACKPLAN_OPERATION"], usual["BACKPLAN_TOKEN"]) == ("restore", "now")
    assert usual["BACKPLAN_HOST"] == "shop/web/data"
    assert not {"BACKPLAN_AS_OF", "BACKPLAN_PREVIOUS", "BACKPLAN_SNAPSHOT", "BACKPLAN_OVERWRITE"} & usual.keys()


def test_claim_that_is_filled_is_the_only_one(fleet):
    fleet.policy()
    assert fleet.restore().volumes["data"] == {"name": "data", "persistentVolumeClaim": {"claimName": "web-data"}}
    other = fleet.restore("--to", "check-1")
    assert other.volumes["data"]["persistentVolumeClaim"] == {"claimName": "check-1"}
    assert "web-data" not in other.out


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("2026-03-01T05:00:00", "has no zone; write 2026-03-01T05:00:00Z if it is UTC, or your offset"),
        ("2026-03-01", "has no zone; write 2026-03-01T00:00:00Z if it is UTC, or your offset"),
        ("2026-03-01 05:00", "has no zone; write 2026-03-01T05:00:00Z if it is UTC, or your offset"),
        ("2026-03-01 05:00Z", "is not as RFC 3339 has it; write 2026-03-01T05:00:00Z"),
        ("20260301T050000+0200", "is not as RFC 3339 has it; write 2026-03-01T05:00:00+02:00"),
        ("2026-03-01T05:00:00+02:00:30", "is not as RFC 3339 has it; write 2026-03-01T02:59:30Z"),
        ("0001-01-01T00:00:00+02:00:30", "is no time with its zone; write it as 2026-03-01T00:00:00Z (RFC 3339)"),
        ("1969-12-31T23:59:59Z", "is before 1970, when no snapshot was made; name a later time"),
        ("2026-02-30T00:00:00Z", "is no time with its zone; write it as 2026-03-01T00:00:00Z (RFC 3339)"),
        ("yesterday", "is no time with its zone; write it as 2026-03-01T00:00:00Z (RFC 3339)"),
        ("", "is no time with its zone; write it as 2026-03-01T00:00:00Z (RFC 3339)"),
    ],
)
def test_time_without_its_zone_is_refused_with_the_way_out(fleet, text, way_out):
    fleet.policy()
    (line,) = refusals(fleet.restore("--as-of", text))
    assert line.startswith(f"'{text}' {way_out}")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--previous", "-1"], "--previous is how many newer snapshots to skip, a whole number, not '-1'"),
        (["--previous", "two"], "--previous is how many newer snapshots to skip, a whole number, not 'two'"),
        (["--previous", "٣"], "--previous is how many newer snapshots to skip, a whole number, not '٣'"),
        (
            ["--previous", "9" * 11],
            f"no repository has as many snapshots as --previous {'9' * 11}; name a smaller number",
        ),
        (["--snapshot", "latest"], "'latest' is no snapshot's id, which has 8 to 64 hexadecimal digits"),
        (["--snapshot", "6A7D6EC6"], "'6A7D6EC6' is no snapshot's id, which has 8 to 64 hexadecimal digits"),
        (["--to", "Web_Data"], "'Web_Data' is no name for a claim: lower-case letters, digits, '-' and '.' only"),
        (["--delete"], "--delete is about files that are in the claim already; give --overwrite as well"),
        (["--volume", "dtaa"], "no volume 'dtaa'; did you mean 'data'?"),
        (["--target", "moon"], "no target 'moon' of volume 'data'; there is 'default'"),
        (["--token", "\udcff"], "'\\udcff' is no token; use letters, digits and '._:-', at most 63"),
        (["--token", "$(id)"], "'$(id)' is no token; use letters, digits and '._:-', at most 63"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(fleet, arguments, line):
    fleet.policy()
    assert refusals(fleet.call("restore", "web", *_joined(arguments))) == [line]


def _joined(arguments):
    """`--previous -1` in one word, as argparse would take the number for an option."""
    return ["=".join(arguments)] if len(arguments) == 2 else arguments


def test_all_mistakes_are_told_at_once(fleet):
    fleet.policy(volumes=TWO_VOLUMES)
    found = refusals(fleet.restore("--as-of", "yesterday", "--to", "A", "--delete", "--volume", "x", "--target", "y"))
    assert len(found) == 4, found


def test_volume_is_never_chosen_by_chance(fleet):
    fleet.policy(volumes=TWO_VOLUMES)
    assert refusals(fleet.restore()) == ["web has the volumes 'data' and 'media'; say which with --volume"]
    assert refusals(fleet.restore("--volume", "")) == ["no volume ''; there is 'data' and 'media'"]
    called = fleet.restore("--volume", "media")
    assert (called.env["BACKPLAN_HOST"], called.volumes["data"]["persistentVolumeClaim"]["claimName"]) == (
        "shop/web/media",
        "web-media",
    )
    assert called.object["metadata"]["labels"]["backplan.dev/volume"] == "media"


def test_first_target_is_taken_and_that_is_told(fleet):
    fleet.policy(targets=TWO_TARGETS)
    called = fleet.restore()
    assert called.env["RESTIC_REPOSITORY"] == "rest:http://nas:8000/web"
    assert "- target 'near' is the first of near, far; --target takes another\n" in called.said
    far = fleet.restore("--target", "far")
    assert far.env["RESTIC_REPOSITORY"] == "s3:https://s3.example.com/far/web"
    assert "is the first" not in far.said


def test_talk_says_what_will_happen_and_what_comes_next(fleet):
    fleet.policy()
    called = fleet.restore()
    name = called.object["metadata"]["name"]
    whose = "shop/web (volume 'data', target 'default')"
    assert called.said.splitlines() == [
        f"Job shop/{name} restores the newest snapshot of {whose} into claim 'web-data'",
        "- this is the app's own claim: scale the app down first, so that nothing else writes to it",
        "- if the claim is not empty nothing is changed, and the result is 'guarded'; --overwrite writes over it",
        "- needs in namespace 'shop': Secret restic, claim web-data",
        "next:",
        "  kubectl apply -f -    # reads what is on standard output",
        f"  kubectl -n shop logs -f job/{name} --pod-running-timeout=15m",
        f"  kubectl -n shop wait job/{name} '--for=condition=Complete' --timeout=15m",
    ]


@pytest.mark.parametrize("keys", [{}, VOLSYNC])
def test_claim_of_another_app_is_told_and_volsync_does_not_write_over_it_unasked(fleet, keys):
    fleet.policy(**keys)
    fleet.policy("db", claim="db-data")
    fleet.policy("far", namespace="blog", claim="far-data")
    remark = "- this is the claim of app 'db': scale that app down first, so that nothing else writes to it\n"
    assert remark in fleet.restore("--to", "db-data", "--overwrite").said
    assert "this is the claim" not in fleet.restore("--to", "far-data").said
    if keys:
        (line,) = refusals(fleet.restore("--to", "db-data"))
        assert line.startswith("claim 'db-data' is that of app 'db', and VolSync writes over what is in it")


def test_talk_knows_whose_the_claim_is(fleet):
    fleet.policy(volumes=TWO_VOLUMES)
    assert "scale the app down" not in fleet.restore("--volume", "data", "--to", "new").said
    assert "- this is the claim of volume 'media': scale" in fleet.restore("--volume", "data", "--to", "web-media").said
    assert "others stay; --delete removes them" in fleet.restore("--volume", "data", "--overwrite").said
    assert "others go\n" in fleet.restore("--volume", "data", "--overwrite", "--delete").said


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (Point(), "the newest snapshot"),
        (Point(as_of="2026-03-01T11:00:00Z"), "the newest snapshot at or before 2026-03-01T11:00:00Z"),
        (
            Point(as_of="2027-03-01T11:00:00Z"),
            "the newest snapshot at or before 2027-03-01T11:00:00Z, a time that is still to come",
        ),
        (Point(previous="2"), "the newest snapshot but 2"),
        (Point(previous="00"), "the newest snapshot"),
        (Point(snapshot="6a7d6ec6"), "snapshot 6a7d6ec6"),
    ],
)
def test_snapshot_in_words(point, words):
    assert (list(point.mistakes()), point.told(NOON)) == ([], words)


def test_every_print_is_another_object(fleet):
    fleet.policy()
    metadata = fleet.call("restore", "web").object["metadata"]
    assert re.fullmatch(r"web-restore-\d{8}-\d{6}", metadata["name"])
    token = metadata["annotations"]["backplan.dev/token"]
    assert re.sub(r"[^0-9]", "", token) == re.sub(r"[^0-9]", "", metadata["name"])
    names = {moment(clock, None, []).name("web-restore", 63) for clock in (0.0, 0.9, 1.0)}
    assert names == {"web-restore-19700101-000000", "web-restore-19700101-000001"}


def test_same_token_is_the_same_object_and_no_other(fleet):
    fleet.policy(manual="now")
    one, two = fleet.run("--", "backup"), fleet.run("--", "backup")
    assert one.out == two.out
    rendered = fleet.call("render").out
    assert f"name: {one.object['metadata']['name']}\n" not in rendered, "its Job has this token too"


@pytest.mark.parametrize("length", [1, 20, 40])
def test_name_stays_within_what_kubernetes_takes(fleet, length):
    app = "a" * (length - 1) + "b"
    fleet.policy(app)
    jobs = [fleet.call(*words).object for words in (["restore", app], ["run", app, "--", "unlock"])]
    found = {job["metadata"]["name"] for job in jobs}
    assert len(found) == 2
    assert all(len(name) <= 63 and re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name) for name in found), found


def test_long_names_that_are_cut_stay_apart():
    now = moment(0, None, [])
    assert now.name("a" * 60 + "-data", 63) != now.name("a" * 60 + "-media", 63)


class TestVolSync:
    """A ReplicationDestination, as VolSync restores."""

    def test_own_claim_is_overwritten_only_where_that_was_asked_for(self, fleet):
        fleet.policy(**VOLSYNC)
        (line,) = refusals(fleet.restore())
        assert line == (
            "claim 'web-data' is the app's own, and VolSync writes over what is in it without a question; "
            "give --overwrite, or another claim with --to"
        )
        assert fleet.restore("--overwrite").object["spec"]["restic"]["destinationPVC"] == "web-data"
        assert fleet.restore("--to", "check").object["spec"]["restic"]["destinationPVC"] == "check"

    def test_what_was_asked_is_in_volsync_s_words(self, fleet):
        fleet.policy(**VOLSYNC)
        spec = fleet.restore("--to", "check", "--as-of", "2026-03-01T00:00:00Z", "--overwrite", "--delete").object[
            "spec"
        ]
        assert spec == {
            "trigger": {"manual": "now"},
            "restic": {
                "repository": "restic",
                "destinationPVC": "check",
                "copyMethod": "Direct",
                "restoreAsOf": "2026-03-01T00:00:00Z",
                "enableFileDeletion": True,
            },
        }
        assert fleet.restore("--to", "check", "--previous", "2").object["spec"]["restic"]["previous"] == 2

    def test_snapshot_s_id_is_refused_with_the_way_out(self, fleet):
        fleet.policy(**VOLSYNC)
        (line,) = refusals(fleet.restore("--to", "check", "--snapshot", "6a7d6ec6"))
        assert line.startswith("VolSync restores by time, not by a snapshot's id; give --as-of with its time")

    def test_talk_warns_of_what_volsync_does_in_silence(self, fleet):
        fleet.policy(**VOLSYNC)
        called = fleet.restore("--to", "check")
        name = called.object["metadata"]["name"]
        assert "- VolSync succeeds where no snapshot fits, and restores nothing: look" in called.said
        assert called.said.endswith(
            f"  kubectl -n shop wait replicationdestination/{name} '--for=jsonpath={{.status.lastManualSync}}=now' "
            f"--timeout=15m\n  kubectl -n shop delete replicationdestination/{name}\n"
        )

    def test_patches_of_the_policy_apply_but_change_nothing_of_what_was_asked(self, fleet):
        patch = "{spec: {trigger: {manual: theirs}, restic: {previous: 7, moverServiceAccount: mine}}}"
        fleet.policy(**VOLSYNC, patches=f"[{{target: {{kind: ReplicationDestination}}, patch: {patch}}}]")
        spec = fleet.restore("--to", "check").object["spec"]
        assert (spec["trigger"], spec["restic"]["moverServiceAccount"]) == ({"manual": "now"}, "mine")
        assert "previous" not in spec["restic"]

    def test_patched_mover_is_the_one_that_restores(self, fleet):
        restic = "{cacheCapacity: 9Gi, destinationPVC: theirs, moverSecurityContext: {runAsUser: 7}}"
        patch = f"{{target: {{kind: ReplicationDestination}}, patch: {{spec: {{restic: {restic}}}}}}}"
        mover = "{securityContext: {runAsUser: 1000}}"
        fleet.policy(**VOLSYNC, cache="{capacity: 1Gi}", mover=mover, patches=f"[{patch}]")
        found = fleet.restore("--to", "check").object["spec"]["restic"]
        assert (found["cacheCapacity"], found["destinationPVC"]) == ("9Gi", "check")
        assert found["moverSecurityContext"]["runAsUser"] == 7

    def test_longest_name_is_none_that_volsync_hashes(self, fleet):
        app = "a" * 60
        fleet.policy(app, **VOLSYNC)
        name = fleet.restore("--overwrite", app=app).object["metadata"]["name"]
        assert len(f"volsync-dst-{name}") <= 63
