"""What a cluster has before a backup comes: what the manifests name and a controller or a person would have made."""

from collections.abc import Iterator, Sequence

from tests.cluster.api import Api, Raw
from tests.cluster.pod_templates import templates

LEVEL = "restricted"
POD_SECURITY = {f"pod-security.kubernetes.io/{mode}": LEVEL for mode in ("enforce", "warn", "audit")}


def furnish(api: Api, manifests: Sequence[Raw]) -> None:
    """Let the server have all that."""
    for needed in surroundings(manifests):
        answer = api.apply(needed)
        assert answer.complaints == []


def surroundings(manifests: Sequence[Raw]) -> Iterator[Raw]:
    """Namespaces with Pod Security, their ServiceAccount `default`, and what pods must find to be admitted."""
    for namespace in sorted({manifest["metadata"]["namespace"] for manifest in manifests}):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": POD_SECURITY}}
        yield service_account(namespace, "default")
    rendered = {(one["kind"], one["metadata"]["namespace"], one["metadata"]["name"]) for one in manifests}
    for manifest in manifests:
        namespace = manifest["metadata"]["namespace"]
        for template in templates(manifest):
            account = template["spec"].get("serviceAccountName", "default")
            if ("ServiceAccount", namespace, account) not in rendered:
                yield service_account(namespace, account)
            if name := template["spec"].get("priorityClassName"):
                yield priority_class(name)


def service_account(namespace: str, name: str) -> Raw:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}


def priority_class(name: str) -> Raw:
    metadata = {"name": name}
    return {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": metadata, "value": 1000}
