"""Globs that say where policies lie, and what they capture from a path: pure, texts in and texts out.

`*` stands for any part of a segment, `**` for any number of folders, `{namespace}`, `{app}` and `{cluster}` for part or
all of one segment, which they capture. Matching takes time linear in the text, whatever a glob says: each literal is
sought once from the left and once from the right, and nothing is tried again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from renderer.problem import Place

CAPTURES = ("namespace", "app", "cluster")
_KNOWN = " ".join(f"{{{name}}}" for name in CAPTURES)
_WILDCARD = re.compile(r"(\*+|\{[^{}]*\})")
_LONGEST = 1000
"""Characters of a glob; a path of Linux has 4096 at most, and none that anybody has chosen so many."""

Span = tuple[int, int]


class GlobError(Exception):
    """A glob that cannot be; the text is the message, in our words."""


class Segment(NamedTuple):
    """What one folder or file of a path must be called: literals, and wildcards between them."""

    literals: tuple[str, ...]
    """One more than there are wildcards; the first and the last may be empty."""
    wildcards: tuple[str, ...]
    """The name of a capture, which stands for at least one character, or nothing for `*`."""

    def matches(self, name: str) -> bool:
        """Whether a folder or file may have this name."""
        return name == self.literals[0] if not self.wildcards else self.earliest(name) is not None

    def earliest(self, name: str) -> list[Span] | None:
        """What each wildcard stands for where those on the left take as little as they can; None: no match."""
        first, last = self.literals[0], self.literals[-1]
        end = len(name) - len(last)
        if not name.startswith(first) or not name.endswith(last) or (is_hidden(name) and not first):
            return None
        spans: list[Span] = []
        start = len(first)
        for wildcard, literal in zip(self.wildcards, self.literals[1:], strict=True):
            least = start + bool(wildcard)
            is_last = len(spans) == len(self.wildcards) - 1
            stop = (end if end >= least else -1) if is_last else name.find(literal, least, end)
            if stop < 0:
                return None
            spans.append((start, stop))
            start = stop + len(literal)
        return spans

    def latest(self, name: str) -> list[Span]:
        """The same where they take as much as they can; only of a name that matches."""
        spans: list[Span] = []
        stop = len(name) - len(self.literals[-1])
        for wildcard, literal in zip(self.wildcards[::-1], self.literals[-2::-1], strict=True):
            is_first = len(spans) == len(self.wildcards) - 1
            found = 0 if is_first else name.rfind(literal, len(self.literals[0]), stop - bool(wildcard))
            spans.append((found + len(literal), stop))
            stop = found
        return spans[::-1]


class Reading(NamedTuple):
    """What the captures of a glob stand for in one path."""

    captured: Mapping[str, str]
    unclear: str | None = None
    """A capture that may stand for several texts."""


class Glob:
    """A glob and where it was written, one object for each. A segment that is None is `**`."""

    __slots__ = ("place", "segments", "text")

    def __init__(self, text: str, place: Place, segments: tuple[Segment | None, ...]) -> None:
        self.text = text
        self.place = place
        self.segments = segments

    @property
    def captures(self) -> tuple[str, ...]:
        """The names of its captures."""
        return tuple(name for segment in self.segments if segment for name in segment.wildcards if name)

    def with_cluster(self, name: str) -> "Glob":
        """The glob of one cluster, in which `{cluster}` is that cluster's name."""
        return Glob(self.text, self.place, tuple(_segments(self.text.replace("{cluster}", name))))

    def read(self, parts: Sequence[str]) -> Reading | None:
        """What it captures from a path; None where it does not match."""
        earliest = _where(self.segments, parts, first=True)
        if earliest is None:
            return None
        latest = earliest if None not in self.segments else _where(self.segments, parts, first=False)
        captured: dict[str, str] = {}
        unclear = None
        for segment, where, other in zip(self.segments, earliest, latest or earliest, strict=True):
            if segment is None or not any(segment.wildcards):
                continue
            name = parts[where]
            few, many = segment.earliest(name) or [], segment.latest(name)
            for capture, span, longest in zip(segment.wildcards, few, many, strict=True):
                if capture:
                    captured[capture] = name[slice(*span)]
                    unclear = unclear or (capture if span != longest or where != other else None)
        return Reading(captured, unclear)


def glob_of(text: str, place: Place) -> Glob:
    """A glob from its text; raises `GlobError`."""
    if len(text) > _LONGEST:
        raise GlobError(f"is longer than {_LONGEST} characters; shorten it")
    if text.startswith("/"):
        raise GlobError("is an absolute path; write one that counts from the folder of this file")
    glob = Glob(text, place, tuple(_segments(text)))
    if not glob.segments or glob.segments[-1] is None or text.endswith("/"):
        raise GlobError("names folders; end it in the name of a file, such as backup-policy.yaml")
    twice = next((name for name in glob.captures if glob.captures.count(name) > 1), None)
    if twice:
        raise GlobError(f"captures '{{{twice}}}' twice; write * for one of them")
    return glob


def _segments(text: str) -> Iterator[Segment | None]:
    before: Segment | None = Segment(("",), ())
    for part in text.split("/"):
        if part in ("", "."):
            continue
        segment = None if part == "**" else _segment(part)
        if segment is not None or before is not None:  # `**/**` is `**`
            yield segment
        before = segment


def _segment(text: str) -> Segment:
    if text == "..":
        raise GlobError("leaves the folder of this file; policies lie below it")
    if mark := next((mark for mark in "?[" if mark in text), None):
        raise GlobError(f"has a '{mark}', which stands for nothing here; * stands for any part of a name")
    pieces = _WILDCARD.split(text)
    wildcards = [piece.strip("{}") if piece.startswith("{") else piece for piece in pieces[1::2]]
    if "**" in {wildcard[:2] for wildcard in wildcards}:
        raise GlobError("has '**' beside other characters; it stands for whole folders, * for part of a name")
    if unknown := next((piece for piece in pieces[1::2] if piece.strip("{}") not in ("*", *CAPTURES)), None):
        raise GlobError(f"has an unknown capture '{unknown[:40]}'; known are {_KNOWN}")
    if any("{" in literal or "}" in literal for literal in pieces[::2]):
        raise GlobError(f"has a brace alone; captures are {_KNOWN}")
    if "" in pieces[2:-1:2]:
        raise GlobError("has two wildcards side by side; only a text between them tells where one ends")
    return Segment(tuple(pieces[::2]), tuple("" if name == "*" else name for name in wildcards))


def is_hidden(name: str) -> bool:
    """Hidden files and folders are matched only by a literal that says so."""
    return name.startswith(".")


def _where(segments: Sequence[Segment | None], parts: Sequence[str], *, first: bool) -> list[int] | None:
    """Which part of a path each segment is, `**` standing for as few (`first`) or as many folders as it can."""
    if None not in segments:
        fits = len(segments) == len(parts) and all(
            segment.matches(part) for segment, part in zip(segments, parts, strict=True) if segment
        )
        return list(range(len(parts))) if fits else None
    rest = _rests(segments, parts)
    if not rest[0][0]:
        return None
    where: list[int] = []
    part = 0
    for number, segment in enumerate(segments):
        where.append(part)
        if segment is None:
            stops = [stop for stop in range(part, len(parts)) if rest[number + 1][stop]]
            # what lies between holds nothing hidden up to the first stop; `_rests` has seen to the others
            part = stops[0] if first else _furthest(stops, parts, part)
        else:
            part += 1
    return where


def _furthest(stops: Sequence[int], parts: Sequence[str], start: int) -> int:
    hidden = next((number for number in range(start, len(parts)) if is_hidden(parts[number])), len(parts))
    return max(stop for stop in stops if stop <= hidden)


def _rests(segments: Sequence[Segment | None], parts: Sequence[str]) -> list[list[bool]]:
    """Whether the segments from one on match the parts from one on."""
    rest = [[False] * (len(parts) + 1) for _ in range(len(segments) + 1)]
    rest[-1][-1] = True
    for number in range(len(segments) - 1, -1, -1):
        segment = segments[number]
        for part in range(len(parts), -1, -1):
            if segment is None:
                here = part < len(parts) and not is_hidden(parts[part]) and rest[number][part + 1]
                rest[number][part] = rest[number + 1][part] or here
            elif part < len(parts):
                rest[number][part] = rest[number + 1][part + 1] and segment.matches(parts[part])
    return rest
