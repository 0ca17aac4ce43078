"""From a policy's words to an ExternalSecret, and the checks of the operator's webhook.

The webhook is not installed everywhere, and where it is its word comes after the merge.
"""

from collections.abc import Iterator

from renderer.policy import Backup, ExternalSecret
from renderer.policy.names import external_secret_name, name_problem, secret_name
from renderer.policy.read import Plain
from renderer.problem import Place, Problem
from renderer.secrets.external.contents import content_problems
from renderer.secrets.external.defaults import written_out
from renderer.secrets.external.exposed import exposure_problems
from renderer.secrets.external.generated import generated_problems
from renderer.secrets.external.lifetime import policy_problems
from renderer.secrets.form import Source
from renderer.secrets.template import template


def problems(backup: Backup) -> Iterator[Problem]:
    """What the operator would refuse, what it would leave out, and names that Kubernetes refuses."""
    if (secret := backup.repository.credential.external_secret) is None:
        return
    yield from _names(backup)
    yield from policy_problems(secret)
    yield from exposure_problems(secret.node)
    found = [Problem(place, what, "complete") for what, place in _sources(secret)]
    yield from found
    if not found:
        yield from content_problems(backup, secret)
        yield from generated_problems(backup, secret)


def source(backup: Backup) -> Source | None:
    """The ExternalSecret of a backup."""
    if (secret := backup.repository.credential.external_secret) is None:
        return None
    spec, name = long(secret.spec), secret_name(backup)
    target = {"name": name.text, **{key: value for key, value in spec.get("target", {}).items() if key != "name"}}
    if (ours := template(backup, secret)) is not None:
        target["template"] = ours
    return Source(
        kind="ExternalSecret",
        name=external_secret_name(backup),
        secret=name,
        spec=written_out({**spec, "target": target}),
        extras=backup.repository.credential.extras,
        place=secret.node.key,
    )


def long(spec: Plain) -> Plain:
    """A spec with our shorthands written out. `key` comes first, since of one key the operator takes the last."""
    found = {name: value for name, value in spec.items() if name not in ("store", "key")}
    if "store" in spec:
        found["secretStoreRef"] = {"name": spec["store"], "kind": "ClusterSecretStore"}
    if "key" in spec:
        found["dataFrom"] = [{"extract": {"key": spec["key"]}}, *spec.get("dataFrom", [])]
    return found


def _names(backup: Backup) -> Iterator[Problem]:
    secret, name = secret_name(backup), external_secret_name(backup)
    credential = backup.repository.credential
    own = credential.node.get("externalSecret", "target", "name")
    if own is not None and own.value != secret.text:
        by = f"names.{credential.name_key} ({secret.place})"
        message = f"the Secret is called '{secret.text[:60]}' by {by}; remove this name"
        yield Problem(own.place, message, "names")
    if problem := name_problem(secret, "Secret") or name_problem(name, "ExternalSecret"):
        yield problem


def _sources(secret: ExternalSecret) -> Iterator[tuple[str, Place]]:
    """Whence, and what."""
    spec, node = long(secret.spec), secret.node
    items = [*spec.get("data", []), *spec.get("dataFrom", [])]
    if not items:
        yield "nothing is fetched; set key, data or dataFrom", node.key
    elif "name" not in spec.get("secretStoreRef", {}) and not all("sourceRef" in item for item in items):
        yield "no store to fetch from; set store, or secretStoreRef.name", node.key
    for item, below in zip(secret.spec.get("dataFrom", []), node.nearest("dataFrom").items, strict=False):
        ways = [way for way in ("extract", "find") if way in item]
        ways += ["sourceRef.generatorRef"] if "generatorRef" in item.get("sourceRef", {}) else []
        if not ways:
            yield "no way to fetch; set one of extract, find, sourceRef.generatorRef here", below.key
        elif len(ways) > 1:
            yield f"{' and '.join(ways)} exclude each other; make two items of them", below.key
    seen: set[str] = set()
    for item in node.nearest("data").items:
        key = item.text("secretKey") or ""
        if key in seen:
            yield f"'{key[:60]}' is fetched twice; remove one", item.nearest("secretKey").place
        seen.add(key)
