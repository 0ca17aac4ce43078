"""Whether a SealedSecret can be unsealed where it is rendered."""

from collections.abc import Iterator

from renderer.policy import Backup
from renderer.policy.names import Name
from renderer.policy.sealing import Scope, scope_of
from renderer.problem import Problem
from renderer.source import Node


def scope_problems(document: Node, backup: Backup, name: Name) -> Iterator[Problem]:
    """What keeps the controller from unsealing it where it is rendered."""
    scope, metadata = scope_of(document), document.nearest("metadata")
    bound = {Scope.STRICT: ("namespace", "name"), Scope.NAMESPACE_WIDE: ("namespace",)}.get(scope, ())
    wanted = {"namespace": backup.app.namespace, "name": name.text}
    sealed = {key: metadata.text(key) for key in bound}
    other = [key for key in bound if sealed[key] != wanted[key]]
    if unsaid := next((key for key in bound if sealed[key] is None), None):
        why = f"it was sealed for one {unsaid} (scope {scope}) and does not say which; add metadata.{unsaid}"
        yield Problem(metadata.key, f"{why}, or seal it again with --scope {Scope.CLUSTER_WIDE}", "sealed-secret")
    elif other:
        theirs, ours = ("/".join(str(said[key]) for key in bound)[:120] for said in (sealed, wanted))
        why = f"it was sealed for {' and '.join(bound)} '{theirs}' (scope {scope}), and is wanted for '{ours}'"
        place = metadata.nearest(other[0]).place
        yield Problem(place, f"{why}; seal it for that, or with --scope {Scope.CLUSTER_WIDE}", "sealed-secret")
