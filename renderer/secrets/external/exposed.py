"""Templates that would put what was fetched where everybody may read it: into labels and annotations of the Secret.

The External Secrets Operator runs these as it runs those of the Secret's values.
"""

from collections.abc import Iterator

from renderer.problem import Problem
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
        target, literal = item.text("target"), item.text("literal")
        if target is None or target.lower() in ("", "data"):  # the operator minds no capitals
            continue
        if literal is None or "{{" in literal:
            message = (
                f"a template with target '{target[:60]}' could put what is fetched where everybody may read it; "
                "set Data, or write the text out under metadata"
            )
            yield Problem(item.nearest("target").place, message, "expansion")
