"""`backplan run`: which arguments reach restic, as whom, and which never do."""

import pytest

from tests.renderer.oncall.conftest import SPEC, VOLSYNC

ID = "6a7d6ec6"
OWN = ["--no-lock", "--host=shop/web/data"]
TWO_VOLUMES = "[{name: data, claim: web-data}, {name: media, claim: web-media}]"


def refusals(called):
    assert (called.code, called.out) == (2, ""), called
    return [line.removeprefix("backplan: ") for line in called.said.splitlines()]


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["snapshots"], ["snapshots", *OWN]),
        (["snapshots", "--json", "-c", "--latest", "3"], ["snapshots", *OWN, "--json", "-c", "--latest=3"]),
        (["snapshots", "--path=/data", ID], ["snapshots", *OWN, "--path=/data", ID]),
        (["snapshots", "-g", "host"], ["snapshots", *OWN, "--group-by=host"]),
        (["stats", "--mode", "raw-data"], ["stats", *OWN, "--mode=raw-data"]),
        (["stats", "--path", "--json"], ["stats", *OWN, "--path=--json"]),
        (["stats", "latest"], ["stats", *OWN, "latest"]),
        (["ls"], ["ls", *OWN, "--path=/data", "latest"]),
        (["ls", "-l", "/in side"], ["ls", *OWN, "--path=/data", "-l", "latest", "/in side"]),
        (["ls", f"{ID}:/inside", "/deeper"], ["ls", *OWN, "--path=/data", f"{ID}:/inside", "/deeper"]),
        (["ls", "--path=/old", "latest"], ["ls", *OWN, "--path=/old", "latest"]),
    ],
)
def test_looking_is_restic_s_own_command_with_the_app_s_identity(fleet, words, command):
    fleet.policy()
    called = fleet.run("--", *words)
    assert called.container["command"] == ["restic", *command]
    assert called.object["spec"]["backoffLimit"] == 0
    assert not [name for name in called.env if name.startswith("BACKPLAN_")]
    assert called.volumes.keys() == {"cache", "tmp"}


def test_two_dashes_may_be_left_out_and_our_options_stand_before_them(fleet):
    fleet.policy(volumes=TWO_VOLUMES)
    one = fleet.call("run", "web", "--token", "now", "--volume", "media", "--", "snapshots", "--json")
    two = fleet.call("run", "--volume", "media", "--token", "now", "web", "snapshots", "--json")
    assert (one.code, one.out) == (0, two.out)
    assert "--host=shop/web/media" in one.container["command"]
    assert refusals(fleet.call("run", "--volume", "data", "web", "snapshots", "--token", "x")) == [
        "'--token' stands after the operation, where restic's options are; write it before 'snapshots'"
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--repo=s3:elsewhere"], "'--repo' is not passed on: it would carry the credentials of this app to another"),
        (["-r", "s3:elsewhere"], "'-r' is not passed on: it would carry the credentials of this app to another"),
        (["-rs3:elsewhere"], "'-rs3:elsewhere' is not passed on: it would carry the credentials of this app to"),
        (["--repository-file", "/x"], "'--repository-file' is not passed on: it would carry the credentials of"),
        (["-o", "sftp.command=id"], "'-o' is not passed on: it may run a program, or send the credentials elsewhere"),
        (["--option=rclone.program=id"], "'--option' is not passed on: it may run a program, or send the credentials"),
        (["--password-command", "id"], "'--password-command' is not passed on: it would read another password"),
        (["-p/etc/passwd"], "'-p/etc/passwd' is not passed on: it would read another password"),
        (["--insecure-tls"], "'--insecure-tls' is not passed on: it would show the credentials to a server"),
        (["--cacert", "/x"], "'--cacert' is not passed on: it would show the credentials to a server"),
        (["--host", "other"], "'--host' is not passed on: it is set already, to the identity of this app"),
        (["-Hother"], "'-Hother' is not passed on: it is set already, to the identity of this app"),
        (["--cache-dir=/data"], "'--cache-dir' is not passed on: it is set already"),
        (["--verbose=2"], "'--verbose' is not passed on; snapshots takes --json, --compact,"),
        (["--jsno"], "'--jsno' is not passed on; did you mean --json?"),
        (["--json=true"], "'--json' is not passed on; did you mean --json?"),
        (["-cq"], "'-cq' is not passed on; did you mean -q?"),
        (["-"], "'-' is not passed on; did you mean "),
        (["--latest"], "--latest needs a value after it"),
        (["$(RESTIC_PASSWORD)"], "'$(RESTIC_PASSWORD)' has characters that Kubernetes would replace or a log cannot"),
        (["--path", "$(RESTIC_PASSWORD)"], "'$(RESTIC_PASSWORD)' has characters that Kubernetes would replace"),
        (["--path=$$(x)"], "'--path=$$(x)' has characters that Kubernetes would replace"),
        (["a\nb"], "'a\\nb' has characters that Kubernetes would replace or a log cannot show"),
        (["caf\udce9"], "'caf\\udce9' has characters that Kubernetes would replace or a log cannot show"),
        (["/inside"], "'/inside' is no snapshot's id"),
    ],
)
def test_argument_that_is_not_known_to_only_look_is_refused_with_the_reason(fleet, words, line):
    fleet.policy()
    (found,) = refusals(fleet.run("--", "snapshots", *words))
    assert found.startswith(line)


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (
            ["unlock", "--remove-all"],
            ["'--remove-all' is not passed on: it would remove the locks of backups that are"],
        ),
        (["unlock", "x"], ["'x' is not passed on: unlock takes no snapshots and no folders"]),
        (["backup", "--tag=x"], ["'--tag' is not passed on: backup takes no arguments"]),
        (["check", "--read-data-subset=all"], ["'all' is no part of the data; write 1/20, 5% or 2G"]),
        (["check", "--read-data", "--read-data-subset=5%"], ["--read-data reads all, and --read-data-subset a part;"]),
        (["stats", "--mode", "bogus"], ["'bogus' is nothing that restic takes for --mode; there is restore-size, "]),
        (["snapshots", "--latest=x"], ["'x' is nothing that restic takes for --latest; write a whole number"]),
        (["snapshots", "-g", "user"], ["'user' is nothing that restic takes for --group-by; write host, paths and"]),
        (["ls", "-s", "colour"], ["'colour' is nothing that restic takes for --sort; there is name, size, time"]),
        (["check", "--with-cache"], ["'--with-cache' is not passed on; check takes --read-data, --read-data-subset"]),
        (["ls", "inside"], ["'inside' is neither a snapshot's id nor a folder, which begins with '/'"]),
        (["snapshots", "6a7d6e"], ["'6a7d6e' is no snapshot's id"]),
        (["ls", ID, "inside"], ["'inside' is neither a snapshot's id nor a folder, which begins with '/'"]),
        (["forget", "--prune"], ["no operation 'forget' to run; the maintenance does it, by `retain`"]),
        (["restore"], ["no operation 'restore' to run; `backplan restore` does it"]),
        (["snapshot"], ["no operation 'snapshot' to run; did you mean 'snapshots'?"]),
        (["mount"], ["no operation 'mount' to run; there is snapshots, stats, ls, check, unlock, backup"]),
        (["--json"], ["no operation '--json' to run; options of backplan stand before the app, those of restic after"]),
        (["stats", "-o", "a=b", "--repo", "x", "y"], ["'-o' is not", "'--repo' is not", "'y' is no snapshot's id"]),
    ],
)
def test_each_mistake_is_one_line(fleet, words, lines):
    fleet.policy()
    found = refusals(fleet.run("--", *words))
    assert [one.startswith(line) for one, line in zip(found, lines, strict=True)] == [True] * len(lines), found


@pytest.mark.parametrize("part", ["0/0", "9/3", "0/3", "1/257", "0%", "0.0%", "900%", "100.5%", "5", "0G", ""])
def test_part_of_the_data_that_every_restic_refuses_is_refused(fleet, part):
    fleet.policy()
    (line,) = refusals(fleet.run("--", "check", f"--read-data-subset={part}"))
    assert line == f"'{part}' is no part of the data; write 1/20, 5% or 2G"


@pytest.mark.parametrize("part", ["1/1", "256/256", "0.5%", "100%", "10K", "2G"])
def test_part_of_the_data_that_restic_takes_is_passed_on(fleet, part):
    fleet.policy()
    assert fleet.run("--", "check", f"--read-data-subset={part}").env["BACKPLAN_READ_DATA_SUBSET"] == part


def test_order_of_a_list_is_refused_where_the_pinned_restic_has_none(fleet):
    fleet.policy(mover="{image: 'restic/restic:0.17.3'}")
    for words in (["-s", "size"], ["--reverse"]):
        (line,) = refusals(fleet.run("--", "ls", *words))
        assert line.endswith(" needs restic 0.18, and the image has 0.17.3; leave it out")
    fleet.policy()
    assert fleet.run("--", "ls", "-s", "size", "--reverse").code == 0


def test_nothing_to_run_is_usage(fleet):
    fleet.policy()
    assert fleet.call("run", "web").code == 2
    assert fleet.call("run", "web", "--").code == 2


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], None),
        (["--read-data"], "100%"),
        (["--read-data-subset", "1/20"], "1/20"),
        (["--read-data-subset=5%"], "5%"),
    ],
)
def test_check_is_the_mover_s(fleet, words, asked):
    fleet.policy()
    called = fleet.run("--", "check", *words)
    assert (called.env["BACKPLAN_OPERATION"], called.env.get("BACKPLAN_READ_DATA_SUBSET")) == ("check", asked)
    assert called.container["command"] == ["/bin/sh", "/mover/mover.sh"]
    assert "data" not in called.volumes
    assert "- it waits for all backups to end, and while it runs none of them can go on\n" in called.said


def test_backup_alone_mounts_the_volume_and_only_reads_it(fleet):
    fleet.policy()
    called = fleet.run("--", "backup")
    claim = {"claimName": "web-data", "readOnly": True}
    assert called.volumes["data"] == {"name": "data", "persistentVolumeClaim": claim}
    assert {"name": "data", "mountPath": "/data", "readOnly": True} in called.container["volumeMounts"]
    assert "needs in namespace 'shop': Secret restic, claim web-backup-cache, claim web-data\n" in called.said
    for operation in ("snapshots", "stats", "ls", "check", "unlock"):
        assert "persistentVolumeClaim" not in fleet.run("--", operation).out


def test_clone_of_a_volume_is_not_kept_for_a_week(fleet):
    fleet.policy(volumes="[{name: data, claim: a, copyMethod: Clone, capacity: 9Gi}]")
    called = fleet.run("--", "backup")
    assert called.object["spec"]["ttlSecondsAfterFinished"] == 3600
    assert "- the clone of the volume is there as long as the Job, which goes away an hour" in called.said
    assert fleet.run("--", "check").object["spec"]["ttlSecondsAfterFinished"] == 7 * 24 * 3600
    assert "the clone" not in fleet.run("--", "check").said


def test_volume_is_asked_for_only_where_it_makes_a_difference(fleet):
    fleet.policy(volumes=TWO_VOLUMES)
    assert refusals(fleet.run("--", "snapshots")) == ["web has the volumes 'data' and 'media'; say which with --volume"]
    for operation in ("check", "unlock"):
        labels = fleet.run("--", operation).object["metadata"]["labels"]
        assert "backplan.dev/volume" not in labels
    names = "{maintenance: '{app}-{volume}-keep', init: '{app}-{volume}-init'}"
    repository = "{url: 's3:https://s3.example.com/{volume}', secret: {name: restic}}"
    fleet.policy(volumes=TWO_VOLUMES, names=names, repository=repository)
    assert refusals(fleet.run("--", "check")) == ["web has the volumes 'data' and 'media'; say which with --volume"]
    assert fleet.run("--volume", "media", "--", "check").env["RESTIC_REPOSITORY"] == "s3:https://s3.example.com/media"


def test_shared_repository_says_whom_else_it_is_about(fleet):
    fleet.write(
        "backplan.yaml",
        "apiVersion: backplan.dev/v1alpha1\nkind: BackupFleet\nspec:\n  cluster: home\n  repositories:\n"
        "    - {name: nas, namespace: backup, url: 'rest:http://nas:8000/all', secret: {name: nas}}\n",
    )
    fleet.policy(repository="{ref: nas, secret: {name: mine}}")
    for operation in ("check", "unlock"):
        assert "- repository 'nas' is shared: this is about all of its apps\n" in fleet.run("--", operation).said
    called = fleet.run("--", "snapshots")
    assert "--host=home/shop/web/data" in called.container["command"]
    assert called.container["envFrom"] == [{"secretRef": {"name": "mine"}}]


def test_what_is_about_a_whole_repository_has_the_credential_of_its_maintenance(fleet):
    repository = SPEC["repository"].replace("secret:", "keys: {RESTIC_REST_PASSWORD: rest}, secret:")
    fleet.policy(repository=repository, maintenance="{secret: {name: restic-delete}}")
    for operation in ("snapshots", "stats", "ls", "backup", "check", "unlock"):
        called = fleet.run("--", operation)
        name = "restic-delete" if operation in ("check", "unlock") else "restic"
        assert called.container["envFrom"] == [{"secretRef": {"name": name}}]
        assert called.env["RESTIC_REST_PASSWORD"]["secretKeyRef"]["name"] == name
        assert f"Secret {name}" in called.said


class TestVolSync:
    """Looking works with the Secret of VolSync; what VolSync does itself is left to it."""

    def test_looking_is_at_volsync_s_history(self, fleet):
        fleet.policy(**VOLSYNC)
        called = fleet.run("--", "snapshots")
        assert called.container["command"] == ["restic", "snapshots", "--no-lock", "--host=volsync"]
        assert called.env["GOOGLE_APPLICATION_CREDENTIALS"] == "/credentials/gcs.json"
        assert called.volumes["credentials"]["secret"]["optional"] is True

    def test_check_says_what_it_does_to_volsync_s_backups(self, fleet):
        fleet.policy(**VOLSYNC)
        assert "- VolSync's backups do not wait: they fail meanwhile" in fleet.run("--", "check").said

    @pytest.mark.parametrize(
        ("operation", "patch"),
        [
            ("backup", '{"spec":{"trigger":{"manual":"now"}}}'),
            ("unlock", '{"spec":{"restic":{"unlock":"now"}}}'),
        ],
    )
    def test_what_the_operator_does_is_told(self, fleet, operation, patch):
        fleet.policy(**VOLSYNC)
        called = fleet.run("--", operation)
        assert (called.code, called.out) == (1, "")
        assert f"\n  kubectl -n shop patch replicationsource web --type=merge -p '{patch}'\n" in called.said
