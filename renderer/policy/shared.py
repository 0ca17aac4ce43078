"""Repositories of the fleet: what a policy with `repository.ref` gets from them, and who maintains them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from renderer.layers import expand, merge
from renderer.policy.effective import DEFAULT_TARGET, App, Pair
from renderer.problem import Problem
from renderer.schema import Key
from renderer.source import Node

Shared = Mapping[str, Node]
"""The entries of `repositories` in backplan.yaml, by name."""
NOTHING_SHARED: Shared = MappingProxyType({})
_INHERITED = ("url", "env", "keys", "customCA", "volume", "identity")
_OWN = (*_INHERITED, "secret")
_UPKEEP = ("maintenance", "pruneIntervalDays", "prune", "check", "names")
_OF_FLEET = (
    "mover", "timeZone", "startingDeadlineSeconds", "expectedDuration", "networkPolicy", "cache", "labels",
    "annotations", "patches", "accept", *_UPKEEP,
)  # fmt: skip
"""What the fleet's own layers say that a maintenance heeds."""


def referred(pairs: Iterable[Pair], shared: Shared, app: App, key: Key, problems: list[Problem]) -> list[Pair]:
    """The pairs, with what their repositories inherit from the fleet's."""
    return [_referred(pair, shared, (app, key), problems) for pair in pairs]


def _referred(pair: Pair, shared: Shared, whose: tuple[App, Key], problems: list[Problem]) -> Pair:
    ref = pair.spec.get("repository", "ref")
    if ref is None:
        return pair
    app, key = whose
    found = shared.get(str(ref.value))
    if found is None:
        problems.append(Problem(ref.place, _unknown(str(ref.value), shared), "repository"))
        return pair
    of_here = found.text("namespace") == app.namespace
    names = (*_INHERITED, "secret") if of_here else _INHERITED
    lower = found.with_value({name: node for name, node in found.mapping.items() if name in names})
    values = {**app.placeholders(), "volume": pair.volume, "target": pair.target, "claim": pair.claim or ""}
    own = pair.spec.mapping["repository"]
    upper = own.with_value({name: node for name, node in own.mapping.items() if name != "ref"})
    merged = merge(expand(lower, values, problems), upper, key.properties["repository"])
    if merged.get("secret") is None:
        problems.append(Problem(ref.place, _no_secret(str(ref.value), found, app), "complete"))
    repository = own.with_value({**merged.mapping, "ref": ref})
    return pair._replace(spec=pair.spec.with_value({**pair.spec.mapping, "repository": repository}))


def _unknown(name: str, shared: Shared) -> str:
    if not shared:
        return f"no repository '{name[:60]}' in backplan.yaml; list it there under spec.repositories, or set url here"
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes pay for it

    close = get_close_matches(name[:60], shared, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"it lists {', '.join([*shared][:8])}"
    return f"no repository '{name[:60]}' in backplan.yaml; {hint}"


def _no_secret(name: str, found: Node, app: App) -> str:
    elsewhere = found.text("namespace")
    if elsewhere == app.namespace:
        return f"repository '{name}' has no secret for backups; set secret there, or repository.secret here"
    why = f"that of repository '{name}' is in namespace '{elsewhere}'" if elsewhere else f"'{name}' names no namespace"
    return f"no secret in namespace '{app.namespace}', and {why}; set repository.secret"


def maintained(repository: Node, layer: Node | None, app: App, key: Key, problems: list[Problem]) -> Pair:
    """A repository of the fleet as a pair without a volume: what opens it, and how it is kept in order.

    `layer` is what the fleet's own layers say together; `app` is called what the repository is.
    """
    said = layer.mapping if layer is not None else {}
    lower = repository.with_value({name: node for name, node in said.items() if name in _OF_FLEET})
    own = {name: node for name, node in repository.mapping.items() if name in _UPKEEP}
    own["repository"] = repository.with_value(
        {name: repository.mapping[name] for name in _OWN if name in repository.mapping}
    )
    values = {**app.placeholders(), "volume": "data", "target": DEFAULT_TARGET}
    spec = expand(merge(lower, repository.with_value(own), key), values, problems)
    return Pair(
        volume="data",
        target=DEFAULT_TARGET,
        claim=None,
        spec=spec,
        shared=spec,
        volume_node=repository,
        target_node=None,
    )
