"""A second pair of keys for an S3 of the tests, which may add to a bucket and read it, and delete nothing but locks.

As a provider's policy says it: https://restic.readthedocs.io/en/stable/080_examples.html, "Setting up restic with
Amazon S3", has the rights that restic needs; here `s3:DeleteObject` holds for locks alone.
"""

import hashlib
import json
import subprocess

from tests.mover.servers import S3_KEYS, Server
from tests.tools import require

ADDING = {"AWS_ACCESS_KEY_ID": "appender", "AWS_SECRET_ACCESS_KEY": "may-not-delete"}
_ROOT = ["--access", S3_KEYS["AWS_ACCESS_KEY_ID"], "--secret", S3_KEYS["AWS_SECRET_ACCESS_KEY"]]


def add_account(server: Server) -> None:
    """Make `ADDING` known to a server."""
    keys = ["--access", ADDING["AWS_ACCESS_KEY_ID"], "--secret", ADDING["AWS_SECRET_ACCESS_KEY"], "--role", "user"]
    admin = [require("versitygw"), "admin", *_ROOT, "--endpoint-url", _address(server)]
    subprocess.run([*admin, "create-user", *keys], check=True, capture_output=True)


def let_it_add(server: Server, bucket: str) -> None:
    """Give it its rights in a bucket, which must exist."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": _statements(f"arn:aws:s3:::{bucket}")})
    signed = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", ":".join(S3_KEYS.values())]
    digest = ["--header", f"x-amz-content-sha256: {hashlib.sha256(policy.encode()).hexdigest()}"]
    put = [require("curl"), "--silent", "--show-error", "--fail", *signed, *digest, "--request", "PUT"]
    url = f"{_address(server)}/{bucket}?policy="
    subprocess.run([*put, "--data-binary", policy, url], check=True, capture_output=True)


def _statements(bucket: str) -> list[dict[str, object]]:
    rights = {
        bucket: ["s3:ListBucket", "s3:GetBucketLocation"],
        f"{bucket}/*": ["s3:GetObject", "s3:PutObject"],
        f"{bucket}/*/locks/*": ["s3:DeleteObject"],
    }
    whose = {"Effect": "Allow", "Principal": {"AWS": [ADDING["AWS_ACCESS_KEY_ID"]]}}
    return [{**whose, "Action": actions, "Resource": resource} for resource, actions in rights.items()]


def _address(server: Server) -> str:
    return server.url.removeprefix("s3:").rstrip("/")
