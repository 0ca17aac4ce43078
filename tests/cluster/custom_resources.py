"""CustomResourceDefinitions on the server, ready to be used."""

import time
from collections.abc import Sequence

import yaml

from tests.cluster.api import Api, Raw
from tests.tools import crds

SECONDS = 60


def definitions() -> list[Raw]:
    """Those of VolSync and the others that are at hand, or the end of the test."""
    return [yaml.load(file.read_text("utf-8"), yaml.CSafeLoader) for file in sorted(crds().glob("*.yaml"))]


def install(api: Api, kinds: Sequence[Raw]) -> None:
    """Create the kinds and wait until the server accepts objects of them and describes them."""
    for kind in kinds:
        answer = api.apply(kind)
        assert answer.status < 300, answer.complaints
    for kind in kinds:
        spec = kind["spec"]
        for version in spec["versions"]:
            if version["served"]:
                group = f"/apis/{spec['group']}/{version['name']}"
                _wait_for(api, f"{group}/{spec['names']['plural']}")
                # This document is published before the last kind of its group is in it.
                _wait_for(api, f"/openapi/v3{group}", b'"kind":"%s"' % spec["names"]["kind"].encode())


def _wait_for(api: Api, path: str, part: bytes = b"") -> None:
    """Wait for an answer with this part in it: a new kind answers 404 for some seconds."""
    deadline = time.monotonic() + SECONDS
    while True:
        status, text = api.text(path)
        if status == 200 and part in text:
            return
        assert time.monotonic() < deadline, f"{path} answers {status} after {SECONDS} s"
        time.sleep(0.1)
