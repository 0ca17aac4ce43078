"""`${VAR}` in a policy: Flux replaces it while it applies the manifests (`postBuild`), an unknown one by nothing."""

import re
from collections.abc import Iterator

from renderer.problem import Place, Problem
from renderer.source import Node

_VARIABLE = re.compile(r"\$\{([^}]{0,60})\}?")


def substitution_problems(spec: Node, allowed: frozenset[str]) -> Iterator[Problem]:
    """One problem for each text with a variable that the fleet does not allow."""
    for node in spec.walk():
        texts = [(node.value, node.place)] if isinstance(node.value, str) else _keys(node)
        for text, place in texts:
            unknown = [name for name in _VARIABLE.findall(text) if name not in allowed] if "${" in text else []
            if unknown:
                message = (
                    f"Flux would replace '${{{unknown[0]}}}' while it applies the manifests; write the value out, "
                    "or list the variable under spec.substitution in backplan.yaml"
                )
                yield Problem(place, message, "substitution")


def _keys(node: Node) -> list[tuple[str, Place]]:
    return [(key, below.key) for key, below in node.mapping.items()]
