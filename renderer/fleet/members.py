"""Whose policy a file is: its clusters, and the names that its path says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from renderer.fleet.globs import Glob, Reading
from renderer.fleet.model import Cluster, Fleet
from renderer.policy import App
from renderer.problem import Problem
from renderer.schema import key_of
from renderer.source import Node

_NOTHING = Reading({})
_OF_THE_APP = ("namespace", "app")


class Member(NamedTuple):
    """A policy file in one cluster."""

    cluster: Cluster
    glob: Glob | None = None
    """What matched its path; None where no glob did or there is none."""
    reading: Reading = _NOTHING
    lent: "Mapping[str, Member]" = MappingProxyType({})
    """Whose glob says what this one's does not: what a path says does not depend on the cluster."""

    @property
    def name(self) -> str | None:
        """The cluster's name."""
        return self.cluster.name or self.reading.captured.get("cluster")


def members(fleet: Fleet, parts: Sequence[str], used: set[Glob]) -> list[Member]:
    """A file in each cluster of which it is, by its path; of a cluster's globs the first that matches counts."""
    if not fleet.chooses:
        return [Member(fleet.clusters[0])]
    found: list[Member] = []
    for cluster in fleet.clusters:
        member: Member | None = None
        for glob in cluster.globs:
            if member is not None and glob in used:
                continue
            if (reading := glob.read(parts)) is not None:
                used.add(glob)
                member = member or Member(cluster, glob, reading)
        if member is not None:
            found.append(member)
    return _lending(found) if len(found) > 1 else found


def _lending(found: Sequence[Member]) -> list[Member]:
    """Each with what the globs of others say of the path and its own may not, as far as they agree."""
    lent: dict[str, Member] = {}
    for capture in _OF_THE_APP:
        said = {one.reading.captured[capture]: one for one in found if capture in one.reading.captured}
        if len(said) == 1:
            (value, one), *_ = said.items()
            lent |= {capture: one} if _is_name(value) and one.reading.unclear is None else {}
    return [member._replace(lent=lent) if lent.keys() - member.reading.captured else member for member in found]


def app_of(document: Node, member: Member, problems: list[Problem]) -> App | None:
    """Namespace, name and cluster from the metadata of a policy and from its path, which must agree."""
    found = list(_unusable(document, member))
    named = _given(document, member, "name", "app"), _given(document, member, "namespace", "namespace")
    name, namespace = (value for value, _ in named)
    found += [problem for _, problem in named if problem is not None]
    problems.extend(found)
    return None if found or name is None or namespace is None else App(namespace, name, member.name)


def _unusable(document: Node, member: Member) -> Iterator[Problem]:
    """What a path says and cannot be taken."""
    glob, reading, cluster = member.glob, member.reading, member.cluster.name
    if glob is None:
        return
    if reading.unclear is not None:
        said = f"'{{{reading.unclear}}}' of the glob at {glob.place} may stand for several texts in this path"
        yield Problem(document.place, f"{said}; write * there, and the metadata into the policies", "fleet")
        return
    for capture, value in reading.captured.items():
        if not _is_name(value):
            said = f"the path says '{value[:63]}' for '{{{capture}}}' of the glob at {glob.place}, which is no name"
            yield Problem(document.place, f"{said}; use lower-case letters, digits and '-'", "fleet")
    captured = reading.captured.get("cluster")
    if cluster is not None and captured not in (None, cluster):
        said = f"the path says '{captured}' for '{{cluster}}' of the glob at {glob.place}, and spec.cluster '{cluster}'"
        yield Problem(document.place, f"{said}; remove spec.cluster, or move the file", "fleet")


def _given(document: Node, member: Member, key: str, capture: str) -> tuple[str | None, Problem | None]:
    member = member if capture in member.reading.captured else member.lent.get(capture, member)
    said, captured = document.text("metadata", key), member.reading.captured.get(capture)
    if said is None and captured is None:
        place = document.nearest("metadata").key
        hint = f", or capture '{{{capture}}}' in the glob at {member.glob.place}" if member.glob else ""
        return None, Problem(place, f"no {key}; set metadata.{key}{hint}", "complete")
    if said is not None and captured is not None and said != captured and member.reading.unclear is None:
        place = document.nearest("metadata", key).place
        message = (
            f"metadata.{key} is '{said}', but the path says '{captured[:63]}' for '{{{capture}}}' of the glob at "
            f"{member.glob.place if member.glob else ''}; write that, or move the file"
        )
        return None, Problem(place, message, "fleet")
    return said or captured, None


def _is_name(value: str) -> bool:
    """Whether a capture may be what `metadata` may say."""
    schema = key_of("policy.json").properties["metadata"].properties["name"].schema
    return len(value) <= schema["maxLength"] and re.search(schema["pattern"], value) is not None
