"""What users add to objects: labels, annotations, patches."""

from typing import Any, NamedTuple

from renderer.policy import read
from renderer.problem import Place
from renderer.source import Node


class Patch(NamedTuple):
    """A change to rendered objects: a merge patch (mapping) or a JSON patch (list)."""

    kind: str | None
    name: str | None
    group: str | None
    labels: tuple[tuple[str, str], ...]
    """Labels that the object has, from `labelSelector`."""
    patch: Any
    place: Place


class Extras(NamedTuple):
    """What users add to an object."""

    labels: dict[str, str]
    annotations: dict[str, str]
    patches: tuple[Patch, ...]

    def and_then(self, more: "Extras") -> "Extras":
        """These, and nearer ones that win."""
        return Extras(
            labels={**self.labels, **more.labels},
            annotations={**self.annotations, **more.annotations},
            patches=(*self.patches, *more.patches),
        )


def extras(node: Node) -> Extras:
    """The labels, annotations and patches that stand directly under a node."""
    return Extras(
        labels=read.mapping(node, "labels"),
        annotations=read.mapping(node, "annotations"),
        patches=tuple(_patch(item) for item in node.nearest("patches").items),
    )


def _patch(node: Node) -> Patch:
    return Patch(
        kind=read.text(node, "target", "kind"),
        name=read.text(node, "target", "name"),
        group=read.text(node, "target", "group"),
        labels=_selected(read.text(node, "target", "labelSelector")),
        patch=with_nulls(node.mapping["patch"]),
        place=node.mapping["patch"].key,
    )


def _selected(selector: str | None) -> tuple[tuple[str, str], ...]:
    """`"a=b,c=d"` → `(("a", "b"), ("c", "d"))`."""
    pairs = (one.partition("=") for one in selector.split(",")) if selector else ()
    return tuple((key, value) for key, _, value in pairs)


def with_nulls(node: Node) -> Any:
    """Plain data in which a null stays a null: in a merge patch it removes a key."""
    if isinstance(node.value, dict):
        return {key: with_nulls(below) for key, below in node.value.items()}
    if isinstance(node.value, list):
        return [with_nulls(below) for below in node.value]
    return node.value
