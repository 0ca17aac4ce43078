"""The keys of a Secret that we know: those that two places set, and those that restic cannot do without."""

import re
from collections.abc import Collection, Iterator, Mapping

from renderer.policy import Backup
from renderer.problem import Place, Problem
from renderer.secrets.goactions import calls, reads
from renderer.secrets.gotemplate import masked
from renderer.secrets.template import Addition
from renderer.secrets.variables import PASSWORD, REPOSITORY, is_credential
from renderer.source import Node

_CONTROL = frozenset(("if", "with", "range", "else", "define", "block", "template"))
"""With these a template could hold a text of its own and only seem to take a value."""
_OUTSIDE = frozenset(("env", "expandenv", "getHostByName"))
"""Of sprig: a question to a name server tells it the name, and the operator's environment is not the app's."""
_READ = re.compile(r'\{\{ *(?:\.(\w+)|index +\. +"([^"]*)")')
"""A key of which a template makes use, as in `{{ .RESTIC_REPOSITORY }}/{app}`."""


def set_twice(
    added: Mapping[str, Addition], templated: Mapping[str, Node], brought: Mapping[str, Place], how: str
) -> Iterator[Problem]:
    """A key that the user's own words set and one of ours would hide, or be hidden by; `how` is what was done to it."""
    read = {field or key for ours in added.values() for field, key in _READ.findall(ours.text)}
    for name, ours in added.items():
        if name in templated:
            message = f"'{name}' is templated here and set by {ours.what} ({ours.place}); remove one"
            yield Problem(templated[name].key, message, "exclusive")
        elif name in brought and name not in read:
            message = f"'{name}' is {how} here and set by {ours.what} ({ours.place}); remove one"
            yield Problem(brought[name], message, "exclusive")


def plain_text(data: Mapping[str, Node], advice: str) -> Iterator[Problem]:
    """Credentials among what a template gives that it does not fill in; no message repeats a value."""
    for name, node in data.items():
        text = str(node.value)
        if is_credential(name) and (reads(text) == frozenset() or calls(text) & _CONTROL):
            is_made = masked(text) is None  # such as by `randAlphaNum`, and then another one each time
            what = "its template takes nothing that comes from elsewhere" if is_made else "this is plain text"
            yield Problem(node.place, f"'{name}' is a credential, and {what}; {advice}", "plaintext")


def asked_elsewhere(data: Mapping[str, Node]) -> Iterator[Problem]:
    """Functions of a template that look outside of what comes from elsewhere; sealed-secrets and ESO leave some in."""
    for name, node in data.items():
        if found := sorted(calls(str(node.value)) & _OUTSIDE):
            message = f"'{found[0]}' in the template of '{name[:60]}' could carry a credential away; write it without"
            yield Problem(node.place, message, "expansion")


def missing_keys(backup: Backup, known: Collection[str], place: Place, advice: str) -> Iterator[Problem]:
    """What restic cannot do without; `advice` is for all but the URL."""
    volsync = backup.engine == "volsync"
    needed = [PASSWORD] if backup.repository.ref is not None else [PASSWORD, REPOSITORY]
    for name in needed:
        found = name in known if volsync else any(key.startswith(name) for key in known)
        if not found:
            takes_url = backup.repository.credential.takes_more or not volsync
            way_out = "set repository.url, or add it here" if name == REPOSITORY and takes_url else advice
            yield Problem(place, f"the Secret would have no '{name}'; {way_out}", "complete")
