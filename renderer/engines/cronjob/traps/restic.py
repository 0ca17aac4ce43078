"""The restic of the mover's image: which it is, and what the policy asks of it that it cannot do.

What each version can do was measured with restic 0.17.3, 0.18.0 and 0.19.1; the mover itself works with all of them.
"""

import re
from collections.abc import Iterator

from renderer.engines.cronjob.pod import image
from renderer.policy import Backup, with_each_credential
from renderer.problem import Place, Problem, Severity
from renderer.source import Node

Version = tuple[int, ...]
"""Two numbers, or three."""
OLDEST = (0, 17)
WITHOUT_EXIT_12 = (0, 17, 0)
SINCE = {
    "RESTIC_COMPRESSION": {"fastest": (0, 19), "better": (0, 19)},
    "RESTIC_FEATURES": {"s3-restore": (0, 18)},
}
"""Values, and from which restic on it knows them; an older one ends every run with an error."""
_TAG = re.compile(r"(?:^|/)(restic/)?restic:v?([0-9]{1,9})\.([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:[-+_@].*)?$")


def restic_problems(backup: Backup) -> Iterator[Problem]:
    """Everything that is known to go wrong between a policy and its restic."""
    said, tagged = backup.mover.restic_version, tag_version(image(backup.mover))
    stated = _numbers(said.split(".")) if said else None
    version = stated or tagged
    if version is None:
        message = "which restic the image has cannot be told from its tag; set mover.resticVersion"
        yield Problem(_place(backup, "image"), message, "restic-version", Severity.WARNING)
        return
    if stated and tagged and not _agree(stated, tagged):
        message = f"the image '{image(backup.mover)}' has another restic; correct one of them, or remove this"
        yield Problem(_place(backup, "resticVersion"), message, "restic-version")
    yield from _too_old(backup, version)
    yield from _unknown_values(backup, version)


def stated_version(backup: Backup) -> Version | None:
    """Which restic a policy's image has, as the policy or else the tag says."""
    said = backup.mover.restic_version
    return _numbers(said.split(".")) if said else tag_version(image(backup.mover))


def tag_version(name: str) -> Version | None:
    """`docker.io/restic/restic:0.18.0@sha256:…` → 0, 18, 0.

    None where a tag counts something else, as that of an image of one's own, or of another's that is called restic and
    is beyond 0.
    """
    found = _TAG.search(name)
    if found is None or (found[1] is None and int(found[2])):
        return None
    return _numbers([number for number in found.groups()[1:] if number])


def _numbers(texts: list[str]) -> Version:
    return tuple(map(int, texts))


def _agree(one: Version, other: Version) -> bool:
    """Whether both may be of one restic: `0.18` is any 0.18."""
    return all(mine == theirs for mine, theirs in zip(one, other, strict=False))


def _place(backup: Backup, name: str) -> Place:
    return backup.node.nearest("mover", name).place


def _too_old(backup: Backup, version: Version) -> Iterator[Problem]:
    """0.16 leaves its lock behind whenever its pod is stopped, and tells a missing repository from no error."""
    place = _place(backup, "resticVersion" if backup.mover.restic_version else "image")
    if version < OLDEST:
        message = "restic below 0.17 leaves its lock when its pod is stopped; use 0.17.1 or newer"
        yield Problem(place, message, "restic-version")
    elif version == WITHOUT_EXIT_12:
        message = "restic 0.17.0 does not tell a wrong password, which would be tried again; use 0.17.1 or newer"
        yield Problem(place, message, "restic-version")


def _unknown_values(backup: Backup, version: Version) -> Iterator[Problem]:
    settings = [found for opened in with_each_credential(backup) for found in _settings(opened).items()]
    for name, node in settings:
        for value in re.split("[,=]", str(node.value)):
            since = SINCE[name].get(value.strip())
            if since and version < since:
                needed, pinned = ".".join(map(str, since)), ".".join(map(str, version))
                message = (
                    f"'{value.strip()}' needs restic {needed}, and the image has {pinned}; set a newer mover.image"
                )
                yield Problem(node.place, message, "restic-version")


def _settings(backup: Backup) -> dict[str, Node]:
    """What is said for the variables that have such values; the later wins in a pod too."""
    env = backup.node.get("repository", "env")
    compression = backup.node.get("mover", "compression")
    found = {
        **backup.repository.credential.own_templates,
        **(env.mapping if env else {}),
        **({"RESTIC_COMPRESSION": compression} if compression else {}),
    }
    return {name: node for name, node in found.items() if name in SINCE}
