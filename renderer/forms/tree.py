"""The shape of a form: what YAML says around the holes, and how values take their place in it."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from renderer.errors import FormError
from renderer.forms.holes import Hole, Source, masked

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)")


class Slot(NamedTuple):
    """Where a hole's value goes: the number of the hole."""

    number: int


Tree = Slot | dict[str, "Tree"] | list["Tree"] | str | int
"""A form without its text. There is no null: what is not to be there is not written."""


def build(source: Source, holes: Sequence[Hole]) -> dict[str, Tree]:
    """Read the form's YAML once. FormError where it is no mapping, or a hole is not a whole value."""
    root = _compose(source, masked(source.text, holes))
    if not isinstance(root, yaml.MappingNode):
        raise source.error(0, "a form is one mapping; begin it with apiVersion")
    builder = _Builder(source, holes)
    tree = builder.mapping(root)
    for hole in builder.unused.values():
        raise source.error(hole.start, f"'{hole}' must stand for a whole value; put no text or quotes around it")
    return tree


def fill(tree: dict[str, Tree], values: list[Any]) -> dict[str, Any]:
    """New mappings and lists in the shape of `tree`; what is in `values` is put in as it is, not copied."""
    return _mapping(tree, values)


def _mapping(tree: dict[str, Tree], values: list[Any]) -> dict[str, Any]:
    filled = {}
    for key, branch in tree.items():
        # most branches are holes: a call for each would cost as much again as all the rest
        value = values[branch.number] if type(branch) is Slot else _branch(branch, values)
        if value is not None:
            filled[key] = value
    return filled


def _sequence(tree: list[Tree], values: list[Any]) -> list[Any]:
    filled: list[Any] = []
    for branch in tree:
        value = _branch(branch, values)
        if type(branch) is Slot and type(value) is list:
            filled += value
        elif value is not None:
            filled.append(value)
    return filled


def _branch(branch: Tree, values: list[Any]) -> Any:
    """None where a null stood, and where nulls left nothing of a mapping or list that had something."""
    if isinstance(branch, Slot):
        return values[branch.number]
    if isinstance(branch, dict):
        return _mapping(branch, values) or (None if branch else {})
    if isinstance(branch, list):
        return _sequence(branch, values) or (None if branch else [])
    return branch


def _compose(source: Source, text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise source.error_at(line, column, f"no YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise source.error_at(1, 1, f"no YAML: {error}".partition("\n")[0]) from error


class _Builder:
    """Turns YAML's nodes into a tree, and remembers which holes it met."""

    def __init__(self, source: Source, holes: Sequence[Hole]) -> None:
        self.source = source
        self.holes = {hole.start: (number, hole) for number, hole in enumerate(holes)}
        self.unused = dict(enumerate(holes))

    def node(self, node: yaml.Node) -> Tree:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.node(each) for each in node.value]
        hole = self.hole(node)
        return self.literal(node) if hole is None else Slot(hole)

    def mapping(self, node: yaml.MappingNode) -> dict[str, Tree]:
        tree: dict[str, Tree] = {}
        for key, value in node.value:
            name = self.key(key)
            if name in tree:
                raise self.refused(key, f"'{name}' stands here twice; remove one")
            tree[name] = self.node(value)
        return tree

    def hole(self, node: yaml.Node) -> int | None:
        """The hole that this scalar, the whole of it, stands for."""
        number, hole = self.holes.get(node.start_mark.index, (0, None))
        if hole is None or hole.end != node.end_mark.index:
            return None
        self.unused.pop(number, None)
        return number

    def key(self, node: yaml.Node) -> str:
        if self.hole(node) is not None:
            raise self.refused(node, "no computed key in a form; put the mapping into a hole")
        if not isinstance(node, yaml.ScalarNode) or node.tag == _TAG + "merge":
            raise self.refused(node, "a key of a form is plain text; write it out")
        return str(node.value)

    def literal(self, node: yaml.Node) -> str | int:
        """Text, decimal numbers, true and false: nothing that readers of YAML disagree about."""
        match node.tag.removeprefix(_TAG):
            case "str":
                return str(node.value)
            case "int" if _DECIMAL.fullmatch(node.value):
                return int(node.value)
            case "bool" if node.value in ("true", "false"):
                return bool(node.value == "true")
            case "null":
                raise self.refused(node, "no null in a form; leave the key out")
            case _:
                written = self.source.text[node.start_mark.index : node.end_mark.index]
                raise self.refused(node, f"'{written}' is not the same to every reader of YAML; quote it")

    def refused(self, node: yaml.Node, message: str) -> FormError:
        return self.source.error_at(node.start_mark.line + 1, node.start_mark.column + 1, message)
