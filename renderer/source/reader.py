"""From parser events to nodes, under limits.

Building from events and not from PyYAML's composer has three reasons: the composer is recursive (200,000 open
brackets end the process with SIGSEGV), it lets duplicate keys pass, and it expands aliases without counting.
"""

import re
from typing import Any, NamedTuple

import yaml

from renderer.problem import Place, Problem
from renderer.source.characters import first_unwanted, shown_key
from renderer.source.hints import syntax_message
from renderer.source.scalars import ScalarError, resolve
from renderer.source.tree import Node

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 50_000
_TOO_DEEP = f"nested more than {MAX_DEPTH} deep; remove some levels"
_OF_YAML = re.compile(r"tag:yaml\.org,2002:(\w{1,20})")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Source(NamedTuple):
    """What a text holds: one root node per YAML document, and what is wrong with the text."""

    documents: list[Node]
    problems: list[Problem]


class _StopReadingError(Exception):
    """The rest of the text is not worth reading; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Frame:
    """A mapping or list that is still open."""

    __slots__ = ("anchor", "height", "node", "pending", "started_at")

    def __init__(self, node: Node, anchor: str | None, started_at: int) -> None:
        self.node = node
        self.anchor = anchor
        self.started_at = started_at
        """How many nodes had been counted when it opened; the difference at its end is its expanded size."""
        self.height = 1
        self.pending: tuple[str, Place] | None = None
        """A mapping's key that waits for its value."""


class _Anchored(NamedTuple):
    node: Node
    size: int
    height: int


class _Builder:
    """Turns the events of one text into nodes."""

    __slots__ = ("anchors", "count", "documents", "file", "open", "problems")

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self.open: list[_Frame] = []
        self.anchors: dict[str, _Anchored | None] = {}
        self.count = 0

    def place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def report(self, place: Place, message: str, rule: str = "yaml") -> None:
        self.problems.append(Problem(place, message, rule))

    def stop(self, place: Place, message: str) -> _StopReadingError:
        return _StopReadingError(Problem(place, message, "yaml-limits"))

    def take(self, event: Any) -> None:
        kind = type(event)  # libyaml's events have no subclasses, and a `match` takes five times as long
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._start(event, {})
        elif kind is yaml.SequenceStartEvent:
            self._start(event, [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._end()
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self.anchors.clear()
        # the ends of documents and of the stream say nothing

    def _grow(self, place: Place, by: int = 1) -> None:
        self.count += by
        if self.count > MAX_NODES:
            raise self.stop(place, f"more than {MAX_NODES:,} values, aliases counted; split the file")

    def _scalar(self, event: Any) -> None:
        place = self.place(event)
        self._grow(place)
        if event.tag is not None:
            self._refuse_tag(event, place)
        text: str = event.value
        if not text.isprintable() and (unwanted := first_unwanted(text)):
            self.report(place, f"{unwanted.name} in a value; remove it", "text")
        if self._takes_key():
            self._key(text, place)
            return
        node = Node(self._value(event, text, place), place)
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(node, 1, 1)
        self._put(node, 1)

    def _value(self, event: Any, text: str, place: Place) -> Any:
        if event.style is not None and event.style != "":
            return text
        try:
            return resolve(text)
        except ScalarError as error:
            self.report(place, str(error))
            return text

    def _start(self, event: Any, empty: Any) -> None:
        place = self.place(event)
        self._grow(place)
        if event.tag is not None:
            self._refuse_tag(event, place)
        if self._takes_key():
            raise _StopReadingError(
                Problem(place, "a key must be text, not a mapping or list; quote it if it is text", "yaml")
            )
        if len(self.open) >= MAX_DEPTH:
            raise self.stop(place, _TOO_DEEP)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.open.append(_Frame(Node(empty, place), event.anchor, self.count))

    def _end(self) -> None:
        frame = self.open.pop()
        if frame.anchor:
            self.anchors[frame.anchor] = _Anchored(frame.node, self.count - frame.started_at + 1, frame.height)
        self._put(frame.node, frame.height)

    def _alias(self, event: Any) -> None:
        place = self.place(event)
        if self._takes_key():
            raise _StopReadingError(Problem(place, "an alias cannot be a key; write the key out", "yaml"))
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            why = "the alias has no anchor before it; quote the value if it is meant as text"  # as of a password
            if event.anchor in self.anchors:
                why = f"the alias '*{event.anchor[:40]}' refers to itself; write the value out"
            raise _StopReadingError(Problem(place, why, "yaml"))
        self._grow(place, anchored.size)
        if len(self.open) + anchored.height > MAX_DEPTH:
            raise self.stop(place, f"nested more than {MAX_DEPTH} deep, aliases expanded; remove some levels")
        self._put(Node(anchored.node.value, place), anchored.height)

    def _refuse_tag(self, event: Any, place: Place) -> None:
        of_yaml = _OF_YAML.fullmatch(event.tag)  # libyaml hands over `!!int` in its long form; another may be a value
        what = f"the tag '!!{of_yaml[1]}'" if of_yaml is not None else "what begins with '!' is a tag and"
        self.report(place, f"{what} is not supported; quote the value where it is meant as text")

    def _takes_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].node.value, dict) and self.open[-1].pending is None

    def _key(self, text: str, place: Place) -> None:
        frame = self.open[-1]
        if text == "<<":
            self.report(place, "merge keys ('<<') are not supported; use overlays")
        elif (earlier := frame.node.mapping.get(text)) is not None:
            self.report(
                place,
                f"duplicate key '{shown_key(text)}', first at line {earlier.key.line}; remove one",
                "yaml-duplicate",
            )
        frame.pending = (text, place)

    def _put(self, node: Node, height: int) -> None:
        if not self.open:
            self.documents.append(node)
            return
        frame = self.open[-1]
        frame.height = max(frame.height, height + 1)
        if isinstance(frame.node.value, list):
            frame.node.value.append(node)
        elif frame.pending is not None:
            text, node.key = frame.pending
            frame.node.mapping.setdefault(text, node)
            frame.pending = None


def read(content: bytes, file: str) -> Source:
    """Read a whole file. `file` is the name that places carry. Never raises for what the content holds."""
    if len(content) > MAX_BYTES:
        return Source(
            [],
            [Problem(Place(file), f"the file is larger than {MAX_BYTES // 1024} KiB; split it", "yaml-limits")],
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Source(
            [],
            [Problem(_place_of_byte(content, error.start, file), "not UTF-8; save the file as UTF-8", "text")],
        )
    if unwanted := first_unwanted(text):
        place = Place(file, unwanted.line, unwanted.column)
        return Source([], [Problem(place, f"{unwanted.name} in the file; remove it", "text")])
    builder = _Builder(file)
    try:
        _feed(builder, text)
    except _StopReadingError as stop:
        return Source([], [*builder.problems, stop.problem])
    # a document that is empty, as after a last `---`, says nothing; kubectl passes over it as well
    return Source([node for node in builder.documents if node.value is not None], builder.problems)


def _feed(builder: _Builder, text: str) -> None:
    parser = _LOADER(text)
    try:
        while (event := parser.get_event()) is not None:
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        line, column, message = syntax_message(error, text)
        if "nesting depth" in str(error.problem):  # libyaml reads ahead, and has had a limit since PyYAML 6.0.4
            raise builder.stop(Place(builder.file, line, column), _TOO_DEEP) from error
        raise _StopReadingError(Problem(Place(builder.file, line, column), message, "yaml")) from error
    except yaml.YAMLError as error:  # a reader error carries no mark
        raise _StopReadingError(Problem(Place(builder.file), f"not readable as YAML: {error}", "yaml")) from error
    finally:
        parser.dispose()


def _place_of_byte(content: bytes, offset: int, file: str) -> Place:
    before = content[:offset]
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].decode("utf-8", "replace")) + 1
    return Place(file, before.count(b"\n") + 1, column)
