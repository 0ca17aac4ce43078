"""The merged spec of a policy as YAML, each value with the place that set it."""

import re
from collections.abc import Iterator

from renderer.emit import document
from renderer.secrets import is_credential
from renderer.source import Node, plain
from renderer.source.characters import printable, shown_key

_CREDENTIALS = re.compile(r"//[^/@\s]*@")
"""Who logs in, in a URL: refused elsewhere, and not shown here either."""
_SETTING = re.compile(r"([,:](\w{1,60})=)[^,:\"]+")
"""One in a URL of rclone, `,pass=…`."""
_LIKE_A_CREDENTIAL = re.compile(r"[A-Z0-9_]*(PASS|PASW|SECRET|TOKEN|CREDENTIAL|_KEY|_SAS)[A-Z0-9_]*")
_HIDDEN = "(not shown)"


def effective(spec: Node) -> str:
    """One line per scalar: its path's last key, its value, and `# file:line:column`."""
    lines = list(_lines(spec, ""))
    width = min(60, max((len(text) for text, _ in lines), default=0))
    return "".join(f"{text:{width}}  # {place}\n" if place else f"{text}\n" for text, place in lines)


def _lines(node: Node, pad: str) -> Iterator[tuple[str, str]]:
    for key, below in node.mapping.items():
        if _is_private(key, below, node):
            below = below.with_value(_HIDDEN)  # noqa: PLW2901 - the same, unseen
        name = document({shown_key(key): "x"}).rpartition(": ")[0]
        yield from _entry(f"{pad}{name}:", below, pad)
    for item in node.items:
        first = True
        for text, place in _lines(item, f"{pad}  ") if _is_nested(item) else _entry("", item, pad):
            bare = text.strip() if first else text
            yield (f"{pad}- {bare}" if first else text), place
            first = False


def _entry(name: str, node: Node, pad: str) -> Iterator[tuple[str, str]]:
    if _is_nested(node):
        yield name, ""
        yield from _lines(node, pad + ("  " if node.mapping else ""))
    else:
        yield f"{name} {_scalar(node)}" if name else f"{pad}{_scalar(node)}", printable(str(node.place))


def _is_private(key: str, value: Node, holder: Node) -> bool:
    """Whether a text may be a credential that stands in plain text: of such a name, or so called beside it."""
    if not isinstance(value.value, str) or "{{" in value.value:
        return False
    called = str(holder.mapping["name"].value) if key == "value" and "name" in holder.mapping else key
    if called.endswith("_FILE") or value.value in ("true", "false"):  # a path, or an option
        return False
    return is_credential(called) or _LIKE_A_CREDENTIAL.fullmatch(called) is not None


def _is_nested(node: Node) -> bool:
    return bool(node.mapping or node.items)


def _scalar(node: Node) -> str:
    return "null" if node.value is None else _flow(plain(node))


def without_credentials(text: str) -> str:
    """A text that may be a URL, without who logs in."""
    return _SETTING.sub(_unseen, _CREDENTIALS.sub("//…@", text))


def _unseen(setting: re.Match[str]) -> str:
    is_private = _LIKE_A_CREDENTIAL.fullmatch(setting[2].upper()) or is_credential(f"RCLONE_X_{setting[2].upper()}")
    return f"{setting[1]}…" if is_private else setting[0]


def _flow(value: object) -> str:
    text = without_credentials(document({"x": value}).removeprefix("x:").strip())
    return text if "\n" not in text else text.splitlines()[0] + " …"
