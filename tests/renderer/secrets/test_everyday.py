"""What people write about credentials every day, and what no check may stand in the way of. Refusals: attacks."""

import pytest

from tests.renderer.policies import result
from tests.renderer.secrets.conftest import FETCHED, URL, keys
from tests.renderer.volsync.policies import policy

AWS = "moverVolumes: [{mountPath: aws, volumeSource: {secret: {secretName: aws}}}]"
LIMITS = """apiVersion: backplan.dev/v1alpha1
kind: BackupFleet
spec:
  limits: {repositoryHosts: [s3.example.com, proxy.example.com, "rclone:nas"]}
"""


def template(data):
    return f"{{externalSecret: {{{FETCHED}, target: {{template: {{mergePolicy: Merge, data: {{{data}}}}}}}}}}}"


@pytest.fixture
def said(tmp_path):
    """What is said of a policy of engine cronjob in a fleet with limits."""

    def say(repository, secret="{name: restic}", **more):
        (tmp_path / "backplan.yaml").write_text(LIMITS)
        return result(tmp_path, policy(**keys(secret, repository, "cronjob", more))).said

    return say


@pytest.mark.parametrize(
    "env",
    [
        "AWS_REGION: auto",
        "AWS_DEFAULT_REGION: main_dc.1",
        "OS_REGION_NAME: region-a.geo-1",
        "HTTPS_PROXY: 'http://proxy.example.com:3128', NO_PROXY: '10.0.0.0/8,.svc'",
        "https_proxy: 'proxy.example.com:3128'",
        "TZ: Europe/Berlin, GOGC: '20', GOMAXPROCS: '2', GODEBUG: 'netdns=go,http2client=0'",
        "RCLONE_CONFIG_S3_ENV_AUTH: 'true', RCLONE_ASK_PASSWORD: 'false', RCLONE_CONFIG_NAS_KEY_FILE: /mnt/ssh/id",
        "RCLONE_CONFIG_ENC_TYPE: crypt, RCLONE_CONFIG_ENC_REMOTE: 'nas:restic'",
        "RESTIC_PACK_SIZE: '64', RESTIC_FEATURES: device-id-for-hardlinks",
        "OS_AUTH_URL: 'https://s3.example.com/v3', OS_USERNAME: me@example.com, OS_IDENTITY_API_VERSION: '3'",
    ],
)
def test_settings(said, env):
    assert said(f"{URL}, env: {{{env}}}") == []


def test_profile_in_a_mounted_file(said):
    assert said(f"{URL}, env: {{AWS_PROFILE: b, AWS_SHARED_CREDENTIALS_FILE: /mnt/aws/x}}", mover=f"{{{AWS}}}") == []


@pytest.mark.parametrize(
    "named",
    [
        "MINIO_ACCESS_KEY: accesskey, MINIO_SECRET_KEY: secretkey",
        "AWS_ACCESS_KEY: accesskey, AWS_SECRET_KEY: secretkey",
        "RESTIC_PASSWORD: password, RESTIC_REST_USERNAME: user, RESTIC_REST_PASSWORD: rest",
        "AWS_SECRET_ACCESS_KEY: B2_ACCOUNT_KEY",
    ],
)
def test_keys(said, named):
    assert said(f"{URL}, keys: {{{named}}}") == []


@pytest.mark.parametrize(
    "data",
    [
        "notes: 'contact: ops@example.com', repo: 'ssh://git@git.example.com/x'",
        "htpasswd: '{{ .user }}:{{ .hash }}'",
        'password.txt: "{{ .RESTIC_PASSWORD }}\\n"',
        "ping: 'https://hc.example.com/{{ .uuid }}'",
        "AWS_ACCESS_KEY_ID: '{{ .id | trim }}', AWS_SECRET_ACCESS_KEY: '{{ .key | b64dec }}'",
        "RESTIC_REST_PASSWORD: '{{ (.all | fromJson).rest }}'",
        "AWS_ACCESS_KEY_ID: '{{/* as in AKIA.x */}}{{ (.s3 | fromJson).id }}'",
        "rclone.conf: '[nas]{{ .AWS_SECRET_ACCESS_KEY }}'",
    ],
)
def test_templates(said, data):
    assert said(URL, template(data)) == []


def test_ping_from_the_same_secret(said):
    data = template("ping: 'https://hc.example.com/{{ .uuid }}'")
    assert said(URL, data, mover="{ping: {secretName: web-restic, key: ping}}") == []
    assert said(URL, mover="{ping: {secretName: restic, key: HEALTHCHECK}}") == []


@pytest.mark.parametrize(
    "env",
    [
        "{name: PGUSER, value: app}, {name: PGPASSWORD, valueFrom: {secretKeyRef: {name: postgres, key: password}}}",
        "{name: PGPASSWORD, valueFrom: {secretKeyRef: {name: restic, key: POSTGRES_PASSWORD}}}",
        "{name: MYSQL_PASS, value: /var/run/secrets/db}, {name: ALLOW_EMPTY_PASSWORD, value: 'yes'}",
        "{name: PWD, value: data}, {name: BYPASS, value: x}, {name: DATABASE_URL, value: 'postgres://app@db/app'}",
    ],
)
def test_dumps(said, env):
    assert said(URL, dumps=f"[{{name: db, image: postgres:17, command: [pg_dump], file: a.sql, env: [{env}]}}]") == []
