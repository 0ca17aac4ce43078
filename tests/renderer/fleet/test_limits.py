"""`limits`: on which hosts repositories may lie, and which keys only the fleet sets. Messages: tests/invalid/limits."""

import pytest

from tests.renderer.fleet.repository import DEFAULTS, GLOB

NFS = "volume: {mountPath: nas, nfs: {server: NAS.example.com, path: /x}}"
CLAIM = "volume: {mountPath: nas, persistentVolumeClaim: {claimName: x}}"


URL = 'url: "s3:https://s3.example.com/{namespace}/{app}"'


def code(fleet, limits, repository):
    """The exit code of a policy whose repository has such keys."""
    fleet.fleet(f"{GLOB}  limits: {{{limits}}}\n", defaults=DEFAULTS.replace(URL, repository))
    fleet.apps("media/jellyfin")
    found, _, err = fleet.run("validate", "--format", "json")
    assert err == ""
    return found


@pytest.mark.parametrize(
    ("host", "repository"),
    [
        ("s3.example.com", 'url: "s3:https://s3.example.com/x"'),
        ("s3.example.com", 'url: "s3:https://S3.Example.com:443/x"'),
        ("S3.example.com", 'url: "s3:https://s3.example.com:9000/x"'),
        ("s3.example.com:9000", 'url: "s3:http://s3.example.com:9000/x"'),
        ("s3.example.com:443", 'url: "s3:s3.example.com/x"'),
        ("s3.example.com:80", 'url: "s3:http://s3.example.com/x"'),
        ("*.example.com", 'url: "rest:https://a.b.example.com/x"'),
        ("host", 'url: "sftp:user@host:/x"'),
        ("host:22", 'url: "sftp:user@host:/x"'),
        ("host:2222", 'url: "sftp://user@host:2222//x"'),
        ("[::1]", 'url: "rest:http://[::1]:8000/x"'),
        ("b2:bucket", 'url: "b2:bucket:/x"'),
        ("rclone:remote", 'url: "rclone:remote:x"'),
        ("nas.example.com", f'url: "/mnt/nas/x", {NFS}'),
        ("/mnt/nas", f'url: "/mnt/nas/x", {CLAIM}'),
        ("/mnt/nas/", 'url: "local:/mnt/nas"'),
    ],
)
def test_repository_on_a_listed_host_is_accepted(fleet, host, repository):
    assert code(fleet, f"repositoryHosts: [other.example.com, '{host}']", repository) == 0


@pytest.mark.parametrize(
    ("host", "repository"),
    [
        ("example.com", 'url: "s3:https://s3.example.com/x"'),
        ("*.example.com", 'url: "s3:https://example.com/x"'),
        ("*.example.com", 'url: "s3:https://notexample.com/x"'),
        ("*.example.com", 'url: "s3:https://evil?.example.com/x"'),
        ("*.example.com", 'url: "b2:evil.example.com:/x"'),
        ("s3.example.com", 'url: "s3:https://s3.example.com.evil.example.net/x"'),
        ("s3.example.com", 'url: "s3:https://evil.example.net/s3.example.com"'),
        ("s3.example.com:9000", 'url: "s3:https://s3.example.com/x"'),
        ("s3.example.com:443", 'url: "s3:http://s3.example.com/x"'),
        ("user", 'url: "sftp:user@host:/x"'),
        ("bucket", 'url: "b2:bucket:/x"'),
        ("b2:bucket", 'url: "gs:bucket:/x"'),
        ("/mnt/nas", f'url: "/mnt/nas/x", {NFS}'),
        ("/mnt/nas", f'url: "/mnt/nas/../usb", {CLAIM}'),
        ("/mnt/na", f'url: "/mnt/nas/x", {CLAIM}'),
        ("nas", 'url: "/mnt/nas/x"'),
    ],
)
def test_repository_elsewhere_is_refused(fleet, host, repository):
    assert code(fleet, f"repositoryHosts: ['{host}']", repository) == 1


def test_no_host_at_all_may_be_listed(fleet):
    assert code(fleet, "repositoryHosts: []", 'url: "s3:https://s3.example.com/x"') == 1


def test_what_is_refused_is_not_repeated_where_it_is_no_name(fleet):
    fleet.fleet(GLOB + "  limits: {repositoryHosts: [a]}\n")
    fleet.policy("apps/x/y/backup-policy.yaml", 'claim: d, repository: {url: "rclone::http,url=https://u:pw@h/:x"}')
    assert "pw" not in fleet.run("validate")[2]


@pytest.mark.parametrize(
    ("forbid", "spec"),
    [
        ("exclude", "exclude: [x]"),
        ("exclude", "volumes: [{name: data, exclude: [x]}]"),
        ("exclude", "targets: [{name: default, volumes: [{name: data, exclude: [x]}]}]"),
        ("volumes.exclude", "exclude: [x]"),
        ("volumes[].exclude", "volumes: [{name: data, exclude: [x]}]"),
        ("spec.retain", "retain: {daily: 1}"),
        ("retain", "targets: [{name: default, retain: {daily: 1}}]"),
        ("retain.daily", "retain: {daily: 1}"),
        ("retain.daily", "retain: null"),
        ("restores.overwrite", "restores: [{name: x, overwrite: true}]"),
        ("labels.team", "labels: {team: x}"),
        ("mover", "mover: {}"),
        ("patches", "patches: []"),
        ("accept", "accept: []"),
    ],
)
def test_forbidden_key_is_found_wherever_it_may_stand(fleet, forbid, spec):
    fleet.fleet(GLOB + f"  limits: {{forbid: ['{forbid}']}}\n", defaults=DEFAULTS + "    claim: data\n")
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", spec)
    found, _, err = fleet.run("validate")
    assert (found, err.count("[limits]")) == (1, 1)


@pytest.mark.parametrize(
    ("forbid", "spec"),
    [
        ("retain.yearly", "retain: {daily: 1}"),
        ("labels.team", "labels: {teams: x}"),
        ("claim", "volumes: [{name: data, claim: x}]"),
        ("mover.image", "mover: {resources: {limits: {memory: 1Gi}}}"),
    ],
)
def test_key_beside_a_forbidden_one_may_be_set(fleet, forbid, spec):
    fleet.fleet(GLOB + f"  limits: {{forbid: ['{forbid}']}}\n", defaults=DEFAULTS + "    claim: data\n")
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", spec)
    assert fleet.run("validate")[0] == 0


def test_layers_of_the_fleet_may_set_what_they_forbid(fleet):
    fleet.overlay("overlays/ours.yaml", "paused: true")
    fleet.fleet(
        '  clusters: [{name: home, policies: ["apps/{namespace}/{app}/backup-policy.yaml"], overlays: [ours]}]\n'
        "  overlays: [ours]\n  limits: {forbid: [paused, retain, claim]}\n",
        defaults=DEFAULTS + "    claim: data\n",
    )
    fleet.policy("apps/media/jellyfin/backup-policy.yaml", "window: null")
    assert "paused: true" in fleet.rendered()


@pytest.mark.parametrize("forbid", ["mover.imag", "volumes.exclud", "a.b", "", ".", "mover..image", "mover.image.x.y"])
def test_unknown_key_is_refused(fleet, forbid):
    fleet.fleet(GLOB + f"  limits: {{forbid: ['{forbid}']}}\n")
    fleet.apps("media/jellyfin")
    assert fleet.run("validate")[0] == 1
