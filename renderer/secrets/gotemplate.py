"""Go templates as the External Secrets Operator runs them over what it fetched: which of them a URL may hold.

A function in a URL could send a credential to another host in one line, so a URL takes single values and no more.
"""

import json
import re

FILLED_IN = "\x00"
"""What stands for a value in `masked`: no text of a policy has this character."""
WHAT_MAY_STAND = "'{{ .key }}', '{{ index . \"a-key\" }}' and either with '| urlquery', 'toString', 'trim'"
_VALUE = re.compile(
    r'\{\{(?:-\s)? *(?:\.[A-Za-z_][A-Za-z0-9_]*|index +\. +"[-._a-zA-Z0-9]+") *'
    r'(?:\| *(?:urlquery|toString|trim|trimSuffix +"[^"\\{}]{0,20}") *)*(?:\s-)?\}\}'
)
"""And what makes no other value of it: the operator's names for a text, and its characters as a URL writes them."""
_QUOTED = re.compile(r'\{\{ *("(?:[^"\\]|\\.)*") *\}\}')
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def masked(text: str) -> str | None:
    """The text with each value as one character, a quoted text as it is; None where anything else would be run.

    Goes from brace to brace as Go's lexer does, which takes the first `{{` it meets for the start of an action.
    """
    parts, at = [], 0
    while (start := text.find("{{", at)) >= 0:
        found = _VALUE.match(text, start) or _QUOTED.match(text, start)
        shown = _shown(found) if found is not None else None
        if found is None or shown is None:
            return None
        parts += [text[at:start], shown]
        at = found.end()
    return "".join([*parts, text[at:]])


def _shown(found: re.Match[str]) -> str | None:
    if found.re is _VALUE:
        return FILLED_IN
    try:
        text = json.loads(found[1])
    except ValueError:
        return None
    return None if FILLED_IN in text else str(text)


def value_of(key: str) -> str:
    """The template that gives the value of a key."""
    return f"{{{{ .{key} }}}}" if _FIELD.fullmatch(key) else f'{{{{ index . "{key}" }}}}'


def quoted(text: str) -> str:
    """The template that gives a text as it is, whatever stands in it. JSON's escapes are among Go's."""
    return f"{{{{ {json.dumps(text, ensure_ascii=False)} }}}}"
