"""What to say about text that is not YAML: the few mistakes that backup policies invite, in plain words."""

import re

import yaml

_SHOWN = 60
"""Characters of a value that a message repeats."""
_HARMLESS = re.compile(r"[*@`%]?[-\w*/,. ]*`?", re.ASCII)
"""What may be repeated: schedules and words, nothing that could be a URL with a password in it."""
_CRON = re.compile(r"\*(/\d+)?(\s+\S+){4}\s*(#.*)?$")


def syntax_message(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int, str]:
    """Line and column (from 1) and the message for a syntax error."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 1, 1, f"not valid YAML: {error.problem}"
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    return _hint(line, mark.line + 1, mark.column + 1) or (mark.line + 1, mark.column + 1, _generic(error))


def _hint(line: str, number: int, column: int) -> tuple[int, int, str] | None:
    at = column - 1
    character = line[at : at + 1]
    if at and line[at - 1] == "*":  # libyaml marks the character after the '*' that it took for an alias
        at, character = at - 1, "*"
    rest = line[at:].strip()
    if character == "*":
        what = "a cron expression that starts with '*'" if _CRON.match(rest) else "a value that starts with '*'"
        return number, at + 1, f"{what} must be quoted: {_quoted(rest)}"
    if character in ("@", "`") or (character == "%" and at):  # at a line's start it is a directive
        return number, at + 1, f"a value that starts with '{character}' must be quoted: {_quoted(rest)}"
    if character == "\t" or (not character and line.startswith("\t")):
        return number, at + 1, "a tab cannot indent; use spaces"
    return None


def _quoted(rest: str) -> str:
    """The value as it should have been written, without the comment behind it."""
    value = rest.partition(" #")[0].strip()
    if not _HARMLESS.fullmatch(value):
        return f'"{value[:1]}…"'
    return f'"{value}"' if len(value) <= _SHOWN else f'"{value[:_SHOWN]}…"'


def _generic(error: yaml.MarkedYAMLError) -> str:
    if error.problem == "mapping values are not allowed in this context":
        return "a ':' does not fit here; quote a value that holds ': ', or line the key up with the others"
    context = f" {error.context}" if error.context else ""
    start, mark = error.context_mark, error.problem_mark
    began = f", which begins at line {start.line + 1}" if start and mark and start.line != mark.line else ""
    return f"not valid YAML: {error.problem}{context}{began}"
