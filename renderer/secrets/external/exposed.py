"""Templates that would put what was fetched where everybody may read it: into labels and annotations of the Secret.

The External Secrets Operator runs these as it runs those of the Secret's values.
"""

from collections.abc import Iterator

from renderer.problem import Problem, Severity
from renderer.source import Node

_OF_METADATA = ("labels", "annotations")


def exposure_problems(external_secret: Node) -> Iterator[Problem]:
    """What is wrong with the metadata of its template; no message repeats a value."""
    if (template := external_secret.get("target", "template")) is None:
        return
    for part in _OF_METADATA:
        said = template.get("metadata", part)
        for name, node in said.mapping.items() if said is not None else ():
            if "{{" in str(node.value):
                message = (
                    f"'{name[:60]}' would be filled in from what is fetched, and everybody may read {part}; "
                    "write the text out"
                )
                yield Problem(node.place, message, "expansion")
    for item in template.nearest("templateFrom").items:
        if (problem := _from_elsewhere(item)) is not None:
            yield problem


def _from_elsewhere(item: Node) -> Problem | None:
    """A template that is no text of the policy's own keys."""
    target, literal = item.text("target"), item.get("literal")
    if target is not None and target.lower() not in ("", "data"):  # the operator minds no capitals
        if literal is not None and "{{" not in str(literal.value):
            return None
        message = (
            f"a template with target '{target[:60]}' could put what is fetched where everybody may read it; "
            "set Data, or write the text out under metadata"
        )
        return Problem(item.nearest("target").place, message, "expansion")
    if literal is not None:
        message = "this text gives any keys with any values, and none could be checked; write them under template.data"
        return Problem(literal.key, message, "expansion")
    message = (
        "what this template makes of the credentials is known in the cluster alone, where others may change it; "
        "write it under template.data"
    )
    return Problem(item.place, message, "expansion", Severity.WARNING)
