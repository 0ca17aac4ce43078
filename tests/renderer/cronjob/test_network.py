"""The NetworkPolicy: nobody reaches a mover, and it reaches its repository and name servers, as far as ports tell."""

import pytest

from tests.renderer.cronjob.policies import repository

NAMES = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
EVERYTHING = [{}]


def to(*ports):
    return [NAMES, {"ports": [{"port": port, "protocol": "TCP"} for port in ports]}]


def egress(render, **keys):
    return render(networkPolicy="true", **keys).one("NetworkPolicy")["spec"]["egress"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("s3:https://s3.example.com/bucket", to(443)),
        ("s3:https://s3.example.com", to(443)),
        ("s3:https://s3.example.com:9000/bucket/path", to(9000)),
        ("s3:http://minio:9000/bucket", to(9000)),
        ("s3:http://minio/bucket", to(80)),
        ("s3:s3.amazonaws.com/bucket", to(443)),
        ("s3:minio.lan:9000/bucket", to(9000)),
        ("s3:https://[fd00::1]:9000/bucket", to(9000)),
        ("s3:https://[fd00::1]/bucket", to(443)),
        ("rest:http://nas:8000/", to(8000)),
        ("rest:https://nas/web:8000/x", to(443)),
        ("rest:HTTP://nas/x", to(80)),
        ("sftp:nas:/srv/restic", EVERYTHING),
        ("sftp://nas:2222//srv/restic", EVERYTHING),
        ("b2:bucket:path", EVERYTHING),
        ("azure:container:/", EVERYTHING),
        ("gs:bucket:/", EVERYTHING),
        ("swift:container:/", EVERYTHING),
        ("rclone:remote:path", EVERYTHING),
    ],
)
def test_ports_of_a_repository(render, url, expected):
    assert egress(render, repository=repository(url=url)) == expected


@pytest.mark.parametrize("url", ["/mnt/nas/web", "local:/mnt/nas/web"])
@pytest.mark.parametrize("source", ["nfs: {server: nas, path: /x}", "persistentVolumeClaim: {claimName: nas}"])
def test_mounted_repository_needs_no_port(render, url, source):
    """The kubelet mounts it, not the pod."""
    assert egress(render, repository=repository(f"volume: {{mountPath: nas, {source}}}", url)) == [NAMES]


@pytest.mark.parametrize(
    "keys",
    [
        {"dumps": "[{name: db, image: postgres, command: [pg_dump]}]"},
        {"mover": "{ping: {secretName: ping, key: url}}"},
        {"repository": "{secret: {name: restic}}"},
        {"repository": repository("env: {HTTPS_PROXY: 'http://proxy.lan:3128'}")},
        {"repository": repository("env: {all_proxy: 'socks5://proxy.lan:1080'}")},
        {"repository": repository("keys: {HTTPS_PROXY: proxy}")},
        {"repository": "{url: 's3:https://{{ .host }}/web', secret: {externalSecret: {store: a, key: b}}}"},
        {"repository": "{url: 'rest:http://{{ .host }}:{{ .port }}/', secret: {externalSecret: {store: a, key: b}}}"},
    ],
)
def test_everything_is_open_where_a_port_is_not_known(render, keys):
    """A closed port would stop every backup, and look like a server that is down."""
    assert egress(render, **keys) == EVERYTHING


def test_template_in_the_path_hides_no_port(render):
    secret = "{externalSecret: {store: a, key: b}}"
    assert egress(render, repository=f"{{url: 's3:http://minio:9000/{{{{ .bucket }}}}/x', secret: {secret}}}") == to(
        9000
    )


def test_ports_of_all_targets_together(render):
    targets = "[{name: default}, {name: nas, repository: {url: 'rest:http://nas:8000/'}}]"
    assert egress(render, targets=targets) == to(443, 8000)
    targets = "[{name: default}, {name: nas, repository: {url: 'sftp:nas:/x'}}]"
    assert egress(render, targets=targets) == EVERYTHING


def test_it_is_about_the_movers_of_the_app_and_not_about_the_app(render):
    spec = render(networkPolicy="true").one("NetworkPolicy")["spec"]
    assert spec["podSelector"] == {
        "matchLabels": {"backplan.dev/app": "web"},
        "matchExpressions": [{"key": "backplan.dev/operation", "operator": "Exists"}],
    }
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in spec


def test_none_is_made_unasked(render):
    assert render().all("NetworkPolicy") == {}
    assert set(render(targets="[{name: default, networkPolicy: true}]").all("NetworkPolicy")) == {"web-mover"}
