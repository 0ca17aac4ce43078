"""What a patch may not change, because it would hand a credential to another program or tell it to another server.

Patches come after every check of the policy, so what those are about is the policy's alone to say.
"""

from collections.abc import Collection, Iterator

from renderer.engines.cronjob.custody import pod_problems
from renderer.engines.objections import job_spec
from renderer.manifest import Manifest, value_at

_FIXED: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "ExternalSecret": tuple(
        (("spec", key), "write it under repository.secret.externalSecret")
        for key in ("secretStoreRef", "refreshPolicy", "target", "data", "dataFrom")
    ),
    "SealedSecret": ((("spec",), "write it into the file that repository.secret.sealedSecret names"),),
    "ConfigMap": ((("data",), "leave it"), (("binaryData",), "leave it out")),
    "ReplicationSource": (
        (("spec", "restic", "repository"), "set repository.secret"),
        (("spec", "restic", "customCA"), "set repository.customCA"),
        (("spec", "restic", "moverVolumes"), "set mover.moverVolumes or repository.volume"),
    ),
}
_FIXED["ReplicationDestination"] = _FIXED["ReplicationSource"]
"""By kind: what has been checked as the policy says it, and where else to say it."""


def custody_problems(before: Manifest, after: Manifest, credentials: Collection[str]) -> Iterator[str]:
    """What goes on `the patched OBJECT …`; both are valid. `credentials` are the Secrets of all its policy's movers."""
    for path, way_out in _FIXED.get(before["kind"], ()):
        if value_at(before, path) != value_at(after, path):
            yield f"would have another '{'.'.join(path)}', which was checked as the policy says it; {way_out}"
    old, new = job_spec(before), job_spec(after)
    if old is not None and new is not None:
        yield from pod_problems(old["template"]["spec"], new["template"]["spec"], credentials)
