"""One session with an API server: requests as kubectl makes them, and its warnings, which a person would overlook."""

import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

Raw = dict[str, Any]

WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')
"""`Warning: 299 - "text"`, RFC 7234; several may share one header."""

STRICT = {"fieldValidation": "Strict"}
STRICT_DRY_RUN = STRICT | {"dryRun": "All"}
LENIENT_DRY_RUN = {"fieldValidation": "Ignore", "dryRun": "All"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server listens, how it is known and how it knows us."""

    port: int
    token: str = field(repr=False)
    certificate: Path
    address: str = "127.0.0.1"

    def kubeconfig(self) -> Raw:
        """The same for kubectl."""
        cluster = {"server": f"https://{self.address}:{self.port}", "certificate-authority": str(self.certificate)}
        return {
            "clusters": [{"name": "tests", "cluster": cluster}],
            "users": [{"name": "tests", "user": {"token": self.token}}],
            "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
            "current-context": "tests",
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: Raw
    warnings: tuple[str, ...] = ()

    @property
    def complaints(self) -> list[str]:
        """Why the request was refused, and every warning; empty when all is well."""
        refused = [] if self.status < 300 else [f"{self.status}: {self.body.get('message')}"]
        return refused + [f"warning: {text}" for text in self.warnings]


class Api:
    """A session; not for several threads. It connects anew where the server was restarted."""

    def __init__(self, endpoint: Endpoint) -> None:
        context = ssl.create_default_context(cafile=str(endpoint.certificate))
        self._connection = http.client.HTTPSConnection(endpoint.address, endpoint.port, timeout=60, context=context)
        self._token = endpoint.token
        self._resources: dict[str, dict[str, Raw]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def text(self, path: str) -> tuple[int, bytes]:
        """A document that is no object."""
        response, content = self._respond("GET", path)
        return response.status, content

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def apply(self, manifest: Raw, options: Mapping[str, str] = STRICT) -> Answer:
        """Server-side apply, as `kubectl apply --server-side --validate=strict` asks for it."""
        query = urlencode({"fieldManager": "backplan", **options})
        path = f"{self.collection(manifest)}/{manifest['metadata']['name']}?{query}"
        return self._ask("PATCH", path, manifest, "application/apply-patch+yaml")

    def create(self, manifest: Raw, options: Mapping[str, str] = STRICT) -> Answer:
        """For a name that the server makes up; `apply` needs one."""
        return self._ask("POST", f"{self.collection(manifest)}?{urlencode(options)}", manifest)

    def evict(self, namespace: str, pod: str) -> Answer:
        """End a pod as `kubectl drain` does."""
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": namespace}}
        return self._ask("POST", f"/api/v1/namespaces/{namespace}/pods/{pod}/eviction", eviction)

    def read(self, manifest: Raw) -> Answer:
        """The object as the server holds it."""
        return self._ask("GET", f"{self.collection(manifest)}/{manifest['metadata']['name']}")

    def delete(self, manifest: Raw) -> None:
        """Delete an object for good: no controller is there to take care of its finalizers."""
        path = f"{self.collection(manifest)}/{manifest['metadata']['name']}"
        self._ask("PATCH", path, {"metadata": {"finalizers": None}}, "application/merge-patch+json")
        self._ask("DELETE", f"{path}?gracePeriodSeconds=0&propagationPolicy=Background")

    def collection(self, manifest: Raw) -> str:
        """The path of all objects of a manifest's kind (and namespace)."""
        version, kind = str(manifest["apiVersion"]), manifest["kind"]
        assert kind in self._kinds(version), f"the server knows no {kind} in {version}"
        resource = self._kinds(version)[kind]
        base = self._group(version)
        if resource["namespaced"]:
            base += f"/namespaces/{manifest['metadata']['namespace']}"
        return f"{base}/{resource['name']}"

    def _kinds(self, version: str) -> dict[str, Raw]:
        if version not in self._resources:
            found = self.get(self._group(version)).body.get("resources", [])
            self._resources[version] = {one["kind"]: one for one in found if "/" not in one["name"]}
        return self._resources[version]

    @staticmethod
    def _group(version: str) -> str:
        return f"/apis/{version}" if "/" in version else f"/api/{version}"

    def _ask(self, method: str, path: str, body: Raw | None = None, kind: str = "application/json") -> Answer:
        response, content = self._respond(method, path, body, kind)
        headers = response.headers.get_all("Warning", [])
        warnings = tuple(re.sub(r"\\(.)", r"\1", text) for header in headers for text in WARNING.findall(header))
        return Answer(response.status, json.loads(content), warnings)

    def _respond(
        self, method: str, path: str, body: Raw | None = None, kind: str = "application/json"
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", "Content-Type": kind}
        content = None if body is None else json.dumps(body)
        idle = self._connection.sock is not None  # then its other end may have gone since the last request
        try:
            return self._exchange(method, path, content, headers)
        except ConnectionError:
            if not idle:
                raise
            return self._exchange(method, path, content, headers)

    def _exchange(
        self, method: str, path: str, content: str | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        try:
            self._connection.request(method, path, content, headers)
            response = self._connection.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()  # it would refuse the next request
            raise
