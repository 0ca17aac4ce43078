"""Whether the server in a repository's URL is one: restic, ssh and Go's net/url each read a stray character their way.

`rest:https://evil?.ok.example.com/` goes to `evil`, and ssh takes a name that begins with `-` for an option (seen with
restic 0.19.1).
"""

import re

from renderer.secrets import FILLED_IN

_KIND = re.compile(r"(s3|rest):(?:https?:)?(?://)?|(sftp):(?://)?", re.IGNORECASE)
_HTTP = re.compile(r"rest:https?://", re.IGNORECASE)
_SOCKET = "rest:http+unix://"
_SERVER = re.compile(
    r"(?:[^-/?#\\\s][^/?#\\\s]*@)?"  # a user of ssh may have an `@` in his name
    rf"(?:[\w{FILLED_IN}][\w{FILLED_IN}.-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9{FILLED_IN}]+)?",
    re.ASCII,
)
_VARIABLE = re.compile(r"\$\{[^}$]*\}")
"""Of Flux: which ones may stay is the rule `substitution`."""


def stray(url: str) -> str | None:
    """What is wrong with the server's part of a URL; None for kinds that name no server. A template is masked in it."""
    if url.startswith(_SOCKET):
        return None
    url = _VARIABLE.sub(FILLED_IN, url)
    if url.startswith("rest:") and not _HTTP.match(url) and not url.startswith(f"rest:{FILLED_IN}"):
        return "restic takes rest: with http:// or https:// only; write rest:https://…"
    found = _KIND.match(url)
    if found is None:
        return None
    ends = "/" if found[1] or found[0].endswith("//") else ":"  # `sftp:user@host:path`, as scp has it
    server = url[found.end() :].partition(ends)[0]
    if not server:
        return "the URL names no server; write it in front of the path"
    if _SERVER.fullmatch(server) is None:
        return "the server in the URL is no host name or address, and restic could go elsewhere; write its name alone"
    return None
