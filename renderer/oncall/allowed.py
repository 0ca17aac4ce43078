"""Which arguments of restic a person may pass on: those that only look, and carry no credential anywhere.

What is not known to be harmless is refused by name: another restic may give an option another meaning.
"""

import difflib
import re
from collections.abc import Sequence
from typing import NamedTuple

from renderer.oncall.choice import ID

READS = ("snapshots", "stats", "ls")
OPERATIONS = (*READS, "check", "unlock", "backup")
_WORDS = {
    "snapshots": "--json --compact -c --quiet -q",
    "stats": "--json --quiet -q",
    "ls": "--json --long -l --recursive --human-readable --reverse --ncdu --quiet -q",
    "check": "--read-data",
}
"""Options without a value, by operation."""
_VALUES = {
    "snapshots": "--latest --group-by -g --path --tag",
    "stats": "--mode --path --tag",
    "ls": "--sort -s --path --tag",
    "check": "--read-data-subset",
}
SINCE_0_18 = ("--sort", "--reverse")
"""Options of `ls`."""
_LONG = {"-g": "--group-by", "-s": "--sort"}
_WHY_NOT = {
    "would carry the credentials of this app to another repository": "--repo -r --repository-file --from-repo",
    "would read another password than the app's Secret has, or run a program for it": "--password-command "
    "--password-file -p --key-hint --insecure-no-password --from-password-command --from-password-file",
    "may run a program, or send the credentials elsewhere": "--option -o",
    "would show the credentials to a server that is not known": "--insecure-tls --cacert --tls-client-cert",
    "is set already, to the identity of this app": "--host -H",
    "is set already": "--no-lock --retry-lock --cache-dir --no-cache --limit-download --limit-upload",
    "would remove the locks of backups that are running; `unlock` removes all that are dead": "--remove-all",
}
_ALONE = "--no-lock --no-cache --insecure-tls --insecure-no-password --remove-all"
"""Those of them that have no value after them."""
_ELSEWHERE = {
    "restore": "`backplan restore` does it",
    "forget": "the maintenance does it, by `retain`",
    "prune": "the maintenance does it",
    "init": "the init Job does it, and nothing else may",
    "copy": "it would write another repository",
    "rewrite": "it would change what was saved",
    "repair": "it changes the repository; see restic's documentation before you do that by hand",
}
_OURS = frozenset(["--volume", "--target", "--token", "--fleet", "--cluster", "--overlay", "--format"])
_WITH_VALUE = frozenset((*" ".join(_WHY_NOT.values()).split(), *_OURS)).difference(_ALONE.split())
_GROUPS = r"(hosts?|paths?|tags?)"
_KNOWN = {
    "--latest": (r"[0-9]{1,9}", "write a whole number"),
    "--group-by": (rf"({_GROUPS}(,{_GROUPS})*)?", "write host, paths and tags, with commas between them"),
    "--mode": ("restore-size|files-by-contents|blobs-per-file|raw-data",
               "there is restore-size, files-by-contents, blobs-per-file, raw-data"),
    "--sort": ("name|size|time|mtime|atime|ctime|extension", "there is name, size, time, atime, ctime, extension"),
}  # fmt: skip
"""Values that restic takes, and the way out. What some restic does not know yet it refuses itself."""
_PART = re.compile(r"([0-9]{1,3})/([0-9]{1,3})")
_PERCENT = re.compile(r"([0-9]{1,3}(\.[0-9]{1,9})?)%")
_SIZE = re.compile(r"[0-9]{0,11}[1-9][0-9]{0,11}[kKmMgGtT]")
_MOST_PARTS = 256
_SNAPSHOT = re.compile(rf"latest|{ID.pattern}")
_EXPANDED = re.compile(r"\$[($]|[\x00-\x1f\x7f\ud800-\udfff]")
"""What the kubelet would replace in an argument, and characters that no argument needs.

Lone surrogates stand for what is not UTF-8.
"""


class Arguments(NamedTuple):
    """What is passed on, in two kinds."""

    options: tuple[str, ...]
    places: tuple[str, ...]
    """Snapshots, and for `ls` folders in them."""


def operation_of(words: Sequence[str]) -> tuple[str | None, str]:
    """The operation, or why there is none."""
    words = list(words)
    if not words:
        return None, f"nothing to run; say one of {', '.join(OPERATIONS)}"
    if words[0] in OPERATIONS:
        return words[0], ""
    name = words[0][:40]
    close = difflib.get_close_matches(name, OPERATIONS, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"there is {', '.join(OPERATIONS)}"
    if name.startswith("-"):
        hint = "options of backplan stand before the app, those of restic after the operation"
    return None, f"no operation '{name}' to run; {_ELSEWHERE.get(name, hint)}"


def read(operation: str, words: Sequence[str], mistakes: list[str]) -> Arguments:
    """The arguments of an operation; what may not be among them is a mistake."""
    options: list[str] = []
    places: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        name, equals, value = word.partition("=")
        if _EXPANDED.search(word):
            mistakes.append(f"'{word[:60]}' has characters that Kubernetes would replace or a log cannot show")
        elif not word.startswith("-"):
            places.append(word)
        elif name in _named(_WORDS, operation) and not equals:
            options.append(word)
        elif name in _named(_VALUES, operation):
            options.append(_with_value(name, value, equals, left, mistakes))
        else:
            mistakes.append(_refused(operation, name))
            if left and not equals and name in _WITH_VALUE and not left[0].startswith("-"):
                left.pop(0)
    mistakes.extend(_no_places(operation, places))
    return Arguments(tuple(options), tuple(places))


def subset(arguments: Arguments, mistakes: list[str]) -> str | None:
    """How much of the data a check reads; None for none."""
    asked = None
    for option in arguments.options:
        name, _, value = option.partition("=")
        asked = "100%" if name == "--read-data" else value
        if not _is_part(asked):
            mistakes.append(f"'{asked[:40]}' is no part of the data; write 1/20, 5% or 2G")
    if len({option.partition("=")[0] for option in arguments.options}) > 1:
        mistakes.append("--read-data reads all, and --read-data-subset a part; leave one out")
    return asked


def _is_part(text: str) -> bool:
    """What restic and the mover take: from the first of 256 parts to all of them, or above 0."""
    if part := _PART.fullmatch(text):
        return 1 <= int(part[1]) <= int(part[2]) <= _MOST_PARTS
    if percent := _PERCENT.fullmatch(text):
        return 0 < float(percent[1]) <= 100
    return _SIZE.fullmatch(text) is not None


def _named(table: dict[str, str], operation: str) -> list[str]:
    return table.get(operation, "").split()


def _with_value(name: str, value: str, equals: str, left: list[str], mistakes: list[str]) -> str:
    """In one word, so that no value is taken for an option."""
    if not equals:
        if not left:
            mistakes.append(f"{name} needs a value after it")
            return name
        value = left.pop(0)
        if _EXPANDED.search(value):
            mistakes.append(f"'{value[:60]}' has characters that Kubernetes would replace or a log cannot show")
    name = _LONG.get(name, name)
    known, way_out = _KNOWN.get(name, (".*", ""))
    if not re.fullmatch(known, value, re.DOTALL):
        mistakes.append(f"'{value[:40]}' is nothing that restic takes for {name}; {way_out}")
    return f"{name}={value}"


def _refused(operation: str, name: str) -> str:
    shown = name[:60]
    if name in _OURS:
        return f"'{shown}' stands after the operation, where restic's options are; write it before '{operation}'"
    for why, options in _WHY_NOT.items():
        if name in options.split() or (not name.startswith("--") and name[:2] in options.split()):
            return f"'{shown}' is not passed on: it {why}"
    known = [*_named(_WORDS, operation), *_named(_VALUES, operation)]
    if not known:
        return f"'{shown}' is not passed on: {operation} takes no arguments"
    close = difflib.get_close_matches(shown, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"{operation} takes {', '.join(known)}"
    return f"'{shown}' is not passed on; {hint}"


def _no_places(operation: str, places: Sequence[str]) -> list[str]:
    if operation not in READS:
        return [f"'{place[:60]}' is not passed on: {operation} takes no snapshots and no folders" for place in places]
    if operation != "ls":
        return [f"'{place[:60]}' is no snapshot's id" for place in places if not _SNAPSHOT.fullmatch(place)]
    wrong = [place for place in places[1:] if not place.startswith("/")]
    if places and not places[0].startswith("/") and not _SNAPSHOT.fullmatch(places[0].partition(":")[0]):
        wrong.insert(0, places[0])
    return [f"'{place[:60]}' is neither a snapshot's id nor a folder, which begins with '/'" for place in wrong]
