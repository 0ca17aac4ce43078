"""Two layers become one: RFC 7386 for mappings, and the exceptions that the schema marks with `x-merge`.

Differs from RFC 7386 in one point: a null stays in the result, because it also stops inheritance later (from
`spec` to a volume, say). Therefore layers must be folded bottom up, one at a time.
"""

from renderer.schema import Key
from renderer.source import Node

REMOVE = "$remove"
"""`{name: n, $remove: true}` drops the entry n of a named list."""


def merge(lower: Node, upper: Node, key: Key | None, keep: bool = False) -> Node:
    """`upper` over `lower`; `key` says how lists and marked mappings are merged. Neither is changed.

    With `keep` entries that remove stay as they are: inside a target, which is a layer over `spec` still to come.
    """
    rule = key.merge if key is not None else None
    keep = keep or (key is not None and key.is_layer)
    if rule == "replace":
        return upper
    if isinstance(lower.value, dict) and isinstance(upper.value, dict):
        return Node(merge_entries(lower.mapping, upper.mapping, key, keep), upper.place, upper.key)
    if isinstance(lower.value, list) and isinstance(upper.value, list):
        if rule == "name":
            return upper.with_value(_named(lower.value, upper.value, key, keep))
        if rule == "append":
            return upper.with_value([*lower.value, *upper.value])
    return upper if keep else _cleaned(upper, key)


def merge_entries(
    lower: dict[str, Node], upper: dict[str, Node], key: Key | None, keep: bool = False
) -> dict[str, Node]:
    """The entries of two mappings, merged."""
    merged = _without_replaced(lower, upper, key)
    for name, node in upper.items():
        below = key.below(name) if key is not None else None
        earlier = merged.get(name)
        if earlier is not None:
            merged[name] = merge(earlier, node, below, keep)
        else:
            merged[name] = node if keep else _cleaned(node, below)
    return merged


def _without_replaced(lower: dict[str, Node], upper: dict[str, Node], key: Key | None) -> dict[str, Node]:
    """The lower entries without members of a group of which the upper mapping names another member."""
    kept = dict(lower)
    for group in key.either if key is not None else ():
        chosen = [name for name in group if name in upper and upper[name].value is not None]
        if chosen:
            for name in group:
                if name not in chosen:
                    kept.pop(name, None)
    return kept


def _named(lower: list[Node], upper: list[Node], key: Key | None, keep: bool) -> list[Node]:
    """Entries with the same name are merged in the lower list's order, new ones follow."""
    item = key.item if key is not None else None
    merged = {_name(node): node for node in lower}
    for node in upper:
        name = _name(node)
        earlier = merged.get(name)
        if removes(node) and not keep:
            merged.pop(name, None)
        elif earlier is None or removes(node) or removes(earlier):
            merged[name] = node if keep else _cleaned(node, item)
        else:
            merged[name] = merge(earlier, node, item, keep)
    return list(merged.values())


def _name(node: Node) -> str:
    return node.text("name") or str(node.place)


def removes(node: Node) -> bool:
    """Whether an entry of a named list says that it is to be dropped."""
    marker = node.get(REMOVE)
    return marker is not None and marker.value is True


def _cleaned(node: Node, key: Key | None) -> Node:
    """A value that meets nothing below it: entries that only remove have nothing left to say."""
    if key is not None and key.is_layer:
        return node
    if isinstance(node.value, dict):
        entries = {
            name: _cleaned(below, key.below(name) if key else None) if isinstance(below.value, dict | list) else below
            for name, below in node.value.items()
        }
        return node.with_value(entries)
    if isinstance(node.value, list) and key is not None and key.merge == "name":
        return node.with_value([_cleaned(item, key.item) for item in node.value if not removes(item)])
    return node
