"""Texts that another tool replaces on the way to the cluster.

`${VAR}` is replaced by Flux while it applies the manifests (`postBuild`), an unknown one by nothing; `ref+…://` by vals
(helmfile, Argo CD's plugins), where `ref+exec://` runs a program; `<path:…#…>` by argocd-vault-plugin, in any text.
"""

import re
from collections.abc import Iterator

from renderer.problem import Place, Problem
from renderer.source import Node

_VARIABLE = re.compile(r"\$\{([^}$]{0,60})")
_MARK = re.compile(r"[$+<]|avp\.")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::[-=].*)?", re.DOTALL)
"""A variable, and what it is where nothing sets it."""
_REFERENCE = re.compile(r"secretref\+|ref\+[^\s+:/]{0,40}://|< *path *:|avp\.kubernetes\.io/", re.IGNORECASE)


def substitution_problems(spec: Node, allowed: frozenset[str]) -> Iterator[Problem]:
    """One problem for each text with a variable that the fleet does not allow, or with a reference."""
    for node in spec.walk():
        texts = [(node.value, node.place)] if isinstance(node.value, str) else _keys(node)
        for text, place in texts:
            if not _MARK.search(text):  # true of nearly every text there is
                continue
            if message := _variable(text, allowed) or _reference(text):
                yield Problem(place, message, "substitution")


def _variable(text: str, allowed: frozenset[str]) -> str | None:
    unknown = next((name for name in map(_name, _VARIABLE.findall(text)) if name not in allowed), None)
    if unknown is None:
        return None
    of_shell = "'$NAME' without braces for a shell's, " if " " in text else ""
    return (
        f"Flux would replace '${{{unknown}}}' while it applies the manifests; write the value out, {of_shell}"
        "or list the variable under spec.substitution in backplan.yaml"
    )


def _name(said: str) -> str:
    """The variable's name, or all that is said if that is nothing which we understand."""
    found = _NAME.fullmatch(said)
    return found[1] if found else said


def _reference(text: str) -> str | None:
    if (found := _REFERENCE.search(text)) is None:
        return None
    return f"'{found[0]}' is a reference that another tool would resolve, and could run a program; write the value out"


def _keys(node: Node) -> list[tuple[str, Place]]:
    return [(key, below.key) for key, below in node.mapping.items()]
